"""Breaking news: drafts, confirmation, and how it stands."""

from __future__ import annotations

import json
from datetime import datetime

from bot.model import (
    Announcement,
    Broadcast,
    BroadcastId,
    BroadcastState,
    ChatId,
    DeliveryState,
    Tally,
)
from storage import fanouts
from storage.engine import Database, Row
from storage.figures import how_they_ended, of_broadcast
from storage.moments import from_ms, from_ms_or_none, to_ms


class SqliteBroadcasts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, author: ChatId, announcement: Announcement, now: datetime) -> Broadcast:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "INSERT INTO broadcasts (author, text, entities, photo_file_id, state, created_at) "
                "VALUES ($1, $2, $3, $4, 'draft', $5) RETURNING *",
                author,
                announcement.text,
                json.dumps([dict(entity) for entity in announcement.entities]),
                announcement.photo_file_id,
                to_ms(now),
            )
            assert row
            return _broadcast(row)

    async def get(self, broadcast_id: BroadcastId) -> Broadcast | None:
        async with self._database.read() as transaction:
            row = await transaction.row("SELECT * FROM broadcasts WHERE id = $1", broadcast_id)
            return None if row is None else _broadcast(row)

    async def confirm(
        self, broadcast_id: BroadcastId, revision: int, now: datetime, starts_at: datetime
    ) -> Broadcast | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "UPDATE broadcasts SET state = 'confirmed', confirmed_at = $3, starts_at = $4, audience = "
                "(SELECT count(*) FROM readers WHERE left_at IS NULL AND unreachable_at IS NULL) "
                "WHERE id = $1 AND revision = $2 AND state = 'draft' RETURNING *",
                broadcast_id,
                revision,
                to_ms(now),
                to_ms(starts_at),
            )
            if row is None:
                return None
            await fanouts.broadcast(transaction, broadcast_id, now, starts_at)
            return _broadcast(row)

    async def cancel(self, broadcast_id: BroadcastId, now: datetime) -> Broadcast | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "UPDATE broadcasts SET state = 'cancelled' WHERE id = $1 "
                "AND (state = 'draft' OR (state = 'confirmed' AND starts_at > $2)) RETURNING *",
                broadcast_id,
                to_ms(now),
            )
            if row is None:
                return None
            await transaction.run("UPDATE fanouts SET done = 1 WHERE broadcast_id = $1", broadcast_id)
            return _broadcast(row)

    async def set_progress_message(self, broadcast_id: BroadcastId, message_id: int) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE broadcasts SET progress_message_id = $2 WHERE id = $1", broadcast_id, message_id
            )

    async def unfinished(self) -> list[Broadcast]:
        async with self._database.read() as transaction:
            rows = await transaction.rows("SELECT * FROM broadcasts WHERE state = 'confirmed' ORDER BY id")
            return [_broadcast(row) for row in rows]

    async def tally(self, broadcast_id: BroadcastId) -> Tally:
        async with self._database.read() as transaction:
            audience = await transaction.value("SELECT audience FROM broadcasts WHERE id = $1", broadcast_id)
            ended = await how_they_ended(transaction, of_broadcast(broadcast_id))
            fanout = await transaction.row(
                "SELECT coalesce(sum(filled), 0) AS filled, coalesce(min(done), 0) AS done FROM fanouts "
                "WHERE broadcast_id = $1 AND action = 'send'",
                broadcast_id,
            )
            assert fanout
            by_state = {state: sum(seconds.values()) for state, seconds in ended.items()}
            if waiting := fanout["filled"] - sum(by_state.values()):
                by_state[DeliveryState.PENDING] = waiting
            return Tally(audience=int(audience or 0), by_state=by_state, filled=bool(fanout["done"]))

    async def finish(self, broadcast_id: BroadcastId, now: datetime) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE broadcasts SET state = 'done' WHERE id = $1 AND state = 'confirmed'", broadcast_id
            )


def _broadcast(row: Row) -> Broadcast:
    return Broadcast(
        id=BroadcastId(row["id"]),
        author=ChatId(row["author"]),
        announcement=Announcement(row["text"], tuple(json.loads(row["entities"])), row["photo_file_id"]),
        state=BroadcastState(row["state"]),
        revision=row["revision"],
        created_at=from_ms(row["created_at"]),
        starts_at=from_ms_or_none(row["starts_at"]),
        progress_message_id=row["progress_message_id"],
    )
