"""Cards: within Telegram's limits whatever the article holds, valid HTML, nothing cut in the middle."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.delivery import render
from bot.delivery.post import CAPTION_LIMIT, TEXT_LIMIT, PhotoPost, TextPost, length
from bot.model import Article, ArticleId, Category, CategoryId, Language, Photo
from bot.texts import Texts

TEXTS = Texts.load(Language.RU)
TAGS = re.compile(r"</?b>")


def article(**changes: object) -> Article:
    fields: dict[str, object] = {
        "id": ArticleId(1),
        "title": "Мост через Ишим открыли раньше срока",
        "link": "https://example.kz/most",
        "lead": "Движение запустили в полдень.",
        "body": (),
        "author": "",
        "language": "ru",
        "published_at": datetime(2026, 11, 23, tzinfo=UTC),
        "categories": (Category(CategoryId(1), {"ru": "Политика"}),),
        "photos": (Photo("https://example.kz/1.jpg", "Мост вечером", "Акимат: Facebook"),),
    }
    return Article(**{**fields, **changes})  # type: ignore[arg-type]


def visible(html: str) -> str:
    return unescape(TAGS.sub("", html))


def test_a_card_carries_everything() -> None:
    post = render.card(article(), Language.RU, TEXTS, None)
    assert isinstance(post, PhotoPost)
    assert post.caption == (
        "<b>Мост через Ишим открыли раньше срока</b>\n\nДвижение запустили в полдень.\n\n"
        "Мост вечером\n📷 Акимат: Facebook\n\n#Политика"
    )
    assert isinstance(post.fallback, TextPost)
    assert post.fallback.preview_url == "https://example.kz/most"


def test_without_photo_or_with_a_refused_one_it_is_text() -> None:
    for photos in ((), (Photo("https://example.kz/1.jpg", refused=True),)):
        post = render.card(article(photos=photos), Language.RU, TEXTS, None)
        assert isinstance(post, TextPost)


def test_a_caption_that_repeats_the_headline_is_left_out() -> None:
    repeated = (Photo("https://example.kz/1.jpg", "Мост через Ишим открыли раньше срока."),)
    post = render.card(article(photos=repeated), Language.RU, TEXTS, None)
    assert isinstance(post, PhotoPost)
    assert post.caption.count("Ишим") == 1


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Политика", "#Политика"),
        ("Қоғам және өмір", "#Қоғам_және_өмір"),
        ("Science & Tech", "#Science_Tech"),
        ("ЖКХ-2026", "#ЖКХ_2026"),
        ("2026", ""),
        ("—", ""),
        ("O'zbekiston", "#Ozbekiston"),
    ],
)
def test_hashtags(name: str, tag: str) -> None:
    assert render.hashtag(name) == tag


TEXT = st.text(max_size=3000)


@settings(max_examples=150, deadline=None)
@given(title=TEXT, lead=TEXT, caption=TEXT, credit=TEXT, section=st.text(min_size=1, max_size=300))
def test_no_article_breaks_a_card(title: str, lead: str, caption: str, credit: str, section: str) -> None:
    photo = Photo("https://example.kz/1.jpg", caption, credit)
    category = Category(CategoryId(1), {"": section})
    made = article(title=title, lead=lead, photos=(photo,), categories=(category,))
    post = render.card(made, Language.KK, TEXTS, None)
    assert isinstance(post, PhotoPost)
    assert isinstance(post.fallback, TextPost)
    assert length(visible(post.caption)) <= CAPTION_LIMIT
    assert length(visible(post.fallback.text)) <= TEXT_LIMIT
    for html in (post.caption, post.fallback.text):
        assert html.count("<b>") == html.count("</b>") <= 1
        rest = TAGS.sub("", html)
        assert "<" not in rest
        assert ">" not in rest
        assert not re.search(r"&(?!(?:lt|gt|amp|quot|#x27);)", rest)


@given(text=st.text(max_size=200), limit=st.integers(2, 100))
@example(text=" \U00010000", limit=2)
def test_cut_stays_within_and_never_splits_a_pair(text: str, limit: int) -> None:
    shortened = render.cut(text, limit)
    assert length(shortened) <= max(limit, length(text) if length(text) <= limit else limit)
    if not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        shortened.encode("utf-8")
