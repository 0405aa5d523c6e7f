"""Finding articles by their words, and what readers searched for last.

The index is SQLite's own (FTS5); whatever PostgreSQL would do differently, with the same stems, is in this module. It
is kept by triggers and `index_some`: an article is written and can be found in one transaction, those that were there
before the index or came many at once follow in steps.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.finding import Found, Search, SearchId
from bot.model import Article, ArticleId, ArticlePage, CategoryId, ChatId, text_of
from storage.articles import IDS, load_articles
from storage.moments import to_ms
from storage.queries import Query, queries
from storage.spellings import folded
from storage.sqlite import Database, Transaction
from storage.stems import stems

AT_ONCE = 10
"""Articles that one transaction indexes: some 50 ms, half a second when all their words are new."""
STEPS = 5
"""Transactions of one call of `index`."""
MOST = 2000
"""Of more hits only the newest are ranked, so that a word that stands everywhere costs no more than others."""
ENOUGH = 5
"""With fewer hits than this the last word counts as a beginning, too."""
WEIGHTS = "10.0, 4.0, 1.0, 1.0"
"""Of headline, lead, body and folded words: a hit in the headline counts about twice as much as one in the body."""
HALF_NEWS = timedelta(days=10)
"""After this time three quarters of an article's rank are left, after a month 63 %, never less than half: today's
article comes before last month's unless that is clearly better."""
KEPT_SEARCHES = 20
"""Of one reader."""

SHOWN = (
    "NOT EXISTS (SELECT 1 FROM fanouts f WHERE f.article_id = a.id AND f.action = 'recall' AND f.withdrawn_at IS NULL) "
    "AND EXISTS (SELECT 1 FROM article_categories ac JOIN categories c ON c.id = ac.category_id "
    "WHERE ac.article_id = a.id AND c.hidden = 0)"
)
"""Whether the article `a` is for readers: not recalled, and not only in hidden categories."""


def matching(parameter: str) -> str:
    """The condition that the article `a` is among those which the parameter named so asks for (see `expression`)."""
    return f"a.id IN (SELECT rowid FROM search WHERE search MATCH {parameter})"  # noqa: S608


def expression(query: Query) -> str:
    """In the words of FTS5. Stems are letters, digits and apostrophes alone, so that nothing in quotes can end them."""
    conditions = []
    for condition in query.conditions:
        options = [f'"{" ".join(phrase)}"' for phrase in condition.phrases]
        options += [f'"{one}" *' for one in condition.beginnings]
        conditions.append(f"({' OR '.join(options)})")
    found = " AND ".join(conditions)
    return found if query.respelled else f"{{title lead body}} : ({found})"


class SqliteSearch:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def index(self) -> bool:
        for _ in range(STEPS):
            async with self._database.write() as transaction:
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
            best, ids = Query(), list[ArticleId]()
            for query in queries(words, begun=begun):
                if query.respelled and ids:
                    break
                found = await _ranked(transaction, query, category, now)
                if len(found) > len(ids) or not best.conditions:
                    best, ids = query, found
                if len(ids) >= ENOUGH:
                    break
            shown = ids[offset : offset + limit]
            page = ArticlePage(
                tuple(await load_articles(transaction, shown)), len(ids), await saved(transaction, chat_id, shown)
            )
            return Found(page, best.hits, best.respelled)

    async def remember(
        self, chat_id: ChatId, words: str, now: datetime, *, category: CategoryId | None = None
    ) -> SearchId:
        async with self._database.write() as transaction:
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


async def index_some(transaction: Transaction, limit: int = AT_ONCE) -> int:
    """Index at most so many of the articles that wait for it, the newest first; returns how many it were."""
    rows = await transaction.rows("SELECT article_id FROM unindexed ORDER BY article_id DESC LIMIT $1", limit)
    ids = json.dumps([row["article_id"] for row in rows])
    await transaction.run(f"DELETE FROM search WHERE rowid IN {IDS}", ids)  # noqa: S608
    for article in await load_articles(transaction, [ArticleId(row["article_id"]) for row in rows]):
        await _index(transaction, article)
        await asyncio.sleep(0)
    await transaction.run(f"DELETE FROM unindexed WHERE article_id IN {IDS}", ids)  # noqa: S608
    return len(rows)


async def _index(transaction: Transaction, article: Article) -> None:
    texts = (article.title, article.lead, text_of(article.body))
    await transaction.run(
        "INSERT INTO search (rowid, title, lead, body, folded) VALUES ($1, $2, $3, $4, $5)",
        article.id,
        *(" ".join(stems(text, article.language)) for text in texts),
        " ".join(word for text in texts for word in folded(text)),
    )


async def _ranked(
    transaction: Transaction, query: Query, category: CategoryId | None, now: datetime
) -> list[ArticleId]:
    """bm25 is the smaller (below zero) the better."""
    within = (
        "" if category is None else "AND rowid IN (SELECT article_id FROM article_categories WHERE category_id = $5)"
    )
    rows = await transaction.rows(
        "SELECT a.id FROM (SELECT rowid AS id, "  # noqa: S608
        f"bm25(search, {WEIGHTS}) AS score FROM search WHERE search MATCH $1 {within} ORDER BY rowid DESC LIMIT $4) s "
        f"JOIN articles a ON a.id = s.id WHERE {SHOWN} "
        "ORDER BY s.score * (0.5 + 0.5 / (1 + max(0, $2 - a.published_at) / $3)), a.id DESC",
        expression(query),
        to_ms(now),
        HALF_NEWS / timedelta(milliseconds=1),
        MOST,
        *(() if category is None else (category,)),
    )
    return [ArticleId(row["id"]) for row in rows]


async def saved(transaction: Transaction, chat_id: ChatId | None, ids: Sequence[ArticleId]) -> frozenset[ArticleId]:
    """Which of them the reader has bookmarked."""
    rows = await transaction.rows(
        f"SELECT article_id FROM bookmarks WHERE chat_id = $2 AND article_id IN {IDS}",  # noqa: S608
        json.dumps(list(ids)),
        chat_id or 0,
    )
    return frozenset(ArticleId(row["article_id"]) for row in rows)
