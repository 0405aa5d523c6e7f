"""What a search costs among 100,000 articles: ours (plain tables of stems, the same SQL on every engine), the same
stems in SQLite's own FTS5, and LIKE over the texts, which needs no index and knows no forms of words."""

from __future__ import annotations

import itertools
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.indexing import sequence
from storage.moments import to_ms
from storage.opening import SqliteStorage, open_sqlite
from storage.search import SHOWN
from storage.sqlite import Transaction
from storage.stems import stem

ARTICLES = 100_000
WORDS = 150
"""Of each article. Words are distributed as in natural texts (Zipf), over a newspaper's vocabulary."""
VOCABULARY = 50_000
TRIES = 15
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

FTS5 = (
    "CREATE VIRTUAL TABLE fts USING fts5 (title, lead, body, "
    "tokenize = \"unicode61 remove_diacritics 0\", prefix = '3')"
)


@dataclass(frozen=True, slots=True)
class Text:
    words: tuple[str, ...]
    stems: tuple[str, ...]


def vocabulary(chance: random.Random) -> list[tuple[str, str]]:
    """(word, stem), the commonest first."""
    found: dict[str, str] = {}
    while len(found) < VOCABULARY:
        root = "".join(chance.choice("бвгдклмнпрст") + chance.choice("аеио") for _ in range(chance.randint(2, 4)))
        word = root + chance.choice(["", "н", "к", "ство", "ный", "ов", "ам", "ть"])
        found[word] = stem(word)
    return list(found.items())


def articles(words: list[tuple[str, str]], chance: random.Random) -> Iterator[Text]:
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    for _ in range(ARTICLES):
        chosen = chance.choices(words, cum_weights=weights, k=WORDS)
        yield Text(tuple(word for word, _ in chosen), tuple(found for _, found in chosen))


async def fill(storage: SqliteStorage, texts: list[Text]) -> dict[str, Cost]:
    """What the texts, which are stemmed already, and each of the indexes cost."""
    await storage.feeds.seed(["https://example.kz/rss"], NOW)
    async with storage.database.write() as transaction:
        meter = Meter(transaction)
        await transaction.run("INSERT INTO categories (created_at) VALUES (0)")
        await transaction.run_many(
            "INSERT INTO articles (id, title, link, lead, body, author, language, published_at, first_seen_at, "
            "content_hash, feed_id) "
            "VALUES ($1, $2, '', $3, json_array(json_array('text', $4, '')), '', 'ru', $5, $5, x'', 1)",
            (
                (number, *parts(text.words), to_ms(NOW - timedelta(minutes=ARTICLES - number)))
                for number, text in enumerate(texts, start=1)
            ),
        )
        await transaction.run("INSERT INTO article_categories (article_id, category_id) SELECT id, 1 FROM articles")
        costs = {"texts": await meter.cost()}
        await enter(transaction, texts)
        costs["ours"] = await meter.cost()
        await transaction.run(FTS5)
        await transaction.run_many(
            "INSERT INTO fts (rowid, title, lead, body) VALUES ($1, $2, $3, $4)",
            ((number, *parts(text.stems)) for number, text in enumerate(texts, start=1)),
        )
        costs["FTS5"] = await meter.cost()
    return costs


async def enter(transaction: Transaction, texts: list[Text]) -> None:
    """As storage.indexing does it, a thousand at once."""
    counts = Counter(found for text in texts for found in set(text.stems))
    numbers = {found: number for number, found in enumerate(counts, start=1)}
    await transaction.run_many(
        "INSERT INTO stems (id, stem, articles) VALUES ($1, $2, $3)",
        ((numbers[found], found, count) for found, count in counts.items()),
    )
    for first in range(0, len(texts), 1000):
        chunk = list(enumerate(texts[first : first + 1000], start=first + 1))
        postings = sorted((numbers[found], n, 100 + len(found)) for n, text in chunk for found in set(text.stems))
        await transaction.run_many("INSERT INTO postings (stem_id, article_id, weight) VALUES ($1, $2, $3)", postings)
        await transaction.run_many(
            "INSERT INTO wordings (article_id, stems) VALUES ($1, $2)",
            ((n, sequence([[numbers[found] for found in text.stems]])) for n, text in chunk),
        )
    await transaction.run("UPDATE articles SET indexed = revision")


def parts(words: tuple[str, ...]) -> tuple[str, str, str]:
    """Headline, lead and body."""
    return " ".join(words[:8]), " ".join(words[8:30]), " ".join(words[30:])


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    megabytes: float


class Meter:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._started, self._pages = time.perf_counter(), 0

    async def cost(self) -> Cost:
        """Since the last time."""
        pages = await self._transaction.value("PRAGMA page_count")
        taken = Cost(time.perf_counter() - self._started, (pages - self._pages) * 4096 / 1e6)
        self._started, self._pages = time.perf_counter(), pages
        return taken


async def find_ours(storage: SqliteStorage, asked: str) -> int:
    return (await storage.search.find(asked, NOW)).page.total


async def find_fts5(storage: SqliteStorage, asked: str) -> int:
    """All the words, the newest 2,000 ranked by bm25 and age."""
    wanted = " AND ".join(f'"{stem(word)}"' for word in asked.split())
    async with storage.database.read() as transaction:
        rows = await transaction.rows(
            f"SELECT a.id FROM (SELECT rowid AS id, bm25(fts, 10.0, 4.0, 1.0) AS score FROM fts WHERE fts MATCH $1 "  # noqa: S608
            f"ORDER BY rowid DESC LIMIT 2000) s JOIN articles a ON a.id = s.id WHERE {SHOWN} "
            "ORDER BY s.score * (0.5 + 0.5 / (1 + ($2 - a.published_at) / 864000000))",
            wanted,
            to_ms(NOW),
        )
    return len(rows)


async def find_like(storage: SqliteStorage, asked: str) -> int:
    words = asked.split()
    wanted = " AND ".join(
        f"(title LIKE ${number} OR lead LIKE ${number} OR body LIKE ${number})" for number in range(1, len(words) + 1)
    )
    async with storage.database.read() as transaction:
        rows = await transaction.rows(
            f"SELECT id FROM articles WHERE {wanted} ORDER BY published_at DESC LIMIT 2000",  # noqa: S608
            *(f"%{word}%" for word in words),
        )
    return len(rows)


Way = Callable[[SqliteStorage, str], Awaitable[int]]
WAYS: dict[str, Way] = {"ours": find_ours, "FTS5": find_fts5, "LIKE": find_like}


def asked(words: list[tuple[str, str]]) -> dict[str, str]:
    """What people search for, by how often its words stand in the articles."""
    return {
        "a rare word": words[20_000][0],
        "a usual word": words[500][0],
        "a word of every fifth article": words[50][0],
        "two usual words": f"{words[300][0]} {words[500][0]}",
        "three, one of them everywhere": f"{words[5][0]} {words[300][0]} {words[2000][0]}",
    }


async def measure(storage: SqliteStorage, words: str) -> dict[str, float]:
    """Median milliseconds, the ways taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for turn in range(TRIES + 1):
        for name, way in WAYS.items():
            # A scan of all texts needs no more tries to be known.
            if name == "LIKE" and turn > TRIES // 5:
                continue
            started = time.perf_counter()
            await way(storage, words)
            taken[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


async def main() -> None:
    chance = random.Random(7)
    words = vocabulary(chance)
    with tempfile.TemporaryDirectory() as folder:
        storage = await open_sqlite(str(Path(folder) / "search.db"))
        costs = await fill(storage, list(articles(words, chance)))
        print(f"search among {ARTICLES:,} articles of {WORDS} words ({costs['texts'].megabytes:.0f} MB)")
        for index in ("ours", "FTS5"):
            each = costs[index].seconds / ARTICLES * 1e6
            print(f"  {index:5} index: {costs[index].megabytes:4.0f} MB, {each:4.0f} µs an article, many at once")
        for name, text in asked(words).items():
            took = await measure(storage, text)
            others = ("FTS5", "LIKE")
            ratios = ", ".join(f"{way} {took[way]:.1f} ms = {took[way] / took['ours']:.1f} ×" for way in others)
            print(f"  {name:30} {await find_ours(storage, text):>5,} found: ours {took['ours']:5.1f} ms; {ratios}")
        await storage.close()
    print()
