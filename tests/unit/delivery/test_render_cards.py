"""Cards, the buttons under them, and bundles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiogram.types import InlineKeyboardMarkup

from bot import keyboards
from bot.delivery.post import FILE_BY_URL, AudioPost, PhotoPost, TextPost, VideoPost
from bot.delivery.render.bundle import DIGEST, bundle
from bot.delivery.render.card import card
from bot.model.articles import Article, Attachment, AttachmentKind, Category, Photo
from bot.model.body import Paragraph, Run
from bot.model.ids import CategoryId
from bot.model.language import Language
from bot.texts import Texts
from tests.articles import ARABIC, BRIDGE, BUDGET, NOTICE, NOW, PODCAST, RACE, WARNING
from tests.unit.delivery.judging import judge, read_html

TEXTS = Texts.load(Language.RU)
WHEN: dict[str, Any] = {"now": NOW, "zone": ZoneInfo("Asia/Almaty")}


def made(article: Article, keyboard: InlineKeyboardMarkup | None = None) -> Any:
    post = card(article, Language.RU, TEXTS, keyboard, **WHEN)
    judge(post)
    return post


def labels(keyboard: InlineKeyboardMarkup) -> list[list[str]]:
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def test_a_card_carries_everything() -> None:
    post = made(BRIDGE)
    assert isinstance(post, PhotoPost)
    assert post.photo == "https://dala.example.kz/photo/bridge.jpg"
    text, entities = read_html(post.caption)
    assert text == (
        "В Акжаре открыли мост через Талды: «Теперь скорая успеет»\n\n"
        "Мост длиной 240 метров связал берега города. Дорога до больницы занимает семь минут вместо сорока.\n\n"
        "Первые автомобили на новом мосту\n📷 Акимат Акжара\n\n#Общество"
    )
    assert [(one["type"], one["offset"], one["length"]) for one in entities] == [("bold", 0, 57)]
    assert isinstance(post.fallback, TextPost)
    assert post.fallback.preview_url == BRIDGE.link
    assert "📷" not in post.fallback.text, "no photo, no credit"


def test_without_photo_or_with_a_refused_one_it_is_text_under_the_sites_preview() -> None:
    for photos in ((), (Photo("https://example.kz/1.jpg", refused=True),)):
        post = made(replace(BRIDGE, photos=photos))
        assert isinstance(post, TextPost)
        assert post.preview_url == BRIDGE.link
    assert made(NOTICE).preview_url is None


def test_the_photo_that_telegram_knows_and_the_next_when_one_is_refused() -> None:
    first, second = BRIDGE.photos
    assert made(replace(BRIDGE, photos=(replace(first, file_id="AgAC"), second))).photo == "AgAC"
    assert made(replace(BRIDGE, photos=(replace(first, refused=True), second))).photo == second.url


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        ("Мост через Талды открыли.", False),
        ("Мост через Талды в день открытия", True),
        ("", False),
    ],
)
def test_a_caption_is_shown_unless_headline_or_lead_say_it(caption: str, shown: bool) -> None:
    post = made(replace(BRIDGE, photos=(Photo("https://e.kz/1.jpg", caption),)))
    assert (post.caption.count(caption or "📷") == 1) is shown


def test_the_date_stands_there_only_when_the_article_is_not_fresh() -> None:
    for age, dated in (
        (timedelta(hours=-1), False),
        (timedelta(hours=3), False),
        (timedelta(hours=3, minutes=1), True),
    ):
        post = made(replace(BRIDGE, published_at=NOW - age))
        assert ("tg-time" in post.caption) is dated, age
    _, entities = read_html(made(RACE).fallback.caption)
    [moment] = [one for one in entities if one["type"] == "date_time"]
    assert (moment["unix_time"], moment["date_time_format"]) == (int(RACE.published_at.timestamp()), "dt")


def test_a_date_that_telegram_can_not_hold_is_plain_text() -> None:
    post = made(replace(BRIDGE, published_at=NOW.replace(year=1969)))
    assert "tg-time" not in post.caption
    assert "24 ноября 1969, 12:30" in post.caption


def test_an_edited_article_says_when() -> None:
    text, _ = read_html(made(replace(BRIDGE, updated_at=NOW)).caption)
    assert text.endswith("#Общество\n✏️ Обновлено 24 ноября, 11:30")


def test_a_section_that_can_be_no_hashtag_stands_as_it_is() -> None:
    hindi = Category(CategoryId(1), {"hi": "राजनीति"})
    post = made(replace(BRIDGE, categories=(hindi, Category(CategoryId(2), {"": "2026"}))))
    assert post.caption.endswith("\n\nराजनीति")


def test_right_to_left_text_is_marked_line_by_line() -> None:
    text, _ = read_html(made(ARABIC).caption)
    assert all(line.startswith("\u200f") for line in text.split("\n") if line)
    assert "\u200f" not in made(BRIDGE).caption


def test_a_long_headline_and_lead_are_cut_at_words() -> None:
    long = replace(WARNING, lead="Очень длинный лид со словами. " * 60, photos=BRIDGE.photos)
    text, _ = read_html(made(long).caption)
    headline, lead, *_ = text.split("\n\n")
    assert len(WARNING.title) > 300
    assert headline.endswith("и гололёд на…")
    assert lead.removesuffix("…").split()[-1] in "Очень длинный лид со словами."
    assert 1000 < len(text) <= 1024


def test_a_video_that_fits_goes_as_video_with_its_cover() -> None:
    post = made(RACE)
    assert post == VideoPost(
        RACE.attachments[0].url, post.caption, cover=RACE.photos[0].url, seconds=74, fallback=post.fallback
    )
    assert isinstance(post.fallback, PhotoPost)
    assert isinstance(made(replace(RACE, photos=())).fallback, TextPost)
    known = replace(RACE, attachments=(replace(RACE.attachments[0], file_id="BAAC", size=None),))
    assert made(known).video == "BAAC"
    refused = replace(RACE, photos=(replace(RACE.photos[0], refused=True),))
    assert made(refused).cover == ""


@pytest.mark.parametrize("change", [{"size": None}, {"size": FILE_BY_URL + 1}, {"size": 0}, {"refused": True}])
def test_a_video_that_does_not_is_a_button(change: dict[str, Any]) -> None:
    article = replace(RACE, attachments=(replace(RACE.attachments[0], **change),))
    keyboard = keyboards.card(article, Language.RU, TEXTS)
    assert isinstance(made(article), PhotoPost)
    assert labels(keyboard)[-1] == ["🎬 Видео", "👎 Меньше такого"]
    assert keyboard.inline_keyboard[-1][0].url == RACE.attachments[0].url
    assert "🎬 Видео" not in [one for row in labels(keyboards.card(RACE, Language.RU, TEXTS)) for one in row]


def test_a_photo_of_its_own_is_worth_more_than_a_video() -> None:
    article = replace(RACE, photos=(*RACE.photos, Photo("https://e.kz/other.jpg")))
    assert isinstance(made(article), PhotoPost)
    assert labels(keyboards.card(article, Language.RU, TEXTS))[1] == ["🖼 2", "🎬 Видео"]


def test_audio_goes_as_audio_only_without_a_photo() -> None:
    post = made(PODCAST)
    assert isinstance(post, AudioPost)
    assert (post.title, post.performer, post.seconds) == ("Why the river moved", "The Steppe Weekly", 1_260)
    assert isinstance(post.fallback, TextPost)
    pictured = replace(PODCAST, photos=BRIDGE.photos[:1])
    assert isinstance(made(pictured), PhotoPost)
    assert labels(keyboards.card(pictured, Language.RU, TEXTS))[-1] == ["🎧 Слушать", "👎 Меньше такого"]
    ogg = replace(PODCAST, attachments=(replace(PODCAST.attachments[0], mime="audio/ogg"),))
    assert isinstance(made(ogg), TextPost)


def test_a_page_that_plays_is_the_preview_of_an_article_without_photo() -> None:
    player = Attachment(AttachmentKind.PLAYER, "https://video.example.com/42")
    assert made(replace(NOTICE, attachments=(player,))).preview_url == player.url
    assert made(replace(BRIDGE, attachments=(player,))).fallback.preview_url == BRIDGE.link


def test_the_buttons_of_a_card() -> None:
    keyboard = keyboards.card(BRIDGE, Language.RU, TEXTS)
    assert labels(keyboard) == [
        ["🔖 Сохранить", "📖 Читать здесь"],
        ["🔗 На сайте", "↗ Поделиться"],
        ["🖼 2", "👎 Меньше такого"],
    ]
    told = [[button.callback_data for button in row] for row in keyboard.inline_keyboard]
    assert (told[0], told[2][0]) == (["s:1:1", "r:1"], "g:1:0")
    assert labels(keyboards.card(BRIDGE, Language.RU, TEXTS, saved=True))[0][0] == "✅ Сохранено"


def test_read_here_is_offered_when_the_text_says_more_than_the_card() -> None:
    short = replace(BRIDGE, body=(Paragraph((Run(BRIDGE.lead),)),))
    for article, offered in ((BRIDGE, True), (short, False), (replace(BRIDGE, body=()), False), (NOTICE, False)):
        assert ("📖 Читать здесь" in labels(keyboards.card(article, Language.RU, TEXTS))[0]) is offered
    assert labels(keyboards.card(NOTICE, Language.RU, TEXTS)) == [["🔖 Сохранить"], ["👎 Меньше такого"]]


def test_a_bundles_numbers_and_buttons_go_by_section() -> None:
    articles = [BRIDGE, BUDGET, NOTICE]
    keyboard = keyboards.bundle(articles, Language.RU, TEXTS)
    post = bundle(articles, Language.RU, TEXTS, keyboard, **WHEN)
    text, _ = read_html(post.text)
    lines = [line for line in text.split("\n") if line[:1].isdigit()]
    assert lines == [f"1. {BRIDGE.title}", f"2. {NOTICE.title}", f"3. {BUDGET.title}"]
    assert [button.callback_data for button in keyboard.inline_keyboard[0]] == ["s:1:1", "s:8:1", "s:5:1"]
    assert post.preview_url == BRIDGE.photos[0].url


def test_a_bundle_of_any_number_fits() -> None:
    articles = [replace(WARNING, id=n, title=f"{n} {WARNING.title}") for n in range(20)]  # type: ignore[arg-type]
    post = bundle(articles, Language.RU, TEXTS, None, **WHEN, title_key=DIGEST)
    judge(post)
    text, entities = read_html(post.text)
    assert text.startswith("🗞 Дайджест: 20 новостей")
    assert sum(one["type"] == "text_link" for one in entities) == 20, "headlines are cut, none is left out"
    assert WARNING.lead[:20] not in text, "the lead goes first"
    post = bundle(articles * 20, Language.RU, TEXTS, None, **WHEN)
    judge(post)
    assert read_html(post.text)[0].splitlines()[-1].startswith("… и ещё 3")


def test_articles_without_a_section_and_without_a_link() -> None:
    post = bundle([replace(NOTICE, categories=())], Language.RU, TEXTS, None, **WHEN)
    judge(post)
    assert f"<b>Другие новости</b> · 24 ноября\n1. {NOTICE.title}\n{NOTICE.lead}" in post.text
