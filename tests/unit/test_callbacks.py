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
    "bc:p:5:1": callbacks.ControlBroadcast(act=callbacks.BroadcastAct.PAUSE, broadcast=5, revision=1),
    "ba:5:1:l:kk:1": callbacks.BroadcastAudience(broadcast=5, revision=1, part="l", value="kk", on=True),
    "bl:2": callbacks.BroadcastsPage(page=2),
    "ap:w:17": callbacks.CurateArticle(act=callbacks.CurateAct.WITHHOLD, article=17),
    "fd:h:3:kk": callbacks.ManageFeed(act=callbacks.FeedAct.LANGUAGE, feed=3, value="kk"),
    "fa": callbacks.AddFeed(),
    "sc:i:3:4": callbacks.ManageSection(act=callbacks.SectionAct.MERGE_INTO, category=3, value="4"),
    "ed:w:77": callbacks.ManageEditor(act=callbacks.EditorAct.MAKE_OWNER, user=77),
    "au:12": callbacks.AuditPage(before=12),
    "at": callbacks.AuditTable(),
    "ah": callbacks.AdminHome(),
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


def test_what_the_buttons_under_breaking_news_do_is_frozen() -> None:
    assert {act.name: act.value for act in callbacks.BroadcastAct} == {
        "OPEN": "o",
        "AUDIENCE": "a",
        "BACK": "b",
        "TIME": "t",
        "AT_ONCE": "n",
        "REVISE": "e",
        "CARD": "k",
        "TEXT": "x",
        "TRIAL": "y",
        "PAUSE": "p",
        "RESUME": "r",
        "STOP": "s",
        "CORRECT": "c",
        "REPLY": "w",
        "RECALL": "d",
        "SURELY_RECALL": "z",
        "MISSING": "m",
        "TABLE": "f",
        "ONE_READER": "q",
        "KEEP": "v",
    }
