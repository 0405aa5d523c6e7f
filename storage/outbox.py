"""The outbox: everything that leaves.

Each step is short, so that a reader's tap never waits behind a fan-out, and each is one commit, so that a crash
between two of them leaves a state from which the next process goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from bot.model.articles import MediaResult
from bot.model.deliveries import (
    Action,
    Delivered,
    Delivery,
    DeliveryClass,
    DeliveryState,
    Overview,
    Recovered,
    Settlement,
)
from bot.model.ids import ArticleId, BroadcastId, DeliveryId
from storage import claims, fanouts
from storage.chats import lose_topic
from storage.engine import OUTBOX, Database, Transaction
from storage.figures import how_they_ended, newly_delivered, of_article, of_broadcast, progress
from storage.media import IDS, learn
from storage.moments import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from storage.readers import mark_unreachable, move_reader

ENOUGH_BEGUN = 2
"""Breaking news whose outcome is unknown is begun at most this often: never lost, at most two copies."""
WITHDRAWN = "EXISTS (SELECT 1 FROM fanouts f WHERE f.id = deliveries.job AND f.withdrawn_at IS NOT NULL)"
# What was withdrawn while it was on its way is not tried again; whether it arrived may be unknown.
SETTLE = (
    f"UPDATE deliveries SET state = CASE WHEN $2 = 'pending' AND {WITHDRAWN} THEN $11 ELSE $2 END, message_id = $3, "  # noqa: S608
    "form = $4, error = $5, due_at = coalesce($6, due_at), attempt = attempt - $7, settled_at = $8, more = $9, "
    "bundle = $10, blocked = $12, owner = NULL, lease_until = NULL WHERE id = $1 AND state = 'sending'"
)

DEAD = (
    "owner != $1 AND ($2 = 0 OR NOT EXISTS "
    "(SELECT 1 FROM leases l WHERE l.name = 'process ' || deliveries.owner AND l.until > $3))"
)
"""Of another process, which is no more. Where only one at a time holds the database ($2 = 0), every other one is."""


class SqliteOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def fill(self, now: datetime, *, zone: tzinfo = UTC, step: int = 1000) -> bool:
        # What was withdrawn is ended on the way.
        async with self._database.read() as transaction:
            ends = await transaction.value("SELECT 1 FROM fanouts WHERE swept IS NOT NULL LIMIT 1")
        async with self._database.write(OUTBOX if ends else "fill") as transaction:
            return await fanouts.fill_step(transaction, now, zone, step)

    async def claim(
        self, owner: str, now: datetime, *, lease: timedelta, limit: int, below: int | None = None
    ) -> list[Delivery]:
        rivals = self._database.shared
        async with self._database.write(OUTBOX) as transaction:
            claimed = await claims.due(transaction, now, limit=limit, below=below, owner=owner if rivals else "")
            await transaction.run(
                "UPDATE deliveries SET owner = $2, lease_until = $3, revision = "  # noqa: S608
                "(SELECT b.revision FROM broadcasts b WHERE b.id = deliveries.broadcast_id) "
                f"WHERE id IN {IDS}",
                json.dumps([one for delivery in claimed for one in delivery.ids]),
                owner,
                to_ms(now + lease),
            )
        return claimed

    async def begin(self, ids: Sequence[DeliveryId], owner: str, now: datetime) -> set[DeliveryId]:
        async with self._database.write(None) as transaction:
            rows = await transaction.rows(
                "UPDATE deliveries SET state = 'sending', attempt = attempt + 1 WHERE state = 'pending' "  # noqa: S608
                f"AND owner = $2 AND id IN {IDS} AND NOT EXISTS (SELECT 1 FROM fanouts f WHERE f.id = deliveries.job "
                "AND (f.paused > 0 OR f.withdrawn_at IS NOT NULL)) AND (broadcast_id IS NULL OR revision = "
                "(SELECT b.revision FROM broadcasts b WHERE b.id = deliveries.broadcast_id)) RETURNING id",
                json.dumps(list(ids)),
                owner,
            )
            if len(rows) < len(ids):
                # What is paused or has new words by now must not wait until its lease ends.
                await _release(transaction, ids, owner, None)
            return {DeliveryId(row[0]) for row in rows}

    async def release(self, ids: Sequence[DeliveryId], owner: str, due_at: datetime | None = None) -> None:
        async with self._database.write(None) as transaction:
            await _release(transaction, ids, owner, due_at)

    async def settle(self, settlements: Sequence[Settlement], media: Sequence[MediaResult], now: datetime) -> None:
        at = to_ms(now)
        async with self._database.write(OUTBOX) as transaction:
            await transaction.run_many(SETTLE, [_settled(one, at) for one in settlements])
            await _changed(transaction, settlements)
            if any(one.state is DeliveryState.SENT for one in settlements):
                await transaction.run("UPDATE outbox SET last_sent_at = $1", at)
            for one in settlements:
                await _follow_chat(transaction, one, at)
            if media:
                await learn(transaction, media)

    async def withdraw(
        self, *, article_id: ArticleId | None = None, broadcast_id: BroadcastId | None = None, now: datetime
    ) -> None:
        async with self._database.write() as transaction:
            await fanouts.withdraw(transaction, now, article_id=article_id, broadcast_id=broadcast_id)

    async def change(
        self,
        action: Action,
        now: datetime,
        *,
        article_id: ArticleId | None = None,
        broadcast_id: BroadcastId | None = None,
    ) -> int:
        async with self._database.write() as transaction:
            if action is Action.RECALL:
                await fanouts.withdraw(transaction, now, article_id=article_id, broadcast_id=broadcast_id)
            return await fanouts.change(transaction, action, now, article_id=article_id, broadcast_id=broadcast_id)

    async def recover(self, owner: str, now: datetime) -> Recovered:
        shared = int(self._database.shared)
        async with self._database.write(OUTBOX) as transaction:
            await _pause_late(transaction, to_ms(now - fanouts.LATE))
            await transaction.run(
                f"UPDATE deliveries SET owner = NULL, lease_until = NULL WHERE state = 'pending' AND {DEAD}",  # noqa: S608
                owner,
                shared,
                to_ms(now),
            )
            resent = await transaction.run(
                "UPDATE deliveries SET state = 'pending', owner = NULL, lease_until = NULL "  # noqa: S608
                f"WHERE state = 'sending' AND {DEAD} AND ((class = $4 AND attempt < $5) OR action != 'send') "
                f"AND NOT {WITHDRAWN}",
                owner,
                shared,
                to_ms(now),
                int(DeliveryClass.BREAKING),
                ENOUGH_BEGUN,
            )
            unknown = await transaction.run(
                "UPDATE deliveries SET state = 'unknown', owner = NULL, lease_until = NULL, settled_at = $3 "  # noqa: S608
                f"WHERE state = 'sending' AND {DEAD}",
                owner,
                shared,
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

    async def delivered(self, now: datetime) -> list[Delivered]:
        async with self._database.write() as transaction:
            return await newly_delivered(transaction, to_ms(now))

    async def last_sent(self) -> datetime | None:
        async with self._database.read() as transaction:
            return from_ms_or_none(await transaction.value("SELECT last_sent_at FROM outbox"))

    async def next_due(self, now: datetime) -> datetime | None:
        async with self._database.read() as transaction:
            moments = [
                await transaction.value("SELECT min(due_at) FROM fanouts WHERE done = 0 AND paused = 0"),
                await transaction.value("SELECT withdrawn_at FROM fanouts WHERE swept IS NOT NULL LIMIT 1"),
            ]
            for kind in DeliveryClass:
                urgent = kind <= DeliveryClass.CORRECTION
                jobs = [job["id"] for job in await claims.open_jobs(transaction, kind)] if urgent else [int(kind)]
                which = "job = $1 AND class <= 1" if urgent else "class = $1"
                for job in jobs:
                    sql = f"SELECT due_at FROM deliveries WHERE state = 'pending' AND {which} AND owner IS NULL "  # noqa: S608
                    moments.append(await transaction.value(f"{sql} ORDER BY due_at, id LIMIT 1", job))
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
                "WHERE f.filled > 0 AND f.action = 'send' GROUP BY f.article_id, f.broadcast_id, a.title, b.text "
                "ORDER BY max(f.id) DESC LIMIT $1",
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
                            await how_they_ended(
                                transaction,
                                of_article(row["article_id"])
                                if row["article_id"]
                                else of_broadcast(row["broadcast_id"]),
                            ),
                        )
                        for row in rows
                    ]
                ),
            )


async def _follow_chat(transaction: Transaction, one: Settlement, at: int) -> None:
    """What a settlement tells of its chat."""
    if not (one.reader_unreachable or one.moved_to is not None or one.lost_topic is not None):
        return
    chat_id = await transaction.value("SELECT chat_id FROM deliveries WHERE id = $1", one.delivery_id)
    if chat_id is None:
        return
    if one.lost_topic is not None:
        await lose_topic(transaction, chat_id, one.lost_topic)
    if one.reader_unreachable:
        await mark_unreachable(transaction, chat_id, at)
    elif one.moved_to is not None and one.moved_to != chat_id:
        await move_reader(transaction, chat_id, one.moved_to)


async def _release(transaction: Transaction, ids: Sequence[DeliveryId], owner: str, due_at: datetime | None) -> None:
    await transaction.run(
        "UPDATE deliveries SET owner = NULL, lease_until = NULL, due_at = coalesce($3, due_at) "  # noqa: S608
        f"WHERE state = 'pending' AND owner = $2 AND id IN {IDS}",
        json.dumps(list(ids)),
        owner,
        to_ms_or_none(due_at),
    )


async def _pause_late(transaction: Transaction, before: int) -> None:
    """Breaking news that was on its way when everything stopped long ago goes on when an editor says so."""
    sent = await transaction.value("SELECT last_sent_at FROM outbox")
    if sent is not None and sent < before:
        for job in await claims.open_jobs(transaction, DeliveryClass.BREAKING):
            await transaction.run(
                "UPDATE fanouts SET paused = $3 WHERE id = $1 AND EXISTS (SELECT 1 FROM deliveries d WHERE d.job = $1 "
                "AND d.state IN ('pending', 'sending') AND d.due_at < $2)",
                job["id"],
                before,
                fanouts.PAUSED_AS_LATE,
            )


def _settled(one: Settlement, at: int) -> tuple[Any, ...]:
    """The parameters of SETTLE."""
    return (
        one.delivery_id,
        one.state,
        one.message_id,
        one.form,
        one.error,
        to_ms_or_none(one.due_at),
        0 if one.counts else 1,
        at,
        json.dumps(one.more) if one.more else None,
        one.bundle,
        DeliveryState.UNKNOWN if one.doubtful else DeliveryState.CANCELLED,
        int(one.reader_unreachable),
    )


async def _changed(transaction: Transaction, settlements: Sequence[Settlement]) -> None:
    """The copies of broadcasts are from now on what these edits and recalls made of them."""
    done = [one.delivery_id for one in settlements if one.changes and one.state is DeliveryState.SENT]
    if done:
        await transaction.run(
            "UPDATE deliveries SET form = c.form, revision = c.revision FROM deliveries c "  # noqa: S608
            f"WHERE c.id IN {IDS} AND c.broadcast_id IS NOT NULL AND c.form IS NOT NULL AND deliveries.action = 'send' "
            "AND deliveries.broadcast_id = c.broadcast_id AND deliveries.chat_id = c.chat_id",
            json.dumps(done),
        )
