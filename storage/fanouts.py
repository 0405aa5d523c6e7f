"""Promises to many, and how they become deliveries: in steps, each from the reader after the cursor on.

Recording one costs the same for 10 and for 1,000,000 readers. A step costs what the readers cost whom it concerns.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.model.deliveries import Action, DeliveryClass
from bot.model.ids import ArticleId, BroadcastId
from storage import audience, followed, special
from storage.engine import Row, Transaction
from storage.media import IDS
from storage.moments import from_ms, to_ms

BEFORE_ALL = -(2**63)
"""Smaller than every chat id: where a fan-out starts."""
FOLLOWED_FOR = timedelta(hours=48)
"""So long a delivered post follows the changes of its article."""
SETTLES = timedelta(minutes=1)
"""After a change: newsrooms save several times in a row, and what was leaving meanwhile has left by then."""
MOST_SINGLE = 5
"""More posts than this that wait for one reader at the same time leave as one message."""
TOGETHER = timedelta(seconds=2)
"""Time in which a dozen articles become deliveries for some 100,000 readers."""
MOST_CHANGES = 4
"""Of one article in that time that delivered posts follow."""
LATE = timedelta(hours=1)
"""Breaking news that should have begun longer ago, when the bot was off, waits for an editor: it may be wrong now."""
PAUSED, PAUSED_AS_LATE = 1, 2
SUBJECTS = ("article_id", "broadcast_id")


async def announce(
    transaction: Transaction, articles: Sequence[ArticleId], now: datetime, expires_at: datetime
) -> None:
    """To all who want them, in this order."""
    # Many at once leave when all of them are there, so that each reader gets them as one message.
    wait = TOGETHER if len(articles) > MOST_SINGLE else timedelta(0)
    for article_id in articles:
        fanout = await _record(
            transaction, DeliveryClass.ROUTINE, Action.SEND, now, now, article_id=article_id, expires_at=expires_at
        )
        if wait:
            await transaction.run("UPDATE fanouts SET leaves_at = $2 WHERE id = $1", fanout, to_ms(now + wait))


async def broadcast(
    transaction: Transaction, broadcast_id: BroadcastId, wanted: str, now: datetime, starts_at: int
) -> int:
    """`wanted`: the audience as JSON. The number of the fan-out."""
    due_at = from_ms(starts_at)
    fanout = await _record(transaction, DeliveryClass.BREAKING, Action.SEND, now, due_at, broadcast_id=broadcast_id)
    if wanted != "{}":
        await transaction.run("UPDATE fanouts SET audience = $2 WHERE id = $1", fanout, wanted)
    return fanout


async def follow(transaction: Transaction, article_id: ArticleId, now: datetime) -> None:
    """Posts already delivered are to follow the article's change. Of several changes in a row the last one counts."""
    changes = await transaction.rows(
        "SELECT id, cursor, done FROM fanouts WHERE article_id = $1 AND action = $2 AND created_at > $3 "
        "AND withdrawn_at IS NULL",
        article_id,
        Action.EDIT,
        to_ms(now - FOLLOWED_FOR),
    )
    if any(not change["done"] and change["cursor"] == BEFORE_ALL for change in changes):
        return
    if len(changes) >= MOST_CHANGES or not await transaction.value(
        "SELECT 1 FROM fanouts WHERE article_id = $1 AND action = 'send' AND filled > 0 AND created_at > $2",
        article_id,
        to_ms(now - FOLLOWED_FOR),
    ):
        return
    await _record(transaction, DeliveryClass.UPDATE, Action.EDIT, now, now + SETTLES, article_id=article_id)


async def change(
    transaction: Transaction,
    action: Action,
    now: datetime,
    *,
    article_id: ArticleId | None = None,
    broadcast_id: BroadcastId | None = None,
) -> int:
    """Edit or recall every copy; what waits to be changed otherwise is dropped. The number of the fan-out."""
    for subject, number in zip(SUBJECTS, (article_id, broadcast_id), strict=True):
        if number is not None:
            await transaction.run(
                "UPDATE fanouts SET done = 1, withdrawn_at = $2, swept = $3 WHERE withdrawn_at IS NULL "  # noqa: S608
                f"AND action != 'send' AND {subject} = $1 AND (class > 1 OR closed = 0)",
                number,
                to_ms(now),
                BEFORE_ALL,
            )
    return await _record(
        transaction, DeliveryClass.CORRECTION, action, now, now, article_id=article_id, broadcast_id=broadcast_id
    )


async def withdraw(
    transaction: Transaction, now: datetime, *, article_id: ArticleId | None, broadcast_id: BroadcastId | None
) -> None:
    """It goes to nobody any more."""
    for subject, number in zip(SUBJECTS, (article_id, broadcast_id), strict=True):
        if number is not None:
            await transaction.run(
                "UPDATE fanouts SET done = 1, withdrawn_at = $2, swept = $3 WHERE withdrawn_at IS NULL "  # noqa: S608
                f"AND action = 'send' AND {subject} = $1",
                number,
                to_ms(now),
                BEFORE_ALL,
            )


async def stop(transaction: Transaction, fanout: int, now: datetime) -> None:
    """Nothing of it happens any more."""
    await transaction.run(
        "UPDATE fanouts SET done = 1, paused = 0, withdrawn_at = $2, swept = $3 WHERE id = $1 AND withdrawn_at IS NULL",
        fanout,
        to_ms(now),
        BEFORE_ALL,
    )


async def _sweep(transaction: Transaction, now: datetime, step: int) -> bool:
    """The next readers for whom something waits that was withdrawn: it is cancelled. False: there is none."""
    fanout = await transaction.row("SELECT * FROM fanouts WHERE swept IS NOT NULL ORDER BY id LIMIT 1")
    if fanout is None:
        return False
    if fanout["action"] != Action.SEND:
        subject, number, which = "job", fanout["id"], "action != 'send'"
    else:
        subject = "broadcast_id" if fanout["article_id"] is None else "article_id"
        number, which = fanout[subject], f"{subject} IS NOT NULL AND action = 'send'"
    rows = await transaction.rows(
        f"SELECT id, chat_id, state FROM deliveries WHERE {subject} = $1 AND {which} AND chat_id > $2 "  # noqa: S608
        "ORDER BY chat_id LIMIT $3",
        number,
        fanout["swept"],
        step,
    )
    await transaction.run(
        f"UPDATE deliveries SET state = 'cancelled', settled_at = $2 WHERE state = 'pending' AND id IN {IDS}",  # noqa: S608
        json.dumps([row["id"] for row in rows if row["state"] == "pending"]),
        to_ms(now),
    )
    await transaction.run(
        "UPDATE fanouts SET swept = $2, closed = $3 WHERE id = $1",
        fanout["id"],
        rows[-1]["chat_id"] if len(rows) == step else None,
        int(len(rows) < step),
    )
    return True


async def _record(
    transaction: Transaction,
    kind: DeliveryClass,
    action: Action,
    now: datetime,
    due_at: datetime,
    *,
    article_id: ArticleId | None = None,
    broadcast_id: BroadcastId | None = None,
    expires_at: datetime | None = None,
) -> int:
    made = await transaction.value(
        "INSERT INTO fanouts (class, action, article_id, broadcast_id, cursor, created_at, due_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        int(kind),
        action,
        article_id,
        broadcast_id,
        BEFORE_ALL,
        to_ms(now),
        to_ms(due_at),
        None if expires_at is None else to_ms(expires_at),
    )
    return int(made)


async def fill_step(transaction: Transaction, now: datetime, zone: tzinfo, step: int) -> bool:
    """The next step of what is most urgent: filling of breaking news and corrections, then cancelling what was
    withdrawn, then all other filling. False: there is nothing to do."""
    fanout = await transaction.row(
        "SELECT * FROM fanouts WHERE done = 0 AND due_at <= $1 AND paused = 0 ORDER BY class, id LIMIT 1 "
        "/*! FOR UPDATE */",
        to_ms(now),
    )
    if (fanout is None or fanout["class"] > DeliveryClass.CORRECTION) and await _sweep(transaction, now, step):
        return True
    if fanout is None:
        return False
    unbegun = fanout["class"] == DeliveryClass.BREAKING and fanout["cursor"] == BEFORE_ALL
    if unbegun and fanout["due_at"] < to_ms(now - LATE):
        await transaction.run("UPDATE fanouts SET paused = $2 WHERE id = $1", fanout["id"], PAUSED_AS_LATE)
        return True
    await _fill(transaction, fanout, now, zone, step)
    return True


async def _fill(transaction: Transaction, fanout: Row, now: datetime, zone: tzinfo, step: int) -> None:
    if fanout["action"] != Action.SEND:
        looked_at, made = await _change_copies(transaction, fanout, now, step)
    else:
        if fanout["article_id"] is not None:
            looked_at = chats = await _readers_of_article(transaction, fanout, step)
        else:
            looked_at, chats = await audience.step(transaction, fanout["audience"], fanout["cursor"], step)
        own = await _special(transaction, chats)
        made = await _send_to(transaction, fanout, [chat for chat in chats if chat not in own])
        if own:
            made += await special.send_to(transaction, fanout, sorted(own), now, zone)
    await transaction.run(
        "UPDATE fanouts SET cursor = $2, filled = filled + $3, done = $4 WHERE id = $1",
        fanout["id"],
        looked_at[-1] if looked_at else fanout["cursor"],
        made,
        int(len(looked_at) < step),
    )


async def _special(transaction: Transaction, chats: list[int]) -> set[int]:
    sql = f"SELECT chat_id FROM readers WHERE special = 1 AND chat_id IN {IDS}"  # noqa: S608
    return {row[0] for row in await transaction.rows(sql, json.dumps(chats))}


async def _send_to(transaction: Transaction, fanout: Row, chats: list[int]) -> int:
    return await transaction.run(
        "INSERT INTO deliveries (class, article_id, broadcast_id, chat_id, state, due_at, expires_at, created_at, job) "  # noqa: S608
        "SELECT $2, $3, $4, r.chat_id, 'pending', $8, $6, $5, $7 FROM readers r "
        f"WHERE r.chat_id IN {IDS} AND r.left_at IS NULL AND r.unreachable_at IS NULL ORDER BY r.chat_id "
        "ON CONFLICT DO NOTHING",
        json.dumps(chats),
        fanout["class"],
        fanout["article_id"],
        fanout["broadcast_id"],
        fanout["due_at"],
        fanout["expires_at"],
        fanout["id"],
        fanout["leaves_at"] or fanout["due_at"],
    )


async def _change_copies(transaction: Transaction, fanout: Row, now: datetime, step: int) -> tuple[list[int], int]:
    """A change for each copy that was delivered or is just leaving; of an article only for the latest ones."""
    since = to_ms(now - FOLLOWED_FOR) if fanout["class"] == DeliveryClass.UPDATE else 0
    subject = "article_id" if fanout["article_id"] is not None else "broadcast_id"
    rows = await transaction.rows(
        "SELECT chat_id, state IN ('sent', 'sending') AND created_at >= $4 "  # noqa: S608
        "AND coalesce(form, '') NOT IN ('deleted', 'notice') AND ($5 = 'recall' OR revision IS NULL "
        "OR revision < (SELECT b.revision FROM broadcasts b WHERE b.id = deliveries.broadcast_id)) AS wanted "
        f"FROM deliveries WHERE {subject} = $1 AND action = 'send' AND chat_id > $2 ORDER BY chat_id LIMIT $3",
        fanout[subject],
        fanout["cursor"],
        step,
        since,
        fanout["action"],
    )
    wanted = [row["chat_id"] for row in rows if row["wanted"]]
    made = await transaction.run(
        "INSERT INTO deliveries (class, action, job, article_id, broadcast_id, chat_id, state, due_at, created_at) "
        "SELECT $2, $3, $4, $5, $6, value, 'pending', $7, $7 FROM json_each($1) ORDER BY value ON CONFLICT DO NOTHING",
        json.dumps(wanted),
        fanout["class"],
        fanout["action"],
        fanout["id"],
        fanout["article_id"],
        fanout["broadcast_id"],
        fanout["due_at"],
    )
    return [row["chat_id"] for row in rows], made


async def _readers_of_article(transaction: Transaction, fanout: Row, step: int) -> list[int]:
    """The next readers who had chosen everything or one of its categories when it was published, or followed one of
    its words; who did afterwards starts with the next article."""
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
    chats.update(
        await followed.followers(
            transaction, fanout["article_id"], after=fanout["cursor"], since=fanout["created_at"], limit=step
        )
    )
    return sorted(chats)[:step]
