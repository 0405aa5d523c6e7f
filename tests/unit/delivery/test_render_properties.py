"""Whatever an article holds: rendering never raises, stays within every limit, is taken by Telegram's own parser, and
nothing that was to be read is lost without a link to the rest."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

from bot import keyboards
from bot.delivery.links import opens
from bot.delivery.post import length
from bot.delivery.render.bundle import DIGEST, MISSED, bundle
from bot.delivery.render.card import card
from bot.delivery.render.gallery import gallery, slideshow
from bot.delivery.render.media import usable_photos
from bot.delivery.render.reading import reading
from bot.delivery.render.words import cut, hashtag, readable
from bot.model.articles import Article
from bot.model.body import Body, Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Rule, Run, words_of
from bot.model.language import Language
from bot.texts import Texts
from tests import strategies
from tests.unit.delivery import judging

TEXTS = Texts.load(Language.RU)
WHEN = {"now": strategies.NOW, "zone": ZoneInfo("Asia/Almaty")}
MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
languages = some.sampled_from(Language)


@MANY
@given(strategies.articles(some.just(())), languages)
def test_cards(article: Article, language: Language) -> None:
    post = card(article, language, TEXTS, keyboards.card(article, language, TEXTS), **WHEN)
    judging.judge(post)


@MANY
@given(strategies.articles(), languages)
def test_readings(article: Article, language: Language) -> None:
    post = reading(article, language, TEXTS, keyboards.reading(article, language, TEXTS), **WHEN)
    judging.judge(post)
    assert 1 <= len(post.fallback) <= 12
    assert [text.keyboard for text in post.fallback] == [None] * (len(post.fallback) - 1) + [post.keyboard]


@MANY
@given(some.lists(strategies.articles(some.just(())), min_size=1, max_size=8), some.integers(1, 20), languages)
def test_bundles(articles: list[Article], times: int, language: Language) -> None:
    keyboard = keyboards.bundle(articles[:20], language, TEXTS)
    for title in (MISSED, DIGEST):
        judging.judge(bundle(articles * times, language, TEXTS, keyboard, **WHEN, title_key=title))


@MANY
@given(strategies.articles(some.just(())), languages, some.booleans())
def test_galleries_show_every_photo_once(article: Article, language: Language, rich: bool) -> None:
    offset, shown = 0, []
    while True:
        post = slideshow(article, offset, language, TEXTS, None) if rich else gallery(article, offset, language, TEXTS)
        if post is None:
            break
        judging.judge(post) if rich or len(usable_photos(article)) > 1 else None
        photos = post.media if rich else getattr(post, "photos", (post,))
        shown += photos
        offset += len(photos)
    assert len(shown) == len(usable_photos(article))


def small(body: Body) -> bool:
    return sum(length(words_of(block)) for block in body) < 8_000 and len(body) < 100


@MANY
@given(strategies.articles(strategies.bodies.filter(small)), languages)
def test_everything_that_fits_is_there_to_read(article: Article, language: Language) -> None:
    post = reading(article, language, TEXTS, None, **WHEN)
    rest = TEXTS.get(language, "reading.rest")
    rich = judging.words_of(list(post.blocks))
    plain = "\n".join(judging.read_html(one.text)[0] for one in post.fallback)
    for place, said in (("rich", rich), ("plain", plain)):
        assume(rest not in said)
        at, folded = 0, fold(said)
        for wanted in to_be_read(article, columns=place == "rich"):
            found = folded.find(wanted, at)
            assert found >= 0, f"{wanted!r} is lost from the {place} form: {folded!r}"
            at = found + len(wanted)


def to_be_read(article: Article, *, columns: bool) -> Iterable[str]:
    """The texts of the body in order, as `fold` makes them."""
    for block in article.body:
        match block:
            case Row(cells):
                shown = cells[:19] if columns and len(cells) > 20 else cells
                yield from (fold(words_of(Paragraph(cell))) for cell in shown)
            case Quote(runs, credit):
                yield fold(words_of(Paragraph(runs)))
                yield fold(credit)
            case Embed(url, title) if opens(url):
                yield fold(title)
            case Paragraph() | Heading() | Item() | Code():
                yield fold(words_of(block))
            case PhotoPlace() | Embed() | Rule():
                pass


def fold(text: str) -> str:
    """Without spaces and marks of direction, which may change."""
    return "".join(readable(text).replace("\u200f", "").split())


@given(text=some.text(max_size=200), limit=some.integers(2, 100))
def test_cut_stays_within_and_begins_as_the_text_does(text: str, limit: int) -> None:
    shortened = cut(text, limit)
    assert length(shortened) <= limit or shortened == text
    assert text.startswith(shortened.removesuffix("…"))
    shortened.encode()


@MANY
@given(strategies.urls | some.text(max_size=30).map("https://{}".format))
def test_an_address_that_opens_is_one_for_telegram(url: str) -> None:
    if opens(url):
        link = Run("слово", url=url)
        article_link = (
            f'<a href="{url.replace("&", "&amp;").replace(chr(34), "&quot;").replace("<", "&lt;")}">слово</a>'
        )
        _, entities = judging.read_html(article_link)
        assert [one["type"] for one in entities] == ["text_link"], link


@pytest.mark.skipif(judging.tdlib is None, reason="Telegram's library has no build for this platform")
@MANY
@given(strategies.visible(60))
def test_a_hashtag_is_recognised_to_its_end(name: str) -> None:
    if tag := hashtag(name):
        assert judging.tdlib.recognised(tag) == [("hashtag", 0, length(tag))]
