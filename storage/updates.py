"""What people typed and tapped, from when Telegram may forget it until it has been handled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.updates import ReceivedUpdate
from storage.engine import Database
from storage.media import IDS
from storage.moments import from_ms, to_ms


class SqliteUpdates:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(
        self, updates: Mapping[int, Mapping[str, Any]], now: datetime, *, owner: str | None = None
    ) -> set[int]:
        fresh: set[int] = set()
        async with self._database.write(None) as transaction:
            for number, content in updates.items():
                row = await transaction.row(
                    "INSERT INTO updates (id, content, received_at, owner) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT DO NOTHING RETURNING id",
                    number,
                    json.dumps(content, ensure_ascii=False),
                    to_ms(now),
                    owner,
                )
                if row:
                    fresh.add(number)
        return fresh

    async def handled(self, ids: Sequence[int], now: datetime) -> None:
        async with self._database.write(None) as transaction:
            await transaction.run(
                f"UPDATE updates SET handled_at = $2, content = '' WHERE id IN {IDS}",  # noqa: S608
                json.dumps(list(ids)),
                to_ms(now),
            )

    async def unhandled(self, now: datetime, *, owner: str | None = None) -> list[ReceivedUpdate]:
        async with self._database.write() as transaction:
            rows = await transaction.rows(
                "UPDATE updates SET tries = tries + 1, owner = $1 WHERE handled_at IS NULL AND "
                "($2 = 0 OR owner IS NULL OR (owner != $1 AND NOT EXISTS "
                "(SELECT 1 FROM leases l WHERE l.name = 'process ' || updates.owner AND l.until > $3))) "
                "RETURNING id, content, received_at, tries",
                owner,
                int(self._database.shared),
                to_ms(now),
            )
        return [
            ReceivedUpdate(row["id"], json.loads(row["content"]), from_ms(row["received_at"]), row["tries"])
            for row in sorted(rows, key=lambda row: int(row["id"]))
        ]

    async def prune(self, before: datetime, *, limit: int = 1000) -> int:
        async with self._database.write() as transaction:
            return await transaction.run(
                "DELETE FROM updates WHERE id IN (SELECT id FROM (SELECT id, handled_at, received_at FROM updates "
                "ORDER BY id LIMIT $2) WHERE handled_at IS NOT NULL AND received_at < $1)",
                to_ms(before),
                limit,
            )
