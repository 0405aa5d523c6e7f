"""Choosing what leaves next, and what becomes of that which is not wanted any more."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.deliveries import Action, Delivery, DeliveryClass, DeliveryState, MessageForm, Target
from bot.model.ids import ArticleId, ChatId, DeliveryId
from bot.model.language import Language
from storage.chats import threads_of
from storage.engine import Row, Transaction
from storage.fanouts import MOST_SINGLE
from storage.media import IDS
from storage.moments import from_ms, to_ms

BUNDLED_AFTER = timedelta(minutes=2)
"""So do any two of which one has waited for so long: there are more posts than the pace carries, or the bot was off."""
MOST_BUNDLED = 20
"""Headlines with links of 200 characters stay within a message's 4,096, and the buttons within five rows."""
DIGEST_LIFE = timedelta(days=2)
"""An expired post goes out in a digest; when none could leave for so long either, it is dropped."""
_Revisions = dict[tuple[str, int], int]
_Place = tuple[int, int | None]
"""A chat, and a topic there."""
STILL_LEAVING = timedelta(seconds=5)
"""A change of a message whose sending has not ended is looked at again after so long."""

NOBODY_ELSES = (
    "NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.chat_id = d.chat_id AND o.state = 'pending' AND o.owner != $4 "
    "AND o.lease_until > $2) AND d.chat_id NOT IN (SELECT o.chat_id FROM deliveries o WHERE o.state = 'sending' "
    "AND o.owner != $4)"
)

PINNED_FIRST = "NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = deliveries.article_id AND a.pinned_at IS NOT NULL)"
COLUMNS = (
    "SELECT d.id, d.class, d.action, d.job, d.article_id, d.broadcast_id, d.chat_id, d.attempt, d.created_at, "
    "d.expires_at, r.language, r.silent, r.left_at, r.unreachable_at FROM deliveries d "
    "JOIN readers r ON r.chat_id = d.chat_id WHERE "
)
CLAIMABLE = "d.state = 'pending' AND d.due_at <= $2 AND (d.lease_until IS NULL OR d.lease_until <= $2)"


async def due(
    transaction: Transaction, now: datetime, *, limit: int, below: int | None, owner: str = ""
) -> list[Delivery]:
    """Up to `limit` messages that may leave now, by class, then oldest first. `owner`: where others claim, too, their
    chats are left to them, so that each chat is written to by one at a time, in order."""
    found: list[Delivery] = []
    for kind in DeliveryClass:
        if len(found) >= limit or (below is not None and kind >= below):
            break
        if kind <= DeliveryClass.CORRECTION:
            rows = await _urgent(transaction, kind, to_ms(now), limit - len(found), owner)
        else:
            rows = await transaction.rows(
                f"{COLUMNS} d.class = $1 AND {CLAIMABLE} AND ($4 = '' OR ({NOBODY_ELSES})) "
                "ORDER BY d.due_at, d.id LIMIT $3 /*! FOR UPDATE OF d SKIP LOCKED */",
                int(kind),
                to_ms(now),
                limit - len(found),
                owner,
            )
        wanted = await _still_wanted(transaction, rows, to_ms(now))
        revisions = await _revisions(transaction, wanted)
        changes = [row for row in wanted if row["action"] != Action.SEND]
        posts = [row for row in wanted if row["action"] == Action.SEND]
        if posts and kind >= DeliveryClass.ROUTINE:
            found += await _bundled(transaction, posts, revisions, now)
        else:
            answers = await _answers(transaction, posts)
            found += [replace(_delivery(row, revisions), reply_to=answers.get(row["id"])) for row in posts]
        if changes:
            found += await _changes(transaction, changes, revisions, now)
    return found


async def open_jobs(transaction: Transaction, kind: DeliveryClass) -> Sequence[Row]:
    """The fan-outs of an urgent class of which something may leave."""
    return await transaction.rows(
        "SELECT id, done FROM fanouts WHERE class = $1 AND class <= 1 AND closed = 0 AND paused = 0 "
        "AND withdrawn_at IS NULL ORDER BY id",
        int(kind),
    )


async def _urgent(transaction: Transaction, kind: DeliveryClass, at: int, limit: int, owner: str) -> Sequence[Row]:
    """What is due of each open fan-out, the same number of each as long as there is so much."""
    jobs = await open_jobs(transaction, kind)
    found: list[Row] = []
    for number, job in enumerate(jobs):
        share = -(-(limit - len(found)) // (len(jobs) - number))
        rows = await transaction.rows(
            f"{COLUMNS} d.job = $1 AND d.class <= 1 AND {CLAIMABLE} AND ($4 = '' OR ({NOBODY_ELSES})) "
            "ORDER BY d.due_at, d.id LIMIT $3 /*! FOR UPDATE OF d SKIP LOCKED */",
            job["id"],
            at,
            share,
            owner,
        )
        found += rows
        if job["done"] and not rows:
            await _close(transaction, job["id"])
    return found


async def _close(transaction: Transaction, job: int) -> None:
    """When nothing of it waits or is on its way, it is looked at no more."""
    await transaction.run(
        "UPDATE fanouts SET closed = 1 WHERE id = $1 "
        "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.job = $1 AND d.state = 'pending' AND d.class <= 1) "
        "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.state = 'sending' AND d.job = $1)",
        job,
    )


async def _answers(transaction: Transaction, posts: Sequence[Row]) -> dict[int, int]:
    """Of additions, the message that each of them answers in its chat."""
    parents = {}
    for broadcast_id in {row["broadcast_id"] for row in posts} - {None}:
        parents[broadcast_id] = await transaction.value(
            "SELECT parent_id FROM broadcasts WHERE id = $1 AND kind = 'reply'", broadcast_id
        )
    found = {}
    for row in posts:
        if (parent := parents.get(row["broadcast_id"])) is not None:
            found[row["id"]] = await transaction.value(
                "SELECT message_id FROM deliveries WHERE broadcast_id = $1 AND chat_id = $2 AND action = 'send' "
                "AND state = 'sent' AND form NOT IN ('deleted', 'notice')",
                parent,
                row["chat_id"],
            )
    return found


async def _revisions(transaction: Transaction, rows: Sequence[Row]) -> _Revisions:
    """Of the articles and broadcasts among these, which are few."""
    found: _Revisions = {}
    for table, subject in (("articles", "article_id"), ("broadcasts", "broadcast_id")):
        ids = list({row[subject] for row in rows if row[subject] is not None})
        if ids:
            sql = f"SELECT id, revision FROM {table} WHERE id IN {IDS}"  # noqa: S608
            for row in await transaction.rows(sql, json.dumps(ids)):
                found[subject, row["id"]] = row["revision"]
    return found


async def _still_wanted(transaction: Transaction, rows: Sequence[Row], at: int) -> list[Row]:
    """Without those that are wanted no more, which end here. What is only too old to go out alone turns into a part
    of a digest and comes up again as that."""
    withdrawn = await _withdrawn(transaction, rows)
    good: list[Row] = []
    cancelled: list[int] = []
    expired: list[int] = []
    for row in rows:
        if (
            (row["left_at"] is not None and row["action"] == Action.SEND)
            or row["unreachable_at"] is not None
            or (withdrawn and _subject(row) in withdrawn)
        ):
            cancelled.append(row["id"])
        elif row["expires_at"] is not None and row["expires_at"] <= at:
            expired.append(row["id"])
        else:
            good.append(row)
    await _end(transaction, cancelled, DeliveryState.CANCELLED, at)
    if expired and rows[0]["class"] == DeliveryClass.ROUTINE:
        await transaction.run(
            f"UPDATE deliveries SET class = $2, expires_at = $3 WHERE id IN {IDS}",  # noqa: S608
            json.dumps(expired),
            int(DeliveryClass.DIGEST),
            at + DIGEST_LIFE // timedelta(milliseconds=1),
        )
    else:
        await _end(transaction, expired, DeliveryState.EXPIRED, at)
    return good


def _subject(row: Row) -> tuple[int | None, ...]:
    """A change ends with its fan-out; a post with any fan-out of its article or broadcast that was withdrawn."""
    if row["action"] != Action.SEND:
        return (row["job"],)
    return row["article_id"], row["broadcast_id"]


async def _withdrawn(transaction: Transaction, rows: Iterable[Row]) -> set[tuple[int | None, ...]]:
    found: set[tuple[int | None, ...]] = set()
    for subject in {_subject(row) for row in rows}:
        if len(subject) == 1:
            sql = "SELECT 1 FROM fanouts WHERE id = $1 AND withdrawn_at IS NOT NULL"
        else:
            sql = (
                "SELECT 1 FROM fanouts WHERE withdrawn_at IS NOT NULL AND action = 'send' AND article_id IS $1 "
                "AND broadcast_id IS $2 LIMIT 1"
            )
        if await transaction.value(sql, *subject):
            found.add(subject)
    return found


async def _bundled(
    transaction: Transaction, rows: Sequence[Row], revisions: _Revisions, now: datetime
) -> list[Delivery]:
    """These, those that are to leave as one message together with whatever else waits for the same reader; in a forum,
    for the same topic."""
    several = await _waiting_together(transaction, rows, now)
    threads = await threads_of(transaction, [*rows, *several])
    together: dict[_Place, list[Row]] = defaultdict(list)
    for one in several:
        together[one["chat_id"], threads.get(one["id"])].append(one)
    patient = to_ms(now - BUNDLED_AFTER)
    deliveries: list[Delivery] = []
    bundled: set[_Place] = set()
    for row in rows:
        thread_id = threads.get(row["id"])
        place = row["chat_id"], thread_id
        waiting = together.get(place, [row])
        if place in bundled:
            continue
        if (
            len(waiting) > MOST_SINGLE
            or (len(waiting) > 1 and (waiting[0]["created_at"] <= patient or waiting[0]["held"]))
            or any(one["class"] == DeliveryClass.DIGEST for one in waiting)
        ):
            bundled.add(place)
            deliveries.append(replace(_together(row, waiting[:MOST_BUNDLED], revisions), thread_id=thread_id))
        else:
            deliveries.append(replace(_delivery(row, revisions), thread_id=thread_id))
    return deliveries


async def _waiting_together(transaction: Transaction, rows: Sequence[Row], now: datetime) -> list[Row]:
    """All that waits for those of their readers for whom more than one post does, in its order."""
    waiting = (
        "state = 'pending' AND action = 'send' AND class >= $2 AND due_at <= $3 "
        f"AND (lease_until IS NULL OR lease_until <= $3) AND chat_id IN {IDS}"
    )
    parameters = int(DeliveryClass.ROUTINE), to_ms(now)
    several = await transaction.rows(
        f"SELECT chat_id FROM deliveries WHERE {waiting} GROUP BY chat_id HAVING count(*) > 1",  # noqa: S608
        json.dumps(list({row["chat_id"] for row in rows})),
        *parameters,
    )
    if not several:
        return []
    found = await transaction.rows(
        "SELECT id, class, article_id, chat_id, created_at, held FROM deliveries "  # noqa: S608
        f"WHERE {waiting} ORDER BY chat_id, {PINNED_FIRST}, id",
        json.dumps([row[0] for row in several]),
        *parameters,
    )
    return list(found)


async def _changes(
    transaction: Transaction, rows: Sequence[Row], revisions: _Revisions, now: datetime
) -> list[Delivery]:
    """Edits and recalls with the message that they change. One whose message is still leaving comes up again later."""
    found: list[Delivery] = []
    leaving: list[int] = []
    for row in rows:
        subject = "article_id" if row["article_id"] is not None else "broadcast_id"
        original = await transaction.row(
            "SELECT id, state, message_id, more, form, bundle, settled_at, EXISTS (SELECT 1 FROM bookmarks b "  # noqa: S608
            "WHERE b.chat_id = d.chat_id AND b.article_id = d.article_id) AS saved FROM deliveries d "
            f"WHERE {subject} = $1 AND chat_id = $2 AND action = 'send'",
            row[subject],
            row["chat_id"],
        )
        if original is not None and original["state"] == DeliveryState.SENDING:
            leaving.append(row["id"])
            continue
        members = await _members(transaction, original)
        saved = bool(original and original["saved"])
        found.append(replace(_delivery(row, revisions), target=_target(original), saved=saved, bundled=members))
    if leaving:
        await transaction.run(
            f"UPDATE deliveries SET due_at = $2 WHERE id IN {IDS}",  # noqa: S608
            json.dumps(leaving),
            to_ms(now + STILL_LEAVING),
        )
    return found


async def _members(transaction: Transaction, original: Row | None) -> tuple[tuple[DeliveryId, ArticleId], ...]:
    """What left in the same message."""
    if original is None or original["bundle"] is None:
        return ()
    return _ids(
        await transaction.rows(
            f"SELECT id, article_id FROM deliveries WHERE bundle = $1 ORDER BY {PINNED_FIRST}, id",  # noqa: S608
            original["bundle"],
        )
    )


async def _end(transaction: Transaction, ids: Sequence[int], state: DeliveryState, at: int) -> None:
    if ids:
        await transaction.run(
            f"UPDATE deliveries SET state = $2, settled_at = $3 WHERE id IN {IDS}",  # noqa: S608
            json.dumps(ids),
            state,
            at,
        )


def _delivery(row: Row, revisions: _Revisions) -> Delivery:
    subject = "broadcast_id" if row["article_id"] is None else "article_id"
    return Delivery(
        id=row["id"],
        kind=DeliveryClass(row["class"]),
        chat_id=ChatId(row["chat_id"]),
        language=Language(row["language"]),
        article_id=row["article_id"],
        broadcast_id=row["broadcast_id"],
        attempt=row["attempt"],
        waiting_since=from_ms(row["created_at"]),
        revision=revisions.get((subject, row[subject]), 1),
        action=Action(row["action"]),
        silent=bool(row["silent"]),
    )


def _together(row: Row, waiting: Sequence[Row], revisions: _Revisions) -> Delivery:
    first = waiting[0]
    return replace(
        _delivery(row, revisions),
        id=first["id"],
        kind=DeliveryClass(min(one["class"] for one in waiting)),
        article_id=first["article_id"],
        waiting_since=from_ms(first["created_at"]),
        bundled=_ids(waiting),
    )


def _ids(rows: Iterable[Row]) -> tuple[tuple[DeliveryId, ArticleId], ...]:
    return tuple((DeliveryId(row["id"]), ArticleId(row["article_id"])) for row in rows)


def _target(original: Row | None) -> Target | None:
    if original is None or original["message_id"] is None or original["form"] is None:
        return None
    more = json.loads(original["more"]) if original["more"] else ()
    return Target(original["message_id"], MessageForm(original["form"]), from_ms(original["settled_at"]), tuple(more))
