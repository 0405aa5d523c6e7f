"""Finding articles by their words, and what readers searched for last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.articles import ArticlePage
from bot.model.finding import Found, Hits, Search, SearchId
from bot.model.ids import ArticleId, CategoryId, ChatId
from storage.articles import load_articles
from storage.engine import NEWS, Database, Transaction, chat_turn
from storage.indexing import AT_ONCE, index_some, waiting
from storage.media import IDS
from storage.moments import to_ms
from storage.postings import matching
from storage.queries import Query, queries

STEPS = 5
"""Transactions of one call of `index`."""
ENOUGH = 5
"""With fewer hits than this the last word counts as a beginning, too, and then other spellings do."""
HALF_NEWS = timedelta(days=10)
"""After this time three quarters of an article's rank are left, after a month 63 %, never less than half: today's
article comes before last month's unless that is clearly better."""
KEPT_SEARCHES = 20
"""Of one reader."""

SHOWN = (
    "a.withheld_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM fanouts f WHERE f.article_id = a.id AND f.action = 'recall' "
    "AND f.withdrawn_at IS NULL) "
    "AND EXISTS (SELECT 1 FROM article_categories ac JOIN categories c ON c.id = ac.category_id "
    "WHERE ac.article_id = a.id AND c.hidden = 0)"
)
"""Whether the article `a` is for readers: neither withheld nor recalled, and not only in hidden categories."""


class SqliteSearch:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def index(self) -> bool:
        # Nearly always nothing waits, and then nobody's write does.
        async with self._database.read() as transaction:
            if not await waiting(transaction):
                return False
        for _ in range(STEPS):
            async with self._database.write(NEWS) as transaction:
                if await index_some(transaction) < AT_ONCE:
                    return False
        return True

    async def find(
        self,
        words: str,
        now: datetime,
        *,
        chat_id: ChatId | None = None,
        category: CategoryId | None = None,
        offset: int = 0,
        limit: int = 5,
        begun: bool = False,
    ) -> Found:
        async with self._database.read() as transaction:
            ids, hits, respelled = list[ArticleId](), Hits(), False
            for query in queries(words, begun=begun):
                known = set(ids)
                if more := [one for one in await _ranked(transaction, query, category, now) if one not in known]:
                    respelled = query.respelled and not ids
                    hits = query.hits
                    # What was found as it was typed stays ahead.
                    ids += more
                if len(ids) >= ENOUGH:
                    break
            shown = ids[offset : offset + limit]
            page = ArticlePage(
                tuple(await load_articles(transaction, shown)), len(ids), await saved(transaction, chat_id, shown)
            )
            return Found(page, hits, respelled)

    async def remember(
        self, chat_id: ChatId, words: str, now: datetime, *, category: CategoryId | None = None
    ) -> SearchId:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            made = await transaction.value(
                "INSERT INTO searches (chat_id, words, category_id, asked_at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (chat_id, words, coalesce(category_id, 0)) DO UPDATE SET asked_at = excluded.asked_at "
                "RETURNING id",
                chat_id,
                words,
                category,
                to_ms(now),
            )
            await transaction.run(
                "DELETE FROM searches WHERE chat_id = $1 AND id NOT IN (SELECT id FROM searches WHERE chat_id = $1 "
                "ORDER BY asked_at DESC, id DESC LIMIT $2)",
                chat_id,
                KEPT_SEARCHES,
            )
            return SearchId(made)

    async def recall(self, search_id: SearchId, chat_id: ChatId) -> Search | None:
        async with self._database.read() as transaction:
            row = await transaction.row(
                "SELECT words, category_id FROM searches WHERE id = $1 AND chat_id = $2", search_id, chat_id
            )
            if row is None:
                return None
            category = None if row["category_id"] is None else CategoryId(row["category_id"])
            return Search(search_id, row["words"], category)

    async def prune(self, before: datetime) -> int:
        async with self._database.write() as transaction:
            return await transaction.run("DELETE FROM searches WHERE asked_at < $1", to_ms(before))


async def _ranked(
    transaction: Transaction, query: Query, category: CategoryId | None, now: datetime
) -> list[ArticleId]:
    matched = await matching(transaction, query, category=category)
    rows = await transaction.rows(
        f"SELECT a.id, a.published_at FROM articles a WHERE a.id IN {IDS} AND {SHOWN}",  # noqa: S608
        json.dumps(list(matched)),
    )

    ranks = {}
    for row in rows:
        age = max(0, to_ms(now) - row["published_at"]) * timedelta(milliseconds=1) / HALF_NEWS
        ranks[ArticleId(row["id"])] = matched[row["id"]] * (0.5 + 0.5 / (1 + age))
    return sorted(ranks, key=lambda one: (ranks[one], one), reverse=True)


async def saved(transaction: Transaction, chat_id: ChatId | None, ids: Sequence[ArticleId]) -> frozenset[ArticleId]:
    """Which of them the reader has bookmarked."""
    rows = await transaction.rows(
        f"SELECT article_id FROM bookmarks WHERE chat_id = $2 AND article_id IN {IDS}",  # noqa: S608
        json.dumps(list(ids)),
        chat_id or 0,
    )
    return frozenset(ArticleId(row["article_id"]) for row in rows)
