"""The index of words: which stems stand in which article, how much it is about each, and in which order they stand.

Plain tables, the same on every engine: among 100,000 articles SQLite's own FTS5 took half the time of a search, which
is some 10 ms, and 1.7 times the room (tests/bench/searching.py).

An article is written and can be found in one transaction; those that were there before the index, or that came many at
once, follow in steps. What waits is known by its revision, so that no way of changing an article can be forgotten.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model.articles import Article
from bot.model.body import text_of
from bot.model.ids import ArticleId
from storage.articles import load_articles
from storage.engine import Transaction
from storage.media import IDS
from storage.spellings import folded
from storage.stems import stems

AT_ONCE = 10
"""Articles that one transaction indexes: some 50 ms, half a second when all their words are new."""
WEIGHTS = (10, 4, 1)
"""Of a word in the headline, in the lead and in the body."""
SATURATION, LENGTH_SHARE, USUAL_LENGTH = 1.2, 0.75, 200
"""k1, b and the average length of BM25, by which weights are made: a word's tenth occurrence adds little, and one in a
long text counts less."""
FOLDED = "~"
"""Before stems as they look on a Russian keyboard: found only when there is nothing with what was typed itself."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the index holds of an article."""

    parts: tuple[tuple[str, ...], ...]
    """The stems of headline, lead and body, and the folded ones."""
    weights: dict[str, int]
    """Of each of these stems, 0 to 1000."""


def wording(article: Article) -> Wording:
    texts = (article.title, article.lead, text_of(article.body))
    parts = [tuple(stems(text, article.language)) for text in texts]
    plain = tuple(FOLDED + word for text in texts for word in folded(text))
    found = Counter[str]()
    for part, weight in zip(parts, WEIGHTS, strict=True):
        for stem in part:
            found[stem] += weight
    found.update(plain)
    length = 1 - LENGTH_SHARE + LENGTH_SHARE * sum(map(len, parts)) / USUAL_LENGTH
    weights = {stem: round(1000 * count / (count + SATURATION * length)) for stem, count in found.items()}
    return Wording((*parts, plain), weights)


async def index_some(transaction: Transaction, limit: int = AT_ONCE) -> int:
    """Index at most so many of the articles that wait for it, the newest first; returns how many it were."""
    rows = await transaction.rows("SELECT id FROM articles WHERE indexed != revision ORDER BY id DESC LIMIT $1", limit)
    if not rows:
        return 0
    ids = [ArticleId(row["id"]) for row in rows]
    await forget(transaction, ids)
    for article in await load_articles(transaction, ids):
        await enter(transaction, article.id, wording(article))
        # Whoever waits for the loop meanwhile does not wait for all of them.
        await asyncio.sleep(0)
    await transaction.run(f"UPDATE articles SET indexed = revision WHERE id IN {IDS}", json.dumps(ids))  # noqa: S608
    return len(rows)


async def waiting(transaction: Transaction) -> bool:
    """Whether any article waits to be indexed."""
    return await transaction.value("SELECT 1 FROM articles WHERE indexed != revision LIMIT 1") is not None


async def enter(transaction: Transaction, article_id: ArticleId, found: Wording) -> None:
    """An article that is not in the index."""
    # In one order, so that two engines' writers never wait for one another.
    words = sorted(found.weights)
    await transaction.run_many(
        "INSERT INTO stems (stem, articles) VALUES ($1, 1) ON CONFLICT (stem) DO UPDATE "
        "SET articles = stems.articles + 1",
        [(word,) for word in words],
    )
    rows = await transaction.rows(f"SELECT id, stem FROM stems WHERE stem IN {IDS}", json.dumps(words))  # noqa: S608
    numbers = {row["stem"]: row["id"] for row in rows}
    await transaction.run_many(
        "INSERT INTO postings (stem_id, article_id, weight) VALUES ($1, $2, $3)",
        [(numbers[word], article_id, found.weights[word]) for word in words],
    )
    await transaction.run(
        "INSERT INTO wordings (article_id, stems) VALUES ($1, $2)",
        article_id,
        sequence([numbers[word] for word in part] for part in found.parts),
    )


async def forget(transaction: Transaction, ids: Sequence[ArticleId]) -> None:
    """Take these articles out of the index; those that are not there are no error."""
    rows = await transaction.rows(
        f"SELECT article_id, stems FROM wordings WHERE article_id IN {IDS}",  # noqa: S608
        json.dumps(list(ids)),
    )
    for row in rows:
        numbers = json.dumps(sorted({int(number) for number in row["stems"].split() if number != "|"}))
        await transaction.run(
            f"DELETE FROM postings WHERE stem_id IN {IDS} AND article_id = $2",  # noqa: S608
            numbers,
            row["article_id"],
        )
        await transaction.run(f"UPDATE stems SET articles = articles - 1 WHERE id IN {IDS}", numbers)  # noqa: S608
        await transaction.run(f"DELETE FROM stems WHERE id IN {IDS} AND articles = 0", numbers)  # noqa: S608
        await transaction.run("DELETE FROM wordings WHERE article_id = $1", row["article_id"])


def sequence(parts: Iterable[Iterable[int]]) -> str:
    """Numbers with a space before and after each, so that a phrase is a piece of it."""
    return "".join(f" {' '.join(map(str, part))} |" for part in parts)
