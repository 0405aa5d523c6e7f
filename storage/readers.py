"""Readers and what they chose."""

from __future__ import annotations

from datetime import datetime

from bot.model import CategoryId, ChatId, Language, Reader
from storage.moments import to_ms
from storage.sqlite import Database, Transaction

# What is no longer wanted is cancelled at once, so that nothing leaves after the reader has said no. What he has
# already is corrected all the same.
CANCEL_WAITING = (
    "UPDATE deliveries SET state = 'cancelled' WHERE chat_id = $1 AND state = 'pending' AND action = 'send'"
)


class SqliteReaders:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrive(self, chat_id: ChatId, language: Language, now: datetime) -> tuple[Reader, bool]:
        async with self._database.write() as transaction:
            made = await transaction.run(
                "INSERT INTO readers (chat_id, language, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                chat_id,
                language,
                to_ms(now),
            )
            if not made:
                await transaction.run("UPDATE readers SET unreachable_at = NULL WHERE chat_id = $1", chat_id)
            return await _known(transaction, chat_id), bool(made)

    async def get(self, chat_id: ChatId) -> Reader | None:
        async with self._database.read() as transaction:
            return await _reader(transaction, chat_id)

    async def set_language(self, chat_id: ChatId, language: Language) -> Reader:
        async with self._database.write() as transaction:
            await transaction.run("UPDATE readers SET language = $2 WHERE chat_id = $1", chat_id, language)
            return await _known(transaction, chat_id)

    async def set_category(self, chat_id: ChatId, category: CategoryId, on: bool, now: datetime) -> Reader:
        async with self._database.write() as transaction:
            if on:
                await transaction.run(
                    "INSERT INTO reader_categories (chat_id, category_id, since) "
                    "SELECT $1, id, $3 FROM categories WHERE id = $2 ON CONFLICT DO NOTHING",
                    chat_id,
                    category,
                    to_ms(now),
                )
                await transaction.run("UPDATE readers SET left_at = NULL WHERE chat_id = $1", chat_id)
            else:
                await _spell_out_everything(transaction, chat_id)
                await transaction.run(
                    "DELETE FROM reader_categories WHERE chat_id = $1 AND category_id = $2", chat_id, category
                )
            return await _known(transaction, chat_id)

    async def set_everything(self, chat_id: ChatId, on: bool, now: datetime) -> Reader:
        async with self._database.write() as transaction:
            await transaction.run("DELETE FROM reader_categories WHERE chat_id = $1", chat_id)
            if on:
                await transaction.run(
                    "UPDATE readers SET everything_since = coalesce(everything_since, $2), left_at = NULL "
                    "WHERE chat_id = $1",
                    chat_id,
                    to_ms(now),
                )
            else:
                await transaction.run("UPDATE readers SET everything_since = NULL WHERE chat_id = $1", chat_id)
            return await _known(transaction, chat_id)

    async def set_left(self, chat_id: ChatId, left: bool, now: datetime) -> Reader:
        async with self._database.write() as transaction:
            if left:
                await transaction.run(
                    "UPDATE readers SET left_at = coalesce(left_at, $2) WHERE chat_id = $1", chat_id, to_ms(now)
                )
                await transaction.run(CANCEL_WAITING, chat_id)
            else:
                await transaction.run("UPDATE readers SET left_at = NULL WHERE chat_id = $1", chat_id)
            return await _known(transaction, chat_id)

    async def set_unreachable(self, chat_id: ChatId, unreachable: bool, now: datetime) -> None:
        async with self._database.write() as transaction:
            await mark_unreachable(transaction, chat_id, to_ms(now) if unreachable else None)

    async def count_receiving(self) -> int:
        async with self._database.read() as transaction:
            sql = "SELECT count(*) FROM readers WHERE left_at IS NULL AND unreachable_at IS NULL"
            return int(await transaction.value(sql))


async def mark_unreachable(transaction: Transaction, chat_id: int, since: int | None) -> None:
    await transaction.run("UPDATE readers SET unreachable_at = $2 WHERE chat_id = $1", chat_id, since)
    if since is not None:
        await transaction.run(
            "UPDATE deliveries SET state = 'cancelled' WHERE chat_id = $1 AND state = 'pending'", chat_id
        )


async def move_reader(transaction: Transaction, old: int, new: int) -> None:
    """A group's id changed: its choices, bookmarks and all that waits follow, and join what the new id has already."""
    # What the new chat already gets under its own id is not sent there again.
    await transaction.run(
        "UPDATE deliveries SET state = 'cancelled' WHERE chat_id = $1 AND state = 'pending' AND EXISTS ("
        "SELECT 1 FROM deliveries o WHERE o.chat_id = $2 AND o.action = deliveries.action "
        "AND (o.article_id = deliveries.article_id OR o.broadcast_id = deliveries.broadcast_id))",
        old,
        new,
    )
    # What was delivered is in the new chat under other numbers: it can't be changed any more.
    await transaction.run(
        "UPDATE deliveries SET chat_id = $2 WHERE chat_id = $1 AND state = 'pending' AND action = 'send'", old, new
    )
    await transaction.run(
        "INSERT INTO readers (chat_id, language, everything_since, left_at, created_at) "
        "SELECT $2, language, everything_since, left_at, created_at FROM readers WHERE chat_id = $1 "
        "ON CONFLICT DO NOTHING",
        old,
        new,
    )
    for table in ("reader_categories", "bookmarks"):
        await transaction.run(f"UPDATE OR IGNORE {table} SET chat_id = $2 WHERE chat_id = $1", old, new)  # noqa: S608
        await transaction.run(f"DELETE FROM {table} WHERE chat_id = $1", old)  # noqa: S608
    await transaction.run("DELETE FROM readers WHERE chat_id = $1", old)


async def _spell_out_everything(transaction: Transaction, chat_id: ChatId) -> None:
    await transaction.run(
        "INSERT INTO reader_categories (chat_id, category_id, since) "
        "SELECT r.chat_id, c.id, r.everything_since FROM readers r CROSS JOIN categories c "
        "WHERE r.chat_id = $1 AND r.everything_since IS NOT NULL ON CONFLICT DO NOTHING",
        chat_id,
    )
    await transaction.run("UPDATE readers SET everything_since = NULL WHERE chat_id = $1", chat_id)


async def _known(transaction: Transaction, chat_id: ChatId) -> Reader:
    reader = await _reader(transaction, chat_id)
    if reader is None:
        raise LookupError(f"no reader {chat_id}: arrive() comes first")
    return reader


async def _reader(transaction: Transaction, chat_id: ChatId) -> Reader | None:
    row = await transaction.row("SELECT * FROM readers WHERE chat_id = $1", chat_id)
    if row is None:
        return None
    chosen = await transaction.rows("SELECT category_id FROM reader_categories WHERE chat_id = $1", chat_id)
    return Reader(
        chat_id=ChatId(row["chat_id"]),
        language=Language(row["language"]),
        everything=row["everything_since"] is not None,
        categories=frozenset(CategoryId(category["category_id"]) for category in chosen),
        left=row["left_at"] is not None,
        unreachable=row["unreachable_at"] is not None,
    )
