"""Readers' bookmarks."""

from __future__ import annotations

from datetime import datetime

from bot.model import ArticleId, ArticlePage, ChatId
from storage.articles import load_articles
from storage.engine import Database, chat_turn
from storage.moments import to_ms


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

    async def has(self, chat_id: ChatId, article_id: ArticleId) -> bool:
        async with self._database.read() as transaction:
            found = await transaction.value(
                "SELECT 1 FROM bookmarks WHERE chat_id = $1 AND article_id = $2", chat_id, article_id
            )
            return found is not None

    async def page(self, chat_id: ChatId, *, offset: int = 0, limit: int = 5) -> ArticlePage:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT article_id FROM bookmarks WHERE chat_id = $1 "
                "ORDER BY saved_at DESC, article_id DESC LIMIT $2 OFFSET $3",
                chat_id,
                limit,
                offset,
            )
            ids = [ArticleId(row["article_id"]) for row in rows]
            total = await transaction.value("SELECT count(*) FROM bookmarks WHERE chat_id = $1", chat_id)
            return ArticlePage(tuple(await load_articles(transaction, ids)), int(total), frozenset(ids))
