"""Breaking news is exactly what was written, and what a delivered copy of it can become."""

from __future__ import annotations

import json

import pytest

from bot.delivery import alerts
from bot.delivery.encoding import encode
from bot.delivery.post import TextPost
from bot.model.broadcasts import Announcement, Media, MediaKind
from bot.model.deliveries import MessageForm
from bot.model.ids import ArticleId

BOLD = ({"type": "bold", "offset": 0, "length": 6},)
PHOTO, VIDEO = Media(MediaKind.PHOTO, "photo-1"), Media(MediaKind.VIDEO, "video-1")


def test_breaking_news_is_exactly_what_was_written() -> None:
    post = alerts.post(Announcement("Срочно <b>не тег</b>", BOLD))
    assert post == TextPost("Срочно <b>не тег</b>", html=False, entities=BOLD)


def sent(written: Announcement) -> dict:
    return json.loads(b"{" + encode(alerts.post(written)).rest[1:])


def test_an_album_has_its_words_under_the_first() -> None:
    assert sent(Announcement("Пожар", BOLD, (PHOTO, VIDEO)))["media"] == [
        {"type": "photo", "media": "photo-1", "caption": "Пожар", "caption_entities": list(BOLD)},
        {"type": "video", "media": "video-1"},
    ]


def test_a_video_keeps_its_formatting() -> None:
    content = sent(Announcement("Пожар", BOLD, (VIDEO,)))
    assert (content["video"], content["caption_entities"]) == ("video-1", list(BOLD))


@pytest.mark.parametrize(
    ("written", "form", "method"),
    [
        (Announcement("Новое"), MessageForm.TEXT, b"editMessageText"),
        (Announcement("Новое"), MessageForm.PHOTO, b"editMessageCaption"),
        (Announcement("Новое", (), (PHOTO,)), MessageForm.PHOTO, b"editMessageMedia"),
        (Announcement("Новое", (), (PHOTO,)), MessageForm.TEXT, b"editMessageText"),
        (Announcement("Новое", (), (VIDEO,)), MessageForm.VIDEO, b"editMessageMedia"),
        (Announcement("Новое", (), (PHOTO, VIDEO)), MessageForm.ALBUM, b"editMessageCaption"),
    ],
)
def test_corrections(written: Announcement, form: MessageForm, method: bytes) -> None:
    correction = alerts.encode_correction(written, form)
    assert correction
    assert correction.method == method
    assert b"parse_mode" not in correction.rest


@pytest.mark.parametrize(
    ("corrected", "delivered", "fits"),
    [
        (Announcement("б"), Announcement("а"), True),
        (Announcement("б", (), (PHOTO,)), Announcement("а"), False),
        (Announcement("б", (), (VIDEO,)), Announcement("а", (), (PHOTO,)), False),
        (Announcement("б", (), (Media(MediaKind.PHOTO, "2"),)), Announcement("а", (), (PHOTO,)), True),
        (Announcement("б", (), (PHOTO, VIDEO)), Announcement("а", (), (PHOTO, VIDEO)), True),
        (Announcement("б", (), (VIDEO, PHOTO)), Announcement("а", (), (PHOTO, VIDEO)), False),
        (Announcement("б"), Announcement("", card=ArticleId(1)), True),
    ],
)
def test_what_copies_can_become(corrected: Announcement, delivered: Announcement, fits: bool) -> None:
    assert alerts.fits_copies(corrected, delivered) is fits
