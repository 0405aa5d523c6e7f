"""Buttons of lists: whatever is shown, there is a way on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiogram.types import InlineKeyboardButton

from bot.callbacks import ListKind, ShowList
from bot.lists import SECTIONS_PER_PAGE, Buttons
from bot.model.articles import Article, Category
from bot.model.ids import ArticleId, CategoryId
from bot.model.language import Language
from bot.texts import Texts

TEXTS = Texts.load(Language.RU)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ARTICLES = [
    Article(ArticleId(number), f"Статья {number}", "", "", (), "", "ru", NOON, (), ()) for number in range(1, 4)
]
CATEGORIES = [Category(CategoryId(number), {"ru": f"Раздел {number}"}, number) for number in range(1, 31)]


def data(row: list[InlineKeyboardButton]) -> list[str]:
    return [button.callback_data or "" for button in row]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize("of", [0, 7])
@pytest.mark.parametrize("empty", [True, False])
def test_every_list_has_a_way_on(language: Language, kind: ListKind, of: int, empty: bool) -> None:
    place = ShowList(kind=kind, of=of, page=0)
    rows = Buttons(language, TEXTS).ways_on(place, empty=empty)
    there = [one for row in rows for one in data(row)]
    assert any(one != place.pack() for one in there)
    assert len(there) == len(set(there))


def test_pages_end_where_the_list_does() -> None:
    buttons = Buttons(Language.RU, TEXTS)
    place = ShowList(kind=ListKind.LATEST, of=0, page=0)
    assert buttons.pages(place, 1) == []
    assert data(buttons.pages(place, 2)) == ["v:l:0:1"]
    assert data(buttons.pages(ShowList(kind=ListKind.LATEST, of=0, page=1), 3)) == ["v:l:0:0", "v:l:0:2"]


def test_a_button_says_what_is_wanted() -> None:
    buttons = Buttons(Language.RU, TEXTS)
    latest = ShowList(kind=ListKind.LATEST, of=3, page=2)
    opening, _, saving = buttons.articles(latest, ARTICLES, frozenset({ArticleId(2)}))
    assert data(opening) == ["o:1", "o:2", "o:3"]
    assert data(saving) == ["vs:l:3:2:1:1", "vs:l:3:2:2:0", "vs:l:3:2:3:1"]
    _, _, removing = buttons.articles(ShowList(kind=ListKind.SAVED, of=0, page=0), ARTICLES, frozenset())
    assert data(removing) == ["vr:b:0:0:1", "vr:b:0:0:2", "vr:b:0:0:3"]


def test_very_few_have_a_row_each() -> None:
    latest = ShowList(kind=ListKind.LATEST, of=0, page=0)
    rows = Buttons(Language.RU, TEXTS).articles(latest, ARTICLES[:2], frozenset())
    assert [data(row) for row in rows] == [["o:1", "vs:l:0:0:1:1"], ["o:2", "vs:l:0:0:2:1"]]
    assert Buttons(Language.RU, TEXTS).articles(latest, [], frozenset()) == []


@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize("page", [0, 1, 99])
def test_sections_have_pages_and_a_way_back(kind: ListKind, page: int) -> None:
    place = ShowList(kind=kind, of=7, page=0)
    rows = Buttons(Language.RU, TEXTS).sections(place, CATEGORIES, page).inline_keyboard
    assert data(rows[-1]) == [place.pack()]
    shown = [button for row in rows for button in row if "Раздел" in button.text]
    assert len(shown) == min(SECTIONS_PER_PAGE, len(CATEGORIES) - min(page, 2) * SECTIONS_PER_PAGE)
    assert any(one.startswith("vc:") for one in data(rows[-2]))
