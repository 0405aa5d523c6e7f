"""The outbox: everything that leaves.

Each step is short, so that a reader's tap never waits behind a fan-out, and each is one commit, so that a crash
between two of them leaves a state from which the next process goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    PhotoResult,
    Recovered,
    Settlement,
)
from storage.moments import from_ms, to_ms, to_ms_or_none
from storage.readers import mark_unreachable
from storage.sqlite import Database, Row, Transaction

# The readers of one window who are to get an article. `since` is compared with the moment of publishing, not of this
# step: who chose the category afterwards starts with the next article.
WANT_ARTICLE = """
    AND (r.everything_since <= $6 OR EXISTS (
        SELECT 1 FROM reader_categories rc JOIN article_categories ac ON ac.category_id = rc.category_id
        WHERE rc.chat_id = r.chat_id AND ac.article_id = $2 AND rc.since <= $6))
"""
ENOUGH_BEGUN = 2
"""Breaking news whose outcome is unknown is begun at most this often: never lost, at most two copies."""


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
            # The window is counted in readers, not in matches: a step costs the same however few of them want it.
            last = await transaction.value(
                "SELECT max(chat_id) FROM (SELECT chat_id FROM readers WHERE chat_id > $1 ORDER BY chat_id LIMIT $2)",
                fanout["cursor"],
                step,
            )
            if last is None:
                await transaction.run("UPDATE fanouts SET done = 1 WHERE id = $1", fanout["id"])
            else:
                await self._fill_window(transaction, fanout, last, now)
            return True

    async def _fill_window(self, transaction: Transaction, fanout: Row, last: int, now: datetime) -> None:
        await transaction.run(
            "INSERT INTO deliveries (class, article_id, broadcast_id, chat_id, state, due_at, expires_at, "  # noqa: S608
            "created_at) "
            "SELECT $1, $2, $3, r.chat_id, 'pending', $5, $7, $8 FROM readers r "
            "WHERE r.chat_id > $4 AND r.chat_id <= $9 AND r.left_at IS NULL AND r.unreachable_at IS NULL "
            f"{WANT_ARTICLE if fanout['article_id'] is not None else ''} ORDER BY r.chat_id ON CONFLICT DO NOTHING",
            fanout["class"],
            fanout["article_id"],
            fanout["broadcast_id"],
            fanout["cursor"],
            fanout["due_at"],
            fanout["created_at"],
            fanout["expires_at"],
            to_ms(now),
            last,
        )
        await transaction.run("UPDATE fanouts SET cursor = $2 WHERE id = $1", fanout["id"], last)

    async def claim(
        self, owner: str, now: datetime, *, lease: timedelta, limit: int, below: int | None = None
    ) -> list[Delivery]:
        at = to_ms(now)
        claimed: list[Delivery] = []
        async with self._database.write() as transaction:
            for kind in DeliveryClass:
                if len(claimed) >= limit or (below is not None and kind >= below):
                    break
                rows = await transaction.rows(
                    "SELECT d.*, r.language, r.left_at, r.unreachable_at FROM deliveries d "
                    "JOIN readers r ON r.chat_id = d.chat_id WHERE d.state = 'pending' AND d.class = $1 "
                    "AND d.due_at <= $2 AND (d.lease_until IS NULL OR d.lease_until <= $2) "
                    "ORDER BY d.due_at, d.id LIMIT $3",
                    int(kind),
                    at,
                    limit - len(claimed),
                )
                claimed += await self._lease(transaction, rows, owner, at, to_ms(now + lease))
        return claimed

    async def _lease(
        self, transaction: Transaction, rows: Sequence[Row], owner: str, at: int, until: int
    ) -> list[Delivery]:
        good: list[Row] = []
        for row in rows:
            if row["left_at"] is not None or row["unreachable_at"] is not None:
                await _end(transaction, row["id"], DeliveryState.CANCELLED, at)
            elif row["expires_at"] is not None and row["expires_at"] <= at:
                await _end(transaction, row["id"], DeliveryState.EXPIRED, at)
            else:
                good.append(row)
        await transaction.run_many(
            "UPDATE deliveries SET owner = $2, lease_until = $3 WHERE id = $1",
            [(row["id"], owner, until) for row in good],
        )
        return [_delivery(row) for row in good]

    async def begin(self, ids: Sequence[DeliveryId], owner: str, now: datetime) -> set[DeliveryId]:
        async with self._database.write() as transaction:
            rows = await transaction.rows(
                "UPDATE deliveries SET state = 'sending', attempt = attempt + 1 WHERE state = 'pending' "
                "AND owner = $2 AND id IN (SELECT value FROM json_each($1)) RETURNING id",
                json.dumps(list(ids)),
                owner,
            )
            return {DeliveryId(row["id"]) for row in rows}

    async def release(self, ids: Sequence[DeliveryId], owner: str) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE deliveries SET owner = NULL, lease_until = NULL WHERE state = 'pending' AND owner = $2 "
                "AND id IN (SELECT value FROM json_each($1))",
                json.dumps(list(ids)),
                owner,
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
            for one in settlements:
                if one.reader_unreachable:
                    chat_id = await transaction.value("SELECT chat_id FROM deliveries WHERE id = $1", one.delivery_id)
                    await mark_unreachable(transaction, chat_id, at)
            await transaction.run_many(
                "UPDATE photos SET file_id = $3, refused = $4 WHERE article_id = $1 AND url = $2",
                [(photo.article_id, photo.url, photo.file_id, int(photo.file_id is None)) for photo in photos],
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


async def _end(transaction: Transaction, delivery_id: int, state: DeliveryState, at: int) -> None:
    await transaction.run("UPDATE deliveries SET state = $2, settled_at = $3 WHERE id = $1", delivery_id, state, at)


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=DeliveryId(row["id"]),
        kind=DeliveryClass(row["class"]),
        chat_id=ChatId(row["chat_id"]),
        language=Language(row["language"]),
        article_id=None if row["article_id"] is None else ArticleId(row["article_id"]),
        broadcast_id=None if row["broadcast_id"] is None else BroadcastId(row["broadcast_id"]),
        attempt=row["attempt"],
    )
