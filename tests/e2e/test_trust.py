"""Nobody but an editor, in his own chat with the bot, can do what editors do: every command and every button."""

from __future__ import annotations

import asyncio
import inspect
import sqlite3
from pathlib import Path
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot import callbacks
from bot.callbacks import BroadcastAct, CurateAct, EditorAct, FeedAct, PageAct, SectionAct
from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from tests.newspaper import Newspaper

COMMANDS = ("/breaking Подделка", "/breaking", "/status", "/stats", "/feeds", "/admin", "/publish https://example.kz/1")
EDITORS_BUTTONS: dict[type[CallbackData], list[CallbackData]] = {
    callbacks.SendBroadcast: [callbacks.SendBroadcast(broadcast=1, revision=1)],
    callbacks.DropBroadcast: [callbacks.DropBroadcast(broadcast=1)],
    callbacks.ControlBroadcast: [callbacks.ControlBroadcast(act=act, broadcast=1, revision=1) for act in BroadcastAct],
    callbacks.BroadcastAudience: [callbacks.BroadcastAudience(broadcast=1, revision=1, part="l", value="kk", on=True)],
    callbacks.BroadcastsPage: [callbacks.BroadcastsPage(page=0)],
    callbacks.CurateArticle: [callbacks.CurateArticle(act=act, article=1) for act in CurateAct],
    callbacks.PublishPage: [callbacks.PublishPage(act=act, mark="0" * 16, category=1) for act in PageAct],
    callbacks.ManageFeed: [callbacks.ManageFeed(act=act, feed=1, value="kk") for act in FeedAct],
    callbacks.AddFeed: [callbacks.AddFeed()],
    callbacks.ManageSection: [callbacks.ManageSection(act=act, category=1, value="2") for act in SectionAct],
    callbacks.ManageEditor: [
        callbacks.ManageEditor(act=act, user=user) for act in EditorAct for user in (710000001, 710000009)
    ],
    callbacks.AuditPage: [callbacks.AuditPage(before=0)],
    callbacks.AuditTable: [callbacks.AuditTable()],
    callbacks.AdminHome: [callbacks.AdminHome()],
}
READERS_BUTTONS = {
    callbacks.SaveArticle,
    callbacks.ReadArticle,
    callbacks.MorePhotos,
    callbacks.ChooseCategory,
    callbacks.ChooseEverything,
    callbacks.CategoriesPage,
    callbacks.ReceiveNews,
    callbacks.ChooseLanguage,
    callbacks.OpenLanguages,
    callbacks.BookmarksPage,
    callbacks.RemoveBookmark,
    callbacks.LatestPage,
    callbacks.SaveInList,
    callbacks.ShowList,
    callbacks.OpenArticle,
    callbacks.SaveFromList,
    callbacks.RemoveFromList,
    callbacks.RestoreToList,
    callbacks.ListSections,
    callbacks.NarrowSearch,
    callbacks.AskForWords,
    callbacks.OpenExport,
    callbacks.ExportBookmarks,
    callbacks.ChooseSection,
    callbacks.ChooseAll,
    callbacks.SectionsPage,
    callbacks.FirstPost,
    callbacks.OpenSettings,
    callbacks.OpenPeace,
    callbacks.SetQuiet,
    callbacks.SetWakes,
    callbacks.SetSound,
    callbacks.SetLimit,
    callbacks.OpenDigest,
    callbacks.SetDigest,
    callbacks.OpenCities,
    callbacks.SetCity,
    callbacks.OpenNewsLanguages,
    callbacks.SetNewsLanguage,
    callbacks.SetRich,
    callbacks.OpenWords,
    callbacks.AddWords,
    callbacks.DropWord,
    callbacks.LessLike,
    callbacks.LessSection,
    callbacks.LessWord,
    callbacks.LessNothing,
    callbacks.OpenPrivacy,
    callbacks.ExportMine,
    callbacks.ForgetMe,
    callbacks.OpenGroups,
    callbacks.OpenGroup,
    callbacks.GroupSection,
    callbacks.GroupAll,
    callbacks.GroupLanguage,
    callbacks.OpenTopics,
    callbacks.PickTopic,
    callbacks.SetTopic,
}
WATCHED = ("broadcasts", "fanouts", "feeds", "categories", "category_names", "editors", "audit", "prompts", "articles")
"""Tables that must stay as they are."""
UNTOUCHED = {"feeds": "url, paused, removed_at, interval, own_language, own_label"}
"""Where polls write too."""


def test_every_button_is_somebodys() -> None:
    ours = {kind for _, kind in inspect.getmembers(callbacks, inspect.isclass) if issubclass(kind, CallbackData)}
    assert set(EDITORS_BUTTONS) | READERS_BUTTONS == ours - {CallbackData}
    assert not set(EDITORS_BUTTONS) & READERS_BUTTONS


def state(folder: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(folder / "newsbot.db", timeout=5)
    try:
        return {
            table: connection.execute(f"SELECT {UNTOUCHED.get(table, '*')} FROM {table}").fetchall()  # noqa: S608
            for table in WATCHED
        }
    finally:
        connection.close()


async def tries_everything(person: SandboxUser, on: Json, **where: Any) -> list[str]:
    """What the bot answers to each button, copied from an editor's chat."""
    answers = []
    for button in [one for kind in EDITORS_BUTTONS.values() for one in kind]:
        place = {"chat_id": on["chat"]["id"], "message_id": on["message_id"], **where}
        while (told := await tapped(person, button, place)).startswith("Слишком быстро"):
            await asyncio.sleep(1)
        answers.append(told)
    return answers


async def tapped(person: SandboxUser, button: CallbackData, place: Json) -> str:
    query = await person._do("tap", data=button.pack(), **place)
    return await answered(person, query["callback_query_id"])


async def answered(person: SandboxUser, query: str) -> str:
    async with asyncio.timeout(10):
        while not (told := await person.client.call("GET", f"/callbacks/{query}"))["answered"]:
            await asyncio.sleep(0.02)
    return str(told["text"])


async def prepared(start_bot: Any, newspaper: Newspaper, chat: SandboxClient, **changes: Any) -> SandboxUser:
    """A newsroom with a feed, two sections and a draft; its editor."""
    newspaper.publish("Первая", "Спорт")
    newspaper.publish("Вторая", "Политика")
    await start_bot(**changes)
    dana = await chat.user("Дана")
    await dana.sends("/start")
    await dana.sees("Газета")
    await dana.sends("/breaking Настоящая")
    await dana.sees_button("🚀")
    return dana


async def test_who_is_no_editor(start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path) -> None:
    await prepared(start_bot, newspaper, chat)
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    own = await ivan.sees("Газета")
    before = state(tmp_path)
    for command in COMMANDS:
        seen = len(await ivan.messages())
        await ivan.sends(command)
        async with asyncio.timeout(5):
            while len(await ivan.messages()) < seen + 2:
                await asyncio.sleep(0.02)
        assert "/help" in said((await ivan.messages())[-1]), command
    answers = await tries_everything(ivan, own)
    assert {answer[:12] for answer in answers} == {"Эта кнопка у"}
    assert state(tmp_path) == before


async def test_who_was_an_editor(start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path) -> None:
    dana = await prepared(start_bot, newspaper, chat)
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    await dana.sends("/admin")
    await dana.taps("Редакторы")
    await dana.taps("Добавить редактора")
    await dana.sends(str(ivan.id))
    await dana.sees("Теперь это редактор")
    await ivan.sends("/breaking Моя новость")
    own = await ivan.sees_button("🚀")
    await ivan.taps("✏️", on=own)
    await ivan.sees("новый текст")
    await dana.taps("редактор$")
    await dana.taps("Убрать")
    before = state(tmp_path)
    await ivan.sends("Ответ на вопрос, который ему ещё задали")
    await ivan.sees("/help")
    answers = await tries_everything(ivan, own)
    assert {answer[:12] for answer in answers} == {"Эта кнопка у"}
    for command in COMMANDS:
        await ivan.sends(command)
    await asyncio.sleep(1)
    assert state(tmp_path) == before


async def test_an_editor_in_a_group(start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path) -> None:
    """What is said there others read too, and buttons there anybody can tap."""
    dana = await prepared(start_bot, newspaper, chat)
    group = await chat.group("Редакция", creator=dana.id)
    await group.sets("bot", "administrator")
    before = state(tmp_path)
    for command in COMMANDS:
        await dana.sends(command, chat_id=group.id)
    await asyncio.sleep(1.5)
    assert state(tmp_path) == before
    assert not [one for one in await group.messages() if one.get("from", {}).get("is_bot") and "🚀" in str(one)]
