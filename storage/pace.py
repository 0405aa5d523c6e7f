"""The pace that all processes share: one row, from which each takes the next few moments."""

from __future__ import annotations

from datetime import timedelta

from storage.engine import Database, Transaction

MICROSECOND = timedelta(microseconds=1)
CLOCK = {
    True: "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
    False: "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
}
"""The database's own, by whether it is shared: that of several machines would differ."""


class SqlitePace:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, permits: int, interval: timedelta) -> timedelta:
        each = interval // MICROSECOND
        async with self._database.write(None) as transaction:
            before = int(await transaction.value("SELECT next_at FROM pace /*! FOR UPDATE */"))
            now = await self._clock(transaction)
            first = max(before, now)
            await transaction.run("UPDATE pace SET next_at = $1", first + permits * each)
            return (first - now) * MICROSECOND

    async def hold_back(self, wait: timedelta) -> None:
        async with self._database.write(None) as transaction:
            until = await self._clock(transaction) + wait // MICROSECOND
            await transaction.run("UPDATE pace SET next_at = $1 WHERE next_at < $1", until)

    async def _clock(self, transaction: Transaction) -> int:
        return int(await transaction.value(CLOCK[self._database.shared]))
