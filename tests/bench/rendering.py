"""Rendering: cards, bundles and whole articles a second, and that a card is rendered once per language, however many
readers it has. The alternative is what most bots do: each reader's message is rendered anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from bot import keyboards
from bot.delivery.encoding import Encoded, encode
from bot.delivery.post import Post
from bot.delivery.posts import Posts
from bot.delivery.render.bundle import bundle
from bot.delivery.render.card import card
from bot.delivery.render.reading import reading
from bot.model.body import Paragraph, Run
from bot.model.language import Language
from bot.texts import Texts
from tests.articles import ARTICLES, BRIDGE, NOW
from tests.shelf import Shelf, delivery

TEXTS = Texts.load(Language.RU)
WHEN: dict[str, Any] = {"now": NOW, "zone": ZoneInfo("Asia/Almaty")}
ROUNDS = 5
READERS = 30_000
LONG = replace(BRIDGE, body=tuple(Paragraph((Run("Слова идут одно за другим. " * 15),)) for _ in range(250)))


def rate(call: Callable[[], int]) -> float:
    """Of what `call` counts, a second: the median of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        made = call()
        rates.append(made / (time.perf_counter() - started))
    return median(rates)


def speeds() -> None:
    articles = list(ARTICLES.values())
    posts = [card(one, Language.RU, TEXTS, keyboards.card(one, Language.RU, TEXTS), **WHEN) for one in articles]

    def cards() -> int:
        for article in articles * 20:
            card(article, Language.RU, TEXTS, keyboards.card(article, Language.RU, TEXTS), **WHEN)
        return len(articles) * 20

    def written_out() -> int:
        for post in posts * 20:
            encode(post)
        return len(posts) * 20

    def bundles() -> int:
        for _ in range(50):
            bundle(articles, Language.KK, TEXTS, keyboards.bundle(articles, Language.KK, TEXTS), **WHEN)
        return 50

    def readings() -> int:
        for article in articles * 10:
            reading(article, Language.EN, TEXTS, keyboards.reading(article, Language.EN, TEXTS), **WHEN)
        return len(articles) * 10

    def long_readings() -> int:
        for _ in range(5):
            reading(LONG, Language.RU, TEXTS, None, **WHEN)
        return 5

    print(f"rendering: a second on one core, the median of {ROUNDS} rounds")
    print(f"  cards with buttons {rate(cards):.0f}, posts written out as JSON {rate(written_out):.0f}")
    print(f"  bundles of {len(articles)} articles {rate(bundles):.0f}")
    print(f"  whole articles, rich and classic {rate(readings):.0f}, of 100,000 characters {rate(long_readings):.1f}")


async def per_reader() -> None:
    """Ours beside the same without keeping anything: rendered and written out for each reader, as other bots do."""
    written = 0

    def counted(post: Post) -> Encoded:
        nonlocal written
        written += 1
        return encode(post)

    shelf = Shelf(BRIDGE)
    posts = Posts(shelf, TEXTS, counted, zone=WHEN["zone"], now=lambda: NOW)  # type: ignore[arg-type]
    languages = list(Language)
    deliveries = [delivery(number, languages[number % 3]) for number in range(READERS)]
    ours, each = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for one in deliveries:
            assert await posts.message(one)
        ours.append((time.perf_counter() - started) / READERS * 1e6)
        some = deliveries[:: READERS // 3_000]
        started = time.perf_counter()
        for one in some:
            encode(card(BRIDGE, one.language, TEXTS, keyboards.card(BRIDGE, one.language, TEXTS), **WHEN))
        each.append((time.perf_counter() - started) / len(some) * 1e6)
    print(f"{ROUNDS * READERS} messages of one article in 3 languages: written out {written} times,", end=" ")
    print(f"loaded {shelf.loaded} times")
    print(f"a reader: {median(ours):.2f} µs; rendered anew for each {median(each):.0f} µs,", end=" ")
    print(f"{median(each) / median(ours):.0f} times ours\n")


async def main() -> None:
    speeds()
    await per_reader()


if __name__ == "__main__":
    asyncio.run(main())
