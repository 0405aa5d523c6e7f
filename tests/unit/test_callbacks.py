"""Buttons stay in chats for years: what was shipped is frozen here, byte for byte."""

from __future__ import annotations

import inspect

import pytest
from aiogram.filters.callback_data import CallbackData

from bot import callbacks
from bot.model import Language

LARGEST = 2**63 - 1
SHIPPED = {
    "s:17:1": callbacks.SaveArticle(article=17, on=True),
    "r:17": callbacks.ReadArticle(article=17),
    "g:17:10": callbacks.MorePhotos(article=17, offset=10),
    "c:3:0:2": callbacks.ChooseCategory(category=3, on=False, page=2),
    "ca:1:0": callbacks.ChooseEverything(on=True, page=0),
    "cp:4": callbacks.CategoriesPage(page=4),
    "n:0": callbacks.ReceiveNews(on=False),
    "l:kk": callbacks.ChooseLanguage(language=Language.KK),
    "lo": callbacks.OpenLanguages(),
    "bp:2": callbacks.BookmarksPage(page=2),
    "br:17:2": callbacks.RemoveBookmark(article=17, page=2),
    "lp:2": callbacks.LatestPage(page=2),
    "sl:17:1:2": callbacks.SaveInList(article=17, on=True, page=2),
    "bs:5:1": callbacks.SendBroadcast(broadcast=5, revision=1),
    "bx:5": callbacks.DropBroadcast(broadcast=5),
}


@pytest.mark.parametrize("wire", SHIPPED)
def test_shipped_buttons_are_read_and_written_as_ever(wire: str) -> None:
    button = SHIPPED[wire]
    assert button.pack() == wire
    assert type(button).unpack(wire) == button


def test_every_button_is_frozen_here() -> None:
    ours = {kind for _, kind in inspect.getmembers(callbacks, inspect.isclass) if issubclass(kind, CallbackData)}
    assert {type(button) for button in SHIPPED.values()} == ours - {CallbackData}


def test_the_largest_ids_fit_into_64_bytes() -> None:
    for button in SHIPPED.values():
        largest = {name: LARGEST for name in type(button).model_fields if name in ("article", "category", "broadcast")}
        assert len(button.model_copy(update={**largest}).pack().encode()) <= 64
