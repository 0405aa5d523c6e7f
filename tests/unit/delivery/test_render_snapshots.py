"""How articles look, reviewed: cards for readers of each language, the whole article both ways, bundles, digests."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiogram.types import InputRichMessage

from bot import keyboards
from bot.delivery.post import RichPost
from bot.delivery.render.bundle import DIGEST, MISSED, bundle
from bot.delivery.render.card import card
from bot.delivery.render.gallery import gallery, slideshow
from bot.delivery.render.reading import reading
from bot.model.articles import Article
from bot.model.language import Language
from bot.texts import Texts
from tests.articles import ARTICLES, FESTIVAL, NOW
from tests.shown import shown
from tests.snapshot import check_snapshot
from tests.unit.delivery.judging import judge

TEXTS = Texts.load(Language.RU)
WHEN: dict[str, Any] = {"now": NOW, "zone": ZoneInfo("Asia/Almaty")}
each = pytest.mark.parametrize("name", ARTICLES)


def own_language(article: Article) -> Language:
    return TEXTS.language_of(article.language)


def read(article: Article) -> RichPost:
    language = own_language(article)
    return reading(article, language, TEXTS, keyboards.reading(article, language, TEXTS), **WHEN)


@each
def test_cards(name: str) -> None:
    article = ARTICLES[name]
    told = []
    for language in Language:
        post = card(article, language, TEXTS, keyboards.card(article, language, TEXTS), **WHEN)
        judge(post)
        told.append(f"--- {language}\n{shown(post)}")
    check_snapshot(f"card/{name}", "\n".join(told))


@each
def test_rich_readings(name: str) -> None:
    post = read(ARTICLES[name])
    judge(post)
    InputRichMessage.model_validate({"blocks": post.blocks})
    check_snapshot(f"rich/{name}", shown(post))


@each
def test_plain_readings(name: str) -> None:
    check_snapshot(f"plain/{name}", "\n".join(f"--- text\n{shown(text)}" for text in read(ARTICLES[name]).fallback))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("title_key", [MISSED, DIGEST])
def test_bundles_and_digests(language: Language, title_key: str) -> None:
    articles = [article for article in ARTICLES.values() if article.language == language]
    keyboard = keyboards.bundle(articles, language, TEXTS)
    post = bundle(articles, language, TEXTS, keyboard, **WHEN, title_key=title_key)
    judge(post)
    check_snapshot(f"{title_key.partition('.')[0]}/{language}", shown(post))


def test_the_digest_of_a_day() -> None:
    articles = list(ARTICLES.values())
    post = bundle(
        articles, Language.RU, TEXTS, keyboards.bundle(articles, Language.RU, TEXTS), **WHEN, title_key=DIGEST
    )
    judge(post)
    check_snapshot("digest/all", shown(post))


def test_the_gallery_of_51_photos() -> None:
    album = gallery(FESTIVAL, 0, Language.RU, TEXTS)
    slides = slideshow(FESTIVAL, 20, Language.RU, TEXTS, keyboards.gallery(FESTIVAL, 40, Language.RU, TEXTS))
    assert album
    assert slides
    judge(album)
    judge(slides)
    check_snapshot("gallery/festival", f"--- album\n{shown(album)}\n--- slideshow\n{shown(slides)}")
