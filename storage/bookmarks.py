"""Readers' bookmarks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.articles import ArticlePage, Bookmark, Category
from bot.model.finding import Found
from bot.model.ids import ArticleId, CategoryId, ChatId
from storage.articles import load_articles
from storage.engine import Database, Transaction, chat_turn
from storage.moments import from_ms, to_ms
from storage.postings import matching
from storage.queries import Query, queries
from storage.search import SHOWN, saved

LISTED = (
    f"FROM bookmarks b JOIN articles a ON a.id = b.article_id WHERE b.chat_id = $1 AND {SHOWN} "  # noqa: S608
    "AND (CAST($2 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM article_categories within "
    "WHERE within.article_id = a.id AND within.category_id = $2))"
)
"""Of the reader $1; NULL for $2: in all categories."""


class SqliteBookmarks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def set(self, chat_id: ChatId, article_id: ArticleId, on: bool, now: datetime) -> bool:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            if not await transaction.value("SELECT 1 FROM articles WHERE id = $1 /*! FOR KEY SHARE */", article_id):
                return False
            if on:
                await transaction.run(
                    "INSERT INTO bookmarks (chat_id, article_id, saved_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                    chat_id,
                    article_id,
                    to_ms(now),
                )
            else:
                await transaction.run(
                    "DELETE FROM bookmarks WHERE chat_id = $1 AND article_id = $2", chat_id, article_id
                )
            return True

    async def remove(self, chat_id: ChatId, article_id: ArticleId, now: datetime) -> None:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run(
                "INSERT INTO removed_bookmarks (chat_id, article_id, saved_at, removed_at) "
                "SELECT chat_id, article_id, saved_at, $3 FROM bookmarks WHERE chat_id = $1 AND article_id = $2 "
                "ON CONFLICT (chat_id, article_id) DO UPDATE SET saved_at = excluded.saved_at, "
                "removed_at = excluded.removed_at",
                chat_id,
                article_id,
                to_ms(now),
            )
            await transaction.run("DELETE FROM bookmarks WHERE chat_id = $1 AND article_id = $2", chat_id, article_id)

    async def restore(self, chat_id: ChatId, article_id: ArticleId) -> bool:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run(
                "INSERT INTO bookmarks (chat_id, article_id, saved_at) SELECT chat_id, article_id, saved_at "
                "FROM removed_bookmarks WHERE chat_id = $1 AND article_id = $2 ON CONFLICT DO NOTHING",
                chat_id,
                article_id,
            )
            found = await transaction.value(
                "SELECT 1 FROM bookmarks WHERE chat_id = $1 AND article_id = $2", chat_id, article_id
            )
            return found is not None

    async def page(
        self, chat_id: ChatId, *, category: CategoryId | None = None, offset: int = 0, limit: int = 5
    ) -> ArticlePage:
        async with self._database.read() as transaction:
            return await _page(transaction, chat_id, None, category, offset, limit)

    async def find(
        self,
        chat_id: ChatId,
        words: str,
        *,
        category: CategoryId | None = None,
        offset: int = 0,
        limit: int = 5,
    ) -> Found:
        async with self._database.read() as transaction:
            query, page = Query(), ArticlePage((), 0)
            for query in queries(words):
                matched = await matching(transaction, query, saved_by=chat_id)
                page = await _page(transaction, chat_id, matched, category, offset, limit)
                if page.total:
                    break
            return Found(page, query.hits, query.respelled)

    async def has(self, chat_id: ChatId, article_id: ArticleId) -> bool:
        async with self._database.read() as transaction:
            return article_id in await saved(transaction, chat_id, [article_id])

    async def categories(self, chat_id: ChatId) -> list[Category]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT n.category_id, n.language, n.name, counted.articles FROM category_names n JOIN ("  # noqa: S608
                "SELECT ac.category_id, count(*) AS articles FROM article_categories ac "
                "JOIN categories c ON c.id = ac.category_id "
                f"WHERE c.hidden = 0 AND ac.article_id IN (SELECT a.id {LISTED}) GROUP BY ac.category_id"
                ") counted ON counted.category_id = n.category_id ORDER BY n.category_id, n.language",
                chat_id,
                None,
            )
        names: dict[int, dict[str, str]] = {}
        for row in rows:
            names.setdefault(row["category_id"], {})[row["language"]] = row["name"]
        counts = {row["category_id"]: row["articles"] for row in rows}
        found = [Category(CategoryId(key), value, counts[key]) for key, value in names.items()]
        return sorted(found, key=lambda category: (-category.recent, category.name("").casefold()))

    async def all(self, chat_id: ChatId, *, limit: int) -> list[Bookmark]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                f"SELECT a.id, b.saved_at {LISTED} ORDER BY b.saved_at DESC, a.id DESC LIMIT $3",
                chat_id,
                None,
                limit,
            )
            moments = {ArticleId(row["id"]): from_ms(row["saved_at"]) for row in rows}
            return [Bookmark(one, moments[one.id]) for one in await load_articles(transaction, list(moments))]

    async def prune(self, before: datetime) -> int:
        async with self._database.write() as transaction:
            return await transaction.run("DELETE FROM removed_bookmarks WHERE removed_at < $1", to_ms(before))


async def _page(
    transaction: Transaction,
    chat_id: ChatId,
    among: Iterable[int] | None,
    category: CategoryId | None,
    offset: int,
    limit: int,
) -> ArticlePage:
    """`among`: only these."""
    listed, parameters = LISTED, list[object]([chat_id, category])
    if among is not None:
        listed += " AND a.id IN (SELECT value FROM json_each($3))"
        parameters.append(json.dumps(list(among)))
    total = await transaction.value(f"SELECT count(*) {listed}", *parameters)
    page = f"LIMIT ${len(parameters) + 1} OFFSET ${len(parameters) + 2}"
    rows = await transaction.rows(
        f"SELECT a.id {listed} ORDER BY b.saved_at DESC, a.id DESC {page}", *parameters, limit, offset
    )
    ids = [ArticleId(row["id"]) for row in rows]
    return ArticlePage(tuple(await load_articles(transaction, ids)), int(total), frozenset(ids))
