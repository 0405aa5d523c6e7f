"""Looking words up in the index (storage.indexing)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model.ids import CategoryId, ChatId
from storage.engine import Transaction
from storage.indexing import FOLDED, sequence
from storage.media import IDS
from storage.queries import Condition, Query

MOST = 2000
"""Of more articles only the newest are ranked, so that a word that stands everywhere costs no more than others."""
MOST_BEGUN = 40
"""Stems that begin as somebody typed; of more those count that stand in the most articles."""
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Term:
    """A condition in the index's own numbers."""

    stems: frozenset[int]
    """An article that fulfils it has one of these."""
    pieces: tuple[str, ...]
    """And one of these in its wording, when there are any."""
    articles: int
    """In so many it stands, at most."""


async def matching(
    transaction: Transaction,
    query: Query,
    *,
    category: CategoryId | None = None,
    saved_by: ChatId | None = None,
) -> Mapping[int, float]:
    """The newest articles that fulfil all conditions, of one category or of all, or of what a reader saved; and how
    well they do: a rare word counts for more than a common one."""
    terms = [await _term(transaction, condition, respelled=query.respelled) for condition in query.conditions]
    if not all(term.stems for term in terms):
        return {}
    # How many articles there are, near enough, and known at once.
    total = await transaction.value("SELECT max(article_id) FROM wordings") or 0
    # The rarest first: the others are only looked up for its articles.
    sql = _Sql(sorted(terms, key=lambda term: term.articles), total)
    if category is not None:
        sql.among("SELECT article_id FROM article_categories WHERE category_id = {}", category)
    if saved_by is not None:
        sql.among("SELECT article_id FROM bookmarks WHERE chat_id = {}", saved_by)
    rows = await transaction.rows(sql.text(), *sql.parameters)
    return {row["article_id"]: row["score"] for row in rows}


class _Sql:
    """The query for articles that fulfil all terms, with as many joins as there are terms."""

    def __init__(self, terms: Sequence[_Term], total: int) -> None:
        self.parameters: list[object] = []
        self._tables = [f"postings w{number}" for number in range(1, len(terms) + 1)]
        self._wanted: list[str] = []
        self._scores: list[str] = []
        for number, term in enumerate(terms, start=1):
            stems = self._parameter(json.dumps(sorted(term.stems)))
            self._wanted.append(f"w{number}.stem_id IN (SELECT value FROM json_each({stems}))")  # noqa: S608
            rarity = math.log(1 + max(0, total - term.articles + 0.5) / (term.articles + 0.5))
            self._scores.append(f"CAST({self._parameter(rarity)} AS REAL) * max(w{number}.weight)")
            if number > 1:
                self._wanted.append(f"w{number}.article_id = w1.article_id")
        if any(term.pieces for term in terms):
            self._tables.append("wordings t")
            self._wanted.append("t.article_id = w1.article_id")
        for term in terms:
            if term.pieces:
                options = [f"t.stems LIKE {self._parameter(piece)}" for piece in term.pieces]
                self._wanted.append(f"({' OR '.join(options)})")

    def among(self, articles: str, parameter: object) -> None:
        self._wanted.append(f"w1.article_id IN ({articles.format(self._parameter(parameter))})")

    def text(self) -> str:
        # A cross join is done in the order that is written here; elsewhere it is a join like any other.
        return (
            f"SELECT w1.article_id, {' + '.join(self._scores)} AS score FROM {' CROSS JOIN '.join(self._tables)} "  # noqa: S608
            f"WHERE {' AND '.join(self._wanted)} GROUP BY w1.article_id ORDER BY w1.article_id DESC "
            f"LIMIT {self._parameter(MOST)}"
        )

    def _parameter(self, value: object) -> str:
        self.parameters.append(value)
        return f"${len(self.parameters)}"


async def _term(transaction: Transaction, condition: Condition, *, respelled: bool) -> _Term:
    words = {word for phrase in condition.phrases for word in phrase}
    if respelled:
        words |= {FOLDED + word for word in words}
    rows = await transaction.rows(
        f"SELECT id, stem, articles FROM stems WHERE stem IN {IDS}",  # noqa: S608
        json.dumps(sorted(words)),
    )
    numbers = {row["stem"]: row["id"] for row in rows}
    articles = {row["id"]: row["articles"] for row in rows}
    for beginning in condition.beginnings:
        for row in await transaction.rows(
            "SELECT id, articles FROM stems WHERE stem >= $1 AND stem < $2 ORDER BY articles DESC LIMIT $3",
            beginning,
            beginning + LAST,
            MOST_BEGUN,
        ):
            articles[row["id"]] = row["articles"]
    phrases = [phrase for phrase in condition.phrases if len(phrase) > 1]
    if not phrases:
        return _Term(frozenset(articles), (), sum(articles.values()))
    return _of_phrases(condition.phrases, numbers, articles)


def _of_phrases(phrases: Iterable[tuple[str, ...]], numbers: Mapping[str, int], articles: Mapping[int, int]) -> _Term:
    """Of each the rarest stem leads to its articles; whether they stand there unbroken is seen in the wording."""
    stems, pieces = set[int](), list[str]()
    for phrase in phrases:
        if all(word in numbers for word in phrase):
            there = [numbers[word] for word in phrase]
            stems.add(min(there, key=lambda number: articles[number]))
            pieces.append(f"%{sequence([there]).removesuffix('|')}%")
    return _Term(frozenset(stems), tuple(pieces), sum(articles[number] for number in stems))
