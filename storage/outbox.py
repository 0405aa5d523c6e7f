"""The outbox: everything that leaves.

Each step is short, so that a reader's tap never waits behind a fan-out, and each is one commit, so that a crash
between two of them leaves a state from which the next process goes on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.model import (
    ArticleId,
    BroadcastId,
    ChatId,
    Delivery,
    DeliveryClass,
    DeliveryId,
    DeliveryState,
    Language,
    Overview,
    PhotoResult,
    Recovered,
    Settlement,
)
from storage.figures import how_they_ended, progress
from storage.moments import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from storage.readers import mark_unreachable, move_reader
from storage.sqlite import Database, Row, Transaction

IDS = "(SELECT value FROM json_each($1))"
ENOUGH_BEGUN = 2
"""Breaking news whose outcome is unknown is begun at most this often: never lost, at most two copies."""
MOST_SINGLE = 5
"""More posts than this that wait for one reader at the same time leave as one message."""
BUNDLED_AFTER = timedelta(minutes=2)
"""So do any two of which one has waited for so long: there are more posts than the pace carries, or the bot was off."""
MOST_BUNDLED = 20
"""Headlines with links of 200 characters stay within a message's 4,096, and the buttons within five rows."""
DIGEST_LIFE = timedelta(days=2)
"""An expired post goes out in a digest; when none could leave for so long either, it is dropped."""


class SqliteOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def fill(self, now: datetime, *, step: int = 1000) -> bool:
        async with self._database.write() as transaction:
            fanout = await transaction.row(
                "SELECT * FROM fanouts WHERE done = 0 AND due_at <= $1 ORDER BY class, id LIMIT 1", to_ms(now)
            )
            if fanout is None:
                return False
            if fanout["article_id"] is not None:
                chats = await _readers_of_article(transaction, fanout, step)
            else:
                chats = await _readers_of_all(transaction, fanout, step)
            made = await transaction.run(
                "INSERT INTO deliveries (class, article_id, broadcast_id, chat_id, state, due_at, expires_at, "  # noqa: S608
                "created_at) SELECT $2, $3, $4, r.chat_id, 'pending', $5, $6, $5 FROM readers r "
                f"WHERE r.chat_id IN {IDS} AND r.left_at IS NULL AND r.unreachable_at IS NULL ORDER BY r.chat_id "
                "ON CONFLICT DO NOTHING",
                json.dumps(chats),
                fanout["class"],
                fanout["article_id"],
                fanout["broadcast_id"],
                fanout["due_at"],
                fanout["expires_at"],
            )
            await transaction.run(
                "UPDATE fanouts SET cursor = $2, filled = filled + $3, done = $4 WHERE id = $1",
                fanout["id"],
                chats[-1] if chats else fanout["cursor"],
                made,
                int(len(chats) < step),
            )
            return True

    async def claim(
        self, owner: str, now: datetime, *, lease: timedelta, limit: int, below: int | None = None
    ) -> list[Delivery]:
        claimed: list[Delivery] = []
        async with self._database.write() as transaction:
            for kind in DeliveryClass:
                if len(claimed) >= limit or (below is not None and kind >= below):
                    break
                rows = await transaction.rows(
                    "SELECT d.id, d.class, d.article_id, d.broadcast_id, d.chat_id, d.attempt, d.created_at, "
                    "d.expires_at, r.language, r.left_at, r.unreachable_at FROM deliveries d "
                    "JOIN readers r ON r.chat_id = d.chat_id WHERE d.state = 'pending' AND d.class = $1 "
                    "AND d.due_at <= $2 AND (d.lease_until IS NULL OR d.lease_until <= $2) "
                    "ORDER BY d.due_at, d.id LIMIT $3",
                    int(kind),
                    to_ms(now),
                    limit - len(claimed),
                )
                wanted = await _still_wanted(transaction, rows, to_ms(now))
                if wanted and kind >= DeliveryClass.ROUTINE:
                    claimed += await _bundled(transaction, wanted, now)
                else:
                    claimed += [_delivery([row]) for row in wanted]
            await transaction.run(
                f"UPDATE deliveries SET owner = $2, lease_until = $3 WHERE id IN {IDS}",  # noqa: S608
                json.dumps([one for delivery in claimed for one in delivery.ids]),
                owner,
                to_ms(now + lease),
            )
        return claimed

    async def begin(self, ids: Sequence[DeliveryId], owner: str, now: datetime) -> set[DeliveryId]:
        async with self._database.write() as transaction:
            rows = await transaction.rows(
                "UPDATE deliveries SET state = 'sending', attempt = attempt + 1 WHERE state = 'pending' "  # noqa: S608
                f"AND owner = $2 AND id IN {IDS} RETURNING id",
                json.dumps(list(ids)),
                owner,
            )
            return {DeliveryId(row[0]) for row in rows}

    async def release(self, ids: Sequence[DeliveryId], owner: str, due_at: datetime | None = None) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE deliveries SET owner = NULL, lease_until = NULL, due_at = coalesce($3, due_at) "  # noqa: S608
                f"WHERE state = 'pending' AND owner = $2 AND id IN {IDS}",
                json.dumps(list(ids)),
                owner,
                to_ms_or_none(due_at),
            )

    async def settle(self, settlements: Sequence[Settlement], photos: Sequence[PhotoResult], now: datetime) -> None:
        at = to_ms(now)
        async with self._database.write() as transaction:
            await transaction.run_many(
                "UPDATE deliveries SET state = $2, message_id = $3, form = $4, error = $5, "
                "due_at = coalesce($6, due_at), attempt = attempt - $7, settled_at = $8, owner = NULL, "
                "lease_until = NULL WHERE id = $1 AND state = 'sending'",
                [
                    (
                        one.delivery_id,
                        one.state,
                        one.message_id,
                        one.form,
                        one.error,
                        to_ms_or_none(one.due_at),
                        0 if one.counts else 1,
                        at,
                    )
                    for one in settlements
                ],
            )
            if any(one.state is DeliveryState.SENT for one in settlements):
                await transaction.run("UPDATE outbox SET last_sent_at = $1", at)
            for one in settlements:
                if one.reader_unreachable or one.moved_to is not None:
                    chat_id = await transaction.value("SELECT chat_id FROM deliveries WHERE id = $1", one.delivery_id)
                    if one.moved_to is None:
                        await mark_unreachable(transaction, chat_id, at)
                    elif one.moved_to != chat_id:
                        await move_reader(transaction, chat_id, one.moved_to)
            if photos:
                await transaction.run_many(
                    "UPDATE photos SET file_id = $3, refused = $4 WHERE article_id = $1 AND url = $2",
                    [(photo.article_id, photo.url, photo.file_id, int(photo.refused)) for photo in photos],
                )

    async def withdraw(
        self, *, article_id: ArticleId | None = None, broadcast_id: BroadcastId | None = None, now: datetime
    ) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE fanouts SET done = 1, withdrawn_at = $3 WHERE article_id = $1 OR broadcast_id = $2",
                article_id,
                broadcast_id,
                to_ms(now),
            )

    async def recover(self, owner: str, now: datetime) -> Recovered:
        # One process at a time holds this database, so whatever another owner left is nobody's any more.
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE deliveries SET owner = NULL, lease_until = NULL WHERE state = 'pending' AND owner != $1", owner
            )
            resent = await transaction.run(
                "UPDATE deliveries SET state = 'pending', owner = NULL, lease_until = NULL "
                "WHERE state = 'sending' AND owner != $1 AND class = $2 AND attempt < $3",
                owner,
                int(DeliveryClass.BREAKING),
                ENOUGH_BEGUN,
            )
            unknown = await transaction.run(
                "UPDATE deliveries SET state = 'unknown', owner = NULL, lease_until = NULL, settled_at = $2 "
                "WHERE state = 'sending' AND owner != $1",
                owner,
                to_ms(now),
            )
            return Recovered(resent=resent, unknown=unknown)

    async def prune(self, before: datetime, *, limit: int = 1000) -> int:
        async with self._database.write() as transaction:
            return await transaction.run(
                "DELETE FROM deliveries WHERE id IN (SELECT id FROM (SELECT id, state, created_at FROM deliveries "
                "ORDER BY id LIMIT $2) WHERE state NOT IN ('pending', 'sending') AND created_at < $1)",
                to_ms(before),
                limit,
            )

    async def last_sent(self) -> datetime | None:
        async with self._database.read() as transaction:
            return from_ms_or_none(await transaction.value("SELECT last_sent_at FROM outbox"))

    async def next_due(self, now: datetime) -> datetime | None:
        async with self._database.read() as transaction:
            moments = [
                await transaction.value("SELECT min(due_at) FROM fanouts WHERE done = 0"),
                *[
                    await transaction.value(
                        "SELECT due_at FROM deliveries WHERE state = 'pending' AND class = $1 "
                        "AND owner IS NULL ORDER BY due_at, id LIMIT 1",
                        int(kind),
                    )
                    for kind in DeliveryClass
                ],
            ]
            waiting = [moment for moment in moments if moment is not None]
            return from_ms(min(waiting)) if waiting else None

    async def overview(self, *, recent: int = 5) -> Overview:
        async with self._database.read() as transaction:
            waiting = await transaction.rows(
                "SELECT class, count(*) FROM deliveries WHERE state = 'pending' GROUP BY class"
            )
            oldest = [
                await transaction.value(
                    "SELECT created_at FROM deliveries WHERE state = 'pending' AND class = $1 "
                    "ORDER BY due_at, id LIMIT 1",
                    row[0],
                )
                for row in waiting
            ]
            rows = await transaction.rows(
                "SELECT f.article_id, f.broadcast_id, sum(f.filled) AS filled, coalesce(a.title, b.text) AS title "
                "FROM (SELECT * FROM fanouts ORDER BY id DESC LIMIT 200) f "
                "LEFT JOIN articles a ON a.id = f.article_id LEFT JOIN broadcasts b ON b.id = f.broadcast_id "
                "WHERE f.filled > 0 GROUP BY f.article_id, f.broadcast_id ORDER BY max(f.id) DESC LIMIT $1",
                recent,
            )
            return Overview(
                waiting={DeliveryClass(row[0]): row[1] for row in waiting},
                oldest=from_ms(min(oldest)) if oldest else None,
                recent=tuple(
                    [
                        progress(
                            row["title"],
                            row["filled"],
                            await how_they_ended(transaction, row["article_id"] or -row["broadcast_id"]),
                        )
                        for row in rows
                    ]
                ),
            )


async def _readers_of_article(transaction: Transaction, fanout: Row, step: int) -> list[int]:
    """The next readers who had chosen everything or one of its categories when it was published; who did afterwards
    starts with the next article. The cost follows the number of them, not of all readers."""
    everything = await transaction.rows(
        "SELECT chat_id FROM readers WHERE chat_id > $1 AND everything_since IS NOT NULL AND left_at IS NULL "
        "AND unreachable_at IS NULL AND everything_since <= $2 ORDER BY chat_id LIMIT $3",
        fanout["cursor"],
        fanout["created_at"],
        step,
    )
    chats = {row[0] for row in everything}
    for category in await transaction.rows(
        "SELECT category_id FROM article_categories WHERE article_id = $1", fanout["article_id"]
    ):
        chosen = await transaction.rows(
            "SELECT chat_id FROM reader_categories WHERE category_id = $1 AND chat_id > $2 AND since <= $3 "
            "ORDER BY chat_id LIMIT $4",
            category[0],
            fanout["cursor"],
            fanout["created_at"],
            step,
        )
        chats.update(row[0] for row in chosen)
    return sorted(chats)[:step]


async def _readers_of_all(transaction: Transaction, fanout: Row, step: int) -> list[int]:
    rows = await transaction.rows(
        "SELECT chat_id FROM readers WHERE chat_id > $1 AND left_at IS NULL AND unreachable_at IS NULL "
        "ORDER BY chat_id LIMIT $2",
        fanout["cursor"],
        step,
    )
    return [row[0] for row in rows]


async def _still_wanted(transaction: Transaction, rows: Sequence[Row], at: int) -> list[Row]:
    """Without those that are wanted no more, which end here. What is only too old to go out alone turns into a part
    of a digest and comes up again as that."""
    withdrawn = await _withdrawn(transaction, rows)
    good: list[Row] = []
    cancelled: list[int] = []
    expired: list[int] = []
    for row in rows:
        if (
            row["left_at"] is not None
            or row["unreachable_at"] is not None
            or (withdrawn and (row["article_id"], row["broadcast_id"]) in withdrawn)
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


async def _withdrawn(transaction: Transaction, rows: Iterable[Row]) -> set[tuple[int | None, int | None]]:
    """The articles and broadcasts among these that are to go to nobody any more."""
    found: set[tuple[int | None, int | None]] = set()
    for article, broadcast in {(row["article_id"], row["broadcast_id"]) for row in rows}:
        if await transaction.value(
            "SELECT 1 FROM fanouts WHERE withdrawn_at IS NOT NULL AND article_id IS $1 AND broadcast_id IS $2 LIMIT 1",
            article,
            broadcast,
        ):
            found.add((article, broadcast))
    return found


async def _bundled(transaction: Transaction, rows: Sequence[Row], now: datetime) -> list[Delivery]:
    """These, those that are to leave as one message together with whatever else waits for the same reader."""
    together = await _waiting_together(transaction, rows, now)
    patient = to_ms(now - BUNDLED_AFTER)
    deliveries: list[Delivery] = []
    bundled: set[int] = set()
    for row in rows:
        chat_id = row["chat_id"]
        waiting = together.get(chat_id, [row])
        if chat_id in bundled:
            continue
        if (
            len(waiting) > MOST_SINGLE
            or (len(waiting) > 1 and waiting[0]["created_at"] <= patient)
            or any(one["class"] == DeliveryClass.DIGEST for one in waiting)
        ):
            bundled.add(chat_id)
            deliveries.append(_delivery(waiting[:MOST_BUNDLED], row["language"], bundled=True))
        else:
            deliveries.append(_delivery([row]))
    return deliveries


async def _waiting_together(transaction: Transaction, rows: Sequence[Row], now: datetime) -> dict[int, list[Row]]:
    """By reader, all that waits for him; for readers for whom more than one post does."""
    waiting = (
        "state = 'pending' AND class >= $2 AND due_at <= $3 AND (lease_until IS NULL OR lease_until <= $3) "
        f"AND chat_id IN {IDS}"
    )
    parameters = int(DeliveryClass.ROUTINE), to_ms(now)
    several = await transaction.rows(
        f"SELECT chat_id FROM deliveries WHERE {waiting} GROUP BY chat_id HAVING count(*) > 1",  # noqa: S608
        json.dumps(list({row["chat_id"] for row in rows})),
        *parameters,
    )
    together: dict[int, list[Row]] = defaultdict(list)
    if several:
        for row in await transaction.rows(
            "SELECT id, class, article_id, broadcast_id, chat_id, attempt, created_at, expires_at FROM deliveries "  # noqa: S608
            f"WHERE {waiting} ORDER BY chat_id, id",
            json.dumps([row[0] for row in several]),
            *parameters,
        ):
            together[row["chat_id"]].append(row)
    return together


async def _end(transaction: Transaction, ids: Sequence[int], state: DeliveryState, at: int) -> None:
    if ids:
        await transaction.run(
            f"UPDATE deliveries SET state = $2, settled_at = $3 WHERE id IN {IDS}",  # noqa: S608
            json.dumps(ids),
            state,
            at,
        )


def _delivery(rows: Sequence[Row], language: str | None = None, *, bundled: bool = False) -> Delivery:
    row = rows[0]
    return Delivery(
        id=row["id"],
        kind=DeliveryClass(min(one["class"] for one in rows)),
        chat_id=ChatId(row["chat_id"]),
        language=Language(language or row["language"]),
        article_id=row["article_id"],
        broadcast_id=row["broadcast_id"],
        attempt=row["attempt"],
        waiting_since=from_ms(row["created_at"]),
        bundled=tuple((DeliveryId(one["id"]), ArticleId(one["article_id"])) for one in rows) if bundled else (),
    )
