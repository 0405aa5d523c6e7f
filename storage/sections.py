"""What editors decide about categories: names, order, emoji, which are shown, which are one."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from bot.model.ids import CategoryId, ChatId
from bot.model.newsroom import Act, Section
from storage import audit
from storage.engine import Database, Transaction

ORDER = "ORDER BY c.position IS NULL, c.position, c.id"


class SqliteSections:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Section]:
        async with self._database.read() as transaction:
            names: dict[int, dict[str, str]] = defaultdict(dict)
            for row in await transaction.rows("SELECT * FROM category_names ORDER BY category_id, language"):
                names[row["category_id"]][row["language"]] = row["name"]
            rows = await transaction.rows(
                f"SELECT c.*, (SELECT min(label) FROM category_labels l WHERE l.category_id = c.id) AS label "  # noqa: S608
                f"FROM categories c {ORDER}"
            )
            return [
                Section(CategoryId(row["id"]), names[row["id"]], row["emoji"], bool(row["hidden"]), row["label"] or "")
                for row in rows
                if row["id"] in names
            ]

    async def rename(self, category: CategoryId, language: str, name: str, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            done = await transaction.run(
                "INSERT INTO category_names (category_id, language, name) SELECT id, $2, $3 FROM categories "
                "WHERE id = $1 ON CONFLICT (category_id, language) DO UPDATE SET name = excluded.name",
                category,
                language,
                name,
            )
            return await _noted(transaction, category, f"{language}: {name}", done, by, now)

    async def set_emoji(self, category: CategoryId, emoji: str, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            done = await transaction.run("UPDATE categories SET emoji = $2 WHERE id = $1", category, emoji)
            return await _noted(transaction, category, f"emoji: {emoji}", done, by, now)

    async def hide(self, category: CategoryId, hidden: bool, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            done = await transaction.run("UPDATE categories SET hidden = $2 WHERE id = $1", category, int(hidden))
            return await _noted(transaction, category, "hidden" if hidden else "shown", done, by, now)

    async def move(self, category: CategoryId, up: bool, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            rows = await transaction.rows(f"SELECT c.id FROM categories c {ORDER}")  # noqa: S608
            ids = [row[0] for row in rows]
            done = category in ids
            if done:
                at = ids.index(category)
                ids.insert(max(0, at - 1) if up else at + 1, ids.pop(at))
                await transaction.run_many(
                    "UPDATE categories SET position = $2 WHERE id = $1", [(one, n) for n, one in enumerate(ids)]
                )
            return await _noted(transaction, category, "up" if up else "down", int(done), by, now)

    async def merge(self, category: CategoryId, into: CategoryId, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            known = await transaction.value("SELECT count(*) FROM categories WHERE id IN ($1, $2)", category, into)
            if known == 2:
                await transaction.run(
                    "UPDATE category_labels SET category_id = $2 WHERE category_id = $1", category, into
                )
                await _move(transaction, "article_categories", category, into)
                await _move(transaction, "reader_categories", category, into)
                await transaction.run("DELETE FROM category_names WHERE category_id = $1", category)
                await transaction.run("DELETE FROM categories WHERE id = $1", category)
            detail = f"into c{into}"
            return await _noted(transaction, category, detail, int(known == 2), by, now, Act.SECTIONS_MERGED)


async def _move(transaction: Transaction, table: str, category: int, into: int) -> None:
    """Who has both keeps what he chose for the one that stays."""
    key = "article_id" if table == "article_categories" else "chat_id"
    await transaction.run(
        f"UPDATE {table} SET category_id = $2 WHERE category_id = $1 AND NOT EXISTS "  # noqa: S608
        f"(SELECT 1 FROM {table} o WHERE o.category_id = $2 AND o.{key} = {table}.{key})",
        category,
        into,
    )
    await transaction.run(f"DELETE FROM {table} WHERE category_id = $1", category)  # noqa: S608


async def _noted(
    transaction: Transaction,
    category: int,
    detail: str,
    done: int,
    by: int,
    now: datetime,
    act: Act = Act.SECTION_CHANGED,
) -> bool:
    await audit.note(transaction, by, act, f"c{category}", now, detail=detail, done=done > 0)
    return done > 0
