"""Words: cut, compared, made hashtags, told which way they run; addresses that Telegram takes; days and moments."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.links import host_of, opens
from bot.delivery.post import length
from bot.delivery.render.edition import Edition, unix
from bot.delivery.render.words import cut, hashtag, repeats, runs_right_to_left, says
from bot.model.language import Language
from bot.texts import Texts

TEXTS = Texts.load(Language.RU)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Мост открыли", 12, "Мост открыли"),
        ("Мост открыли раньше", 14, "Мост открыли…"),
        ("Мост открыли, раньше", 15, "Мост открыли…"),
        ("Мост — раньше срока", 10, "Мост…"),
        ("Он сказал: «Мост открыт»", 14, "Он сказал…"),
        ("Выделили 417\u00a0млн тенге", 14, "Выделили…"),
        ("Выделили 417\u00a0млн тенге", 17, "Выделили 417\u00a0млн…"),
        ("汉字" * 40, 11, "汉字" * 5 + "…"),
        ("2026 " + "汉字" * 80, 100, "2026 " + "汉字" * 47 + "…"),
        ("ab😀cd", 4, "ab…"),
        ("é" * 9, 5, "é" * 4 + "…"),
        ("abc👩\u200d🚀" + "x" * 9, 7, "abc…"),
    ],
)
def test_cut(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected
    assert length(expected) <= limit


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Политика", "#Политика"),
        ("Әлеумет, ғылым", "#Әлеумет_ғылым"),
        ("Қоғам және өмір", "#Қоғам_және_өмір"),
        ("Ұлы дала: іс-шара, һикая, үні", "#Ұлы_дала_іс_шара_һикая_үні"),
        ("Science & Tech", "#Science_Tech"),
        ("ЖКХ-2026", "#ЖКХ_2026"),
        ("2026", ""),
        ("—", ""),
        ("", ""),
        ("O'zbekiston", "#Ozbekiston"),
        ("и\u0306од", "#йод"),
        ("राजनीति", ""),
        ("سياسة", "#سياسة"),
        ("x" * 100, ""),
        ("Площадь²", "#Площадь"),
    ],
)
def test_hashtags(name: str, tag: str) -> None:
    assert hashtag(name) == tag


def test_what_is_said_already() -> None:
    assert says("Мост через Ишим открыли раньше срока", "Мост через Ишим, раньше срока открыли.")
    assert not says("Мост через Ишим открыли", "Мост вечером")
    assert repeats("Первый абзац.\n\nВторой абзац статьи.", "Первый абзац\nВторой абзац…")
    assert not repeats("Первый абзац.", "Второй абзац…")


def test_direction() -> None:
    assert runs_right_to_left("«123» مرحبا")
    assert runs_right_to_left("שלום Astana")
    assert not runs_right_to_left("Астана مرحبا")
    assert not runs_right_to_left("123 …")


@pytest.mark.parametrize(
    "url",
    ["https://e.kz", "http://www.e.kz:8080/a?b=c#d", "https://егемен.қаз/жаңалық", "HTTPS://E.KZ/", "http://1.2.3.4/x",
     "http://[::1]:80/", "https://e.kz/a b"],
)  # fmt: skip
def test_addresses_that_open(url: str) -> None:
    assert opens(url)


@pytest.mark.parametrize(
    "url",
    ["", "e.kz", "/x", "#x", "//e.kz", "mailto:a@b.kz", "tel:+7", "ftp://e.kz", "javascript:alert(1)", "https://",
     "http://localhost:80/", "http://e.kz:0/", "http://e.kz:70000/", "http://a b.kz/", "https://e.kz/\x00",
     "https://user@e.kz/", "https://e.kz/" + "x" * 2050, "https://./", "https://e.kz/\ud83d"],
)  # fmt: skip
def test_addresses_that_do_not(url: str) -> None:
    assert not opens(url)
    assert host_of(url) == ""


def test_the_site_as_people_name_it() -> None:
    assert host_of("https://www.Егемен.Қаз:443/x") == "егемен.қаз"


def moment(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type]


def test_days_and_moments_in_the_newsrooms_zone() -> None:
    edition = Edition(Language.RU, TEXTS, moment(2026, 11, 24), ZoneInfo("Asia/Almaty"))
    assert edition.moment(moment(2026, 11, 23, 20, 5)) == "24 ноября, 01:05"
    assert edition.moment(moment(2025, 11, 23, 6, 0)) == "23 ноября 2025, 11:00"
    assert edition.days(moment(2026, 11, 23, 20), moment(2026, 11, 24, 1)) == "24 ноября"
    assert edition.days(moment(2026, 11, 22), moment(2026, 11, 24)) == "22–24 ноября"
    assert edition.days(moment(2026, 10, 31), moment(2026, 11, 2)) == "31 октября – 2 ноября"
    assert edition.days(moment(2025, 12, 31), moment(2026, 1, 2)) == "31 декабря 2025 – 2 января"
    kazakh = Edition(Language.KK, TEXTS, moment(2026, 11, 24), UTC)
    assert kazakh.moment(moment(2025, 1, 2, 3, 4)) == "2025 ж. 2 қаңтар, 03:04"


def test_moments_that_telegram_can_hold() -> None:
    assert unix(moment(1970, 1, 1)) is None
    assert unix(moment(2026, 11, 24)) == 1_795_478_400
    assert unix(moment(2040, 1, 1)) is None
