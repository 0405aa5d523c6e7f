"""Readers and what they chose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from bot.model.ids import CategoryId, ChatId
from bot.model.language import Language
from bot.model.readers import Mode, Peace, Reader
from storage import special
from storage.engine import OUTBOX, Database, Transaction, chat_turn
from storage.moments import to_ms
from storage.rows import peace_of

# What is no longer wanted is cancelled at once, so that nothing leaves after the reader has said no. What he has
# already is corrected all the same.
CANCEL_WAITING = (
    "UPDATE deliveries SET state = 'cancelled' WHERE chat_id = $1 AND state = 'pending' AND action = 'send'"
)
KEPT = (
    "language, everything_since, everything_mode, left_at, created_at, zone, quiet_from, quiet_to, breaking_wakes, "
    "digest, digest_at, daily_limit, silent, news_languages, rich, special, city"
)
"""What a reader keeps when his chat gets another id."""
MOVED = {
    "reader_categories": ("category_id",),
    "reader_words": ("mark", "stems"),
    "bookmarks": ("article_id",),
    "forum_topics": ("thread_id",),
    "chat_topics": ("category_id",),
}
"""Tables that hold more of it, with what tells a chat's rows apart."""


class SqliteReaders:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrive(self, chat_id: ChatId, language: Language, now: datetime) -> tuple[Reader, bool]:
        async with self._database.write(chat_turn(chat_id)) as transaction:
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
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run("UPDATE readers SET language = $2 WHERE chat_id = $1", chat_id, language)
            return await _known(transaction, chat_id)

    async def set_rich(self, chat_id: ChatId, rich: bool) -> Reader:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run("UPDATE readers SET rich = $2 WHERE chat_id = $1", chat_id, int(rich))
            return await _known(transaction, chat_id)

    async def set_category(self, chat_id: ChatId, category: CategoryId, mode: Mode, now: datetime) -> Reader:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            everything = await transaction.value(
                "SELECT everything_since IS NOT NULL FROM readers WHERE chat_id = $1", chat_id
            )
            if mode is Mode.OFF and not everything:
                await transaction.run(
                    "DELETE FROM reader_categories WHERE chat_id = $1 AND category_id = $2", chat_id, category
                )
            else:
                await transaction.run(
                    "INSERT INTO reader_categories (chat_id, category_id, mode, since) "
                    "SELECT $1, id, $3, $4 FROM categories WHERE id = $2 ON CONFLICT (chat_id, category_id) DO UPDATE "
                    "SET since = CASE WHEN reader_categories.mode = 'off' THEN excluded.since "
                    "ELSE reader_categories.since END, mode = excluded.mode",
                    chat_id,
                    category,
                    mode,
                    to_ms(now),
                )
            if mode is not Mode.OFF:
                await transaction.run("UPDATE readers SET left_at = NULL WHERE chat_id = $1", chat_id)
            await special.mark(transaction, chat_id)
            return await _known(transaction, chat_id)

    async def set_everything(self, chat_id: ChatId, mode: Mode, now: datetime) -> Reader:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run("DELETE FROM reader_categories WHERE chat_id = $1", chat_id)
            if mode is not Mode.OFF:
                await transaction.run(
                    "UPDATE readers SET everything_since = coalesce(everything_since, $2), everything_mode = $3, "
                    "left_at = NULL WHERE chat_id = $1",
                    chat_id,
                    to_ms(now),
                    mode,
                )
            else:
                await transaction.run(
                    "UPDATE readers SET everything_since = NULL, everything_mode = 'now' WHERE chat_id = $1", chat_id
                )
            await special.mark(transaction, chat_id)
            return await _known(transaction, chat_id)

    async def set_peace(self, chat_id: ChatId, peace: Peace, now: datetime, zone: tzinfo) -> Reader:
        return await self.change_peace(chat_id, lambda _: peace, now, zone)

    async def change_peace(
        self, chat_id: ChatId, change: Callable[[Peace], Peace], now: datetime, zone: tzinfo
    ) -> Reader:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            peace = change((await _known(transaction, chat_id)).peace)
            begins, ends = peace.quiet or (None, None)
            await transaction.run(
                "UPDATE readers SET zone = $2, quiet_from = $3, quiet_to = $4, breaking_wakes = $5, digest = $6, "
                "digest_at = $7, daily_limit = $8, silent = $9, news_languages = $10, city = $11 WHERE chat_id = $1",
                chat_id,
                peace.zone,
                begins,
                ends,
                int(peace.breaking_wakes),
                peace.digest,
                peace.digest_at,
                peace.daily_limit,
                int(peace.silent),
                ",".join(sorted(peace.languages)),
                peace.city,
            )
            await special.mark(transaction, chat_id)
            await special.replan(transaction, chat_id, now, zone)
            return await _known(transaction, chat_id)

    async def set_left(self, chat_id: ChatId, left: bool, now: datetime) -> Reader:
        async with self._database.write(OUTBOX) as transaction:
            if left:
                await transaction.run(
                    "UPDATE readers SET left_at = coalesce(left_at, $2) WHERE chat_id = $1", chat_id, to_ms(now)
                )
                await transaction.run(CANCEL_WAITING, chat_id)
            else:
                await transaction.run("UPDATE readers SET left_at = NULL WHERE chat_id = $1", chat_id)
            return await _known(transaction, chat_id)

    async def set_unreachable(self, chat_id: ChatId, unreachable: bool, now: datetime) -> None:
        async with self._database.write(OUTBOX) as transaction:
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
        f"INSERT INTO readers (chat_id, {KEPT}) SELECT $2, {KEPT} FROM readers WHERE chat_id = $1 "  # noqa: S608
        "ON CONFLICT DO NOTHING",
        old,
        new,
    )
    await transaction.run(
        "INSERT INTO chats (chat_id, kind, title, forum, added_by) SELECT $2, 'supergroup', title, forum, added_by "
        "FROM chats WHERE chat_id = $1 ON CONFLICT (chat_id) DO UPDATE "
        "SET added_by = coalesce(chats.added_by, excluded.added_by)",
        old,
        new,
    )
    for table, key in MOVED.items():
        same = " AND ".join(f"o.{column} = {table}.{column}" for column in key)
        await transaction.run(
            f"UPDATE {table} SET chat_id = $2 WHERE chat_id = $1 AND NOT EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {table} o WHERE o.chat_id = $2 AND {same})",
            old,
            new,
        )
        await transaction.run(f"DELETE FROM {table} WHERE chat_id = $1", old)  # noqa: S608
    await transaction.run("DELETE FROM chats WHERE chat_id = $1", old)
    await transaction.run("DELETE FROM readers WHERE chat_id = $1", old)


async def _known(transaction: Transaction, chat_id: ChatId) -> Reader:
    reader = await _reader(transaction, chat_id)
    if reader is None:
        raise LookupError(f"no reader {chat_id}: arrive() comes first")
    return reader


async def _reader(transaction: Transaction, chat_id: ChatId) -> Reader | None:
    row = await transaction.row("SELECT * FROM readers WHERE chat_id = $1", chat_id)
    if row is None:
        return None
    chosen = await transaction.rows("SELECT category_id, mode FROM reader_categories WHERE chat_id = $1", chat_id)
    modes = {CategoryId(one["category_id"]): Mode(one["mode"]) for one in chosen}
    return Reader(
        chat_id=ChatId(row["chat_id"]),
        language=Language(row["language"]),
        everything=row["everything_since"] is not None,
        left=row["left_at"] is not None,
        unreachable=row["unreachable_at"] is not None,
        everything_mode=Mode(row["everything_mode"]),
        modes=modes,
        peace=peace_of(row),
        rich=bool(row["rich"]),
    )
