"""The audit log: who did what when, and what came of it. Written in the transaction of the deed itself."""

from __future__ import annotations

from datetime import datetime

from bot.model.ids import ChatId
from bot.model.newsroom import Act, Entry
from storage.engine import Database, Row, Transaction
from storage.moments import from_ms, to_ms

DETAIL = 500
"""Characters of a text that an entry keeps."""


async def note(
    transaction: Transaction, by: int, act: Act, subject: str, now: datetime, *, detail: str = "", done: bool = True
) -> None:
    await transaction.run(
        "INSERT INTO audit (at, user_id, name, action, subject, detail, done) "
        "VALUES ($1, $2, coalesce((SELECT name FROM editors WHERE user_id = $2), ''), $3, $4, $5, $6)",
        to_ms(now),
        by,
        act,
        subject,
        detail[:DETAIL],
        int(done),
    )


class SqliteAudit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(
        self, by: ChatId, act: Act, subject: str, now: datetime, *, detail: str = "", done: bool = True
    ) -> None:
        async with self._database.write() as transaction:
            await note(transaction, by, act, subject, now, detail=detail, done=done)

    async def page(self, *, before: int | None = None, limit: int = 10) -> list[Entry]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT * FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2", before or 2**62, limit
            )
            return [_entry(row) for row in rows]

    async def count(self) -> int:
        async with self._database.read() as transaction:
            return int(await transaction.value("SELECT count(*) FROM audit"))


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        at=from_ms(row["at"]),
        user_id=ChatId(row["user_id"]),
        name=row["name"],
        action=Act(row["action"]),
        subject=row["subject"],
        detail=row["detail"],
        done=bool(row["done"]),
    )
