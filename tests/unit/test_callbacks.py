"""Buttons stay in chats for years: what was shipped is frozen here, byte for byte."""

from __future__ import annotations

import inspect

import pytest
from aiogram.filters.callback_data import CallbackData

from bot import callbacks
from bot.callbacks import ListKind
from bot.model.language import Language
from bot.model.readers import Mode, Rhythm

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
    "sec:3:digest:2:m": callbacks.ChooseSection(category=3, mode=Mode.DIGEST, page=2, view=callbacks.View.MODES),
    "all:now:0:s": callbacks.ChooseAll(mode=Mode.NOW, page=0, view=callbacks.View.START),
    "sep:1:l": callbacks.SectionsPage(page=1, view=callbacks.View.LIST),
    "fst": callbacks.FirstPost(),
    "set": callbacks.OpenSettings(),
    "pea": callbacks.OpenPeace(),
    "qui:1380:420": callbacks.SetQuiet(begins=1380, ends=420),
    "wak:0": callbacks.SetWakes(on=False),
    "snd:1": callbacks.SetSound(on=True),
    "lim:5": callbacks.SetLimit(posts=5),
    "dgo": callbacks.OpenDigest(),
    "dig:weekly:540": callbacks.SetDigest(rhythm=Rhythm.WEEKLY, at=540),
    "cts:1": callbacks.OpenCities(page=1),
    "cit:almaty": callbacks.SetCity(city="almaty"),
    "nlo": callbacks.OpenNewsLanguages(),
    "nlg:kk:1": callbacks.SetNewsLanguage(code="kk", on=True),
    "ric:0": callbacks.SetRich(on=False),
    "wrd": callbacks.OpenWords(),
    "wra:1": callbacks.AddWords(follows=True),
    "wrx:0123456789ab": callbacks.DropWord(mark="0123456789ab"),
    "les:17": callbacks.LessLike(article=17),
    "lsc:3:off": callbacks.LessSection(category=3, mode=Mode.OFF),
    "lsw:17:0123456789ab": callbacks.LessWord(article=17, mark="0123456789ab"),
    "lsn": callbacks.LessNothing(),
    "prv": callbacks.OpenPrivacy(),
    "exp": callbacks.ExportMine(),
    "fgt:1": callbacks.ForgetMe(sure=True),
    "grs": callbacks.OpenGroups(),
    "grp:-1001234567890:1": callbacks.OpenGroup(chat=-1001234567890, page=1),
    "gse:-1001234567890:3:now:1": callbacks.GroupSection(chat=-1001234567890, category=3, mode=Mode.NOW, page=1),
    "gal:-1001234567890:off:0": callbacks.GroupAll(chat=-1001234567890, mode=Mode.OFF, page=0),
    "gla:-1001234567890:kk": callbacks.GroupLanguage(chat=-1001234567890, language=Language.KK),
    "gto:-1001234567890:0": callbacks.OpenTopics(chat=-1001234567890, page=0),
    "gtp:-1001234567890:3": callbacks.PickTopic(chat=-1001234567890, category=3),
    "gts:-1001234567890:3:17": callbacks.SetTopic(chat=-1001234567890, category=3, thread=17),
    "bs:5:1": callbacks.SendBroadcast(broadcast=5, revision=1),
    "bx:5": callbacks.DropBroadcast(broadcast=5),
    "v:l:3:2": callbacks.ShowList(kind=ListKind.LATEST, of=3, page=2),
    "v:q:9:0": callbacks.ShowList(kind=ListKind.FOUND, of=9, page=0),
    "v:f:9:0": callbacks.ShowList(kind=ListKind.SAVED_FOUND, of=9, page=0),
    "o:17": callbacks.OpenArticle(article=17),
    "vs:l:3:2:17:1": callbacks.SaveFromList(kind=ListKind.LATEST, of=3, page=2, article=17, on=True),
    "vr:b:0:2:17": callbacks.RemoveFromList(kind=ListKind.SAVED, of=0, page=2, article=17),
    "vu:b:0:2:17": callbacks.RestoreToList(kind=ListKind.SAVED, of=0, page=2, article=17),
    "vc:l:3:1": callbacks.ListSections(kind=ListKind.LATEST, of=3, page=1),
    "vn:q:9:3": callbacks.NarrowSearch(kind=ListKind.FOUND, search=9, category=3),
    "vq:q": callbacks.AskForWords(kind=ListKind.FOUND),
    "bo": callbacks.OpenExport(),
    "be:csv": callbacks.ExportBookmarks(format=callbacks.ExportFormat.CSV),
    "bc:p:5:1": callbacks.ControlBroadcast(act=callbacks.BroadcastAct.PAUSE, broadcast=5, revision=1),
    "ba:5:1:l:kk:1": callbacks.BroadcastAudience(broadcast=5, revision=1, part="l", value="kk", on=True),
    "bl:2": callbacks.BroadcastsPage(page=2),
    "pp:p:0123456789abcdef:17": callbacks.PublishPage(
        act=callbacks.PageAct.PUBLISH, mark="0123456789abcdef", category=17
    ),
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
        largest = {
            name: LARGEST
            for name in type(button).model_fields
            if name in ("article", "category", "broadcast", "of", "search")
        }
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
