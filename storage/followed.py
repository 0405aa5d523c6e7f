"""Which readers' words an article has. Candidates come from the index of first stems, in bounded steps; whole phrases
are compared here.

A followed phrase may stand anywhere in the article, a muted one counts in the headline and the lead: what is only
mentioned far below is not what the article is about.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.model.body import text_of
from bot.model.ids import ArticleId
from storage.articles import load_articles
from storage.engine import Transaction
from storage.media import IDS
from storage.stems import matches, stems

KEPT = 32
"""Articles whose stems are kept while fan-outs go on; a long one's cost some milliseconds."""


@dataclass(frozen=True, slots=True)
class Words:
    """The stems of an article: of headline and lead, and of the text below."""

    top: tuple[str, ...]
    below: tuple[str, ...]

    def says(self, stems: str, *, anywhere: bool) -> bool:
        """`stems`: of a phrase, separated by spaces."""
        phrase = (tuple(stems.split()),)
        return matches(phrase, self.top) or (anywhere and matches(phrase, self.below))


async def words_of(transaction: Transaction, article_id: int) -> Words | None:
    found = await load_articles(transaction, [ArticleId(article_id)])
    if not found:
        return None
    article = found[0]
    return _words(f"{article.title}\n{article.lead}", text_of(article.body), article.language)


@lru_cache(KEPT)
def _words(top: str, below: str, language: str) -> Words:
    return Words(tuple(stems(top, language)), tuple(stems(below, language)))


async def followers(transaction: Transaction, article_id: int, *, after: int, since: int, limit: int) -> list[int]:
    """The next readers, at most `limit`, who follow a word that begins one of their phrases in this article; since that
    moment at the latest."""
    if not await transaction.value("SELECT 1 FROM reader_words WHERE follows = 1 LIMIT 1"):
        return []
    words = await words_of(transaction, article_id)
    if words is None:
        return []
    # Of each stem no more readers than the step takes: else one step would read all who follow a common word.
    rows = await transaction.rows(
        "SELECT (SELECT json_group_array(chat_id) FROM (SELECT chat_id FROM reader_words WHERE follows = 1 "
        "AND first = stem.value AND chat_id > $2 AND since <= $3 ORDER BY chat_id LIMIT $4)) "
        "FROM json_each(CAST($1 AS TEXT)) stem",
        json.dumps(sorted({*words.top, *words.below})),
        after,
        since,
        limit,
    )
    return sorted({chat_id for row in rows for chat_id in json.loads(row[0])})[:limit]


async def opinions(transaction: Transaction, article_id: int, chats: Sequence[int], *, since: int) -> dict[int, bool]:
    """Of those of these readers whose words the article has: whether they follow it (True) or mute it, which is the
    stronger. `since`: the latest moment from which on a word may be followed."""
    rows = await transaction.rows(
        f"SELECT chat_id, stems, follows FROM reader_words WHERE chat_id IN {IDS} AND (follows = 0 OR since <= $2)",  # noqa: S608
        json.dumps(list(chats)),
        since,
    )
    words = await words_of(transaction, article_id) if rows else None
    found: dict[int, bool] = {}
    if words is None:
        return found
    for row in rows:
        follows = bool(row["follows"])
        if found.get(row["chat_id"]) is not False and words.says(row["stems"], anywhere=follows):
            found[row["chat_id"]] = follows
    return found
