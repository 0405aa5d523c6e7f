"""What one process at a time does, and which processes are alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.engine import Database
from storage.moments import to_ms


class SqliteLeases:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
        async with self._database.write(f"lease {name}") as transaction:
            held = await transaction.value(
                "INSERT INTO leases (name, owner, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE "
                "SET owner = excluded.owner, until = excluded.until "
                "WHERE leases.owner = excluded.owner OR leases.until <= $4 RETURNING 1",
                name,
                owner,
                to_ms(now + lease),
                to_ms(now),
            )
            await transaction.run("DELETE FROM leases WHERE until <= $1", to_ms(now - FORGOTTEN))
            return held is not None

    async def end(self, name: str, owner: str) -> None:
        async with self._database.write(f"lease {name}") as transaction:
            await transaction.run("DELETE FROM leases WHERE name = $1 AND owner = $2", name, owner)


FORGOTTEN = timedelta(days=1)
"""So long after its end a lease is not worth keeping: no process lives again."""
