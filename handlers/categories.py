"""Choosing sections: on /start, under /categories, and each at once, in the digest or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot import keyboards
from bot.callbacks import (
    CategoriesPage,
    ChooseAll,
    ChooseCategory,
    ChooseEverything,
    ChooseSection,
    FirstPost,
    SectionsPage,
    View,
)
from bot.config import Settings
from bot.model.articles import Category
from bot.model.ids import CategoryId
from bot.model.readers import Mode, Reader
from bot.reading import Reading
from bot.texts import Texts
from handlers.peace import digest_rhythm
from handlers.screen import Screen
from storage.base import Storage

DAYS = 7


def router() -> Router:
    router = Router(name="categories")
    router.message.register(open_categories, Command("categories"))
    router.callback_query.register(choose, ChooseSection.filter())
    router.callback_query.register(choose_old, ChooseCategory.filter())
    router.callback_query.register(choose_all, ChooseAll.filter())
    router.callback_query.register(choose_all_old, ChooseEverything.filter())
    router.callback_query.register(turn_page, SectionsPage.filter())
    router.callback_query.register(turn_page_old, CategoriesPage.filter())
    router.callback_query.register(show_first, FirstPost.filter())
    return router


async def open_categories(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    await (await sections(storage, texts, settings, reader, View.LIST)).answer(message)


async def choose(
    query: CallbackQuery,
    callback_data: ChooseSection,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    category, mode = CategoryId(callback_data.category), callback_data.mode
    reader = await storage.readers.set_category(reader.chat_id, category, mode, datetime.now(UTC))
    found = await storage.news.categories(datetime.now(UTC))
    name = next((one.name(reader.language) for one in found if one.id == category), None)
    if name is None:
        await query.answer(texts.get(reader.language, "unknown.button"))
    else:
        key = {Mode.NOW: "categories.chosen", Mode.DIGEST: "categories.digested", Mode.OFF: "categories.dropped"}[mode]
        await query.answer(texts.get(reader.language, key, name=name)[:200])
    await (await sections(storage, texts, settings, reader, callback_data.view, callback_data.page)).replace(query)


async def choose_old(
    query: CallbackQuery,
    callback_data: ChooseCategory,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    mode = Mode.NOW if callback_data.on else Mode.OFF
    now = ChooseSection(category=callback_data.category, mode=mode, page=callback_data.page, view=View.LIST)
    await choose(query, now, storage, texts, settings, reader)


async def choose_all(
    query: CallbackQuery, callback_data: ChooseAll, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    mode = callback_data.mode
    reader = await storage.readers.set_everything(reader.chat_id, mode, datetime.now(UTC))
    key = {
        Mode.NOW: "categories.all_chosen",
        Mode.DIGEST: "categories.all_digested",
        Mode.OFF: "categories.all_dropped",
    }[mode]
    await query.answer(texts.get(reader.language, key))
    await (await sections(storage, texts, settings, reader, callback_data.view, callback_data.page)).replace(query)


async def choose_all_old(
    query: CallbackQuery,
    callback_data: ChooseEverything,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    mode = Mode.NOW if callback_data.on else Mode.OFF
    now = ChooseAll(mode=mode, page=callback_data.page, view=View.LIST)
    await choose_all(query, now, storage, texts, settings, reader)


async def turn_page(
    query: CallbackQuery,
    callback_data: SectionsPage,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    await query.answer()
    await (await sections(storage, texts, settings, reader, callback_data.view, callback_data.page)).replace(query)


async def turn_page_old(
    query: CallbackQuery,
    callback_data: CategoriesPage,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    now = SectionsPage(page=callback_data.page, view=View.LIST)
    await turn_page(query, now, storage, texts, settings, reader)


async def show_first(query: CallbackQuery, storage: Storage, reading: Reading, texts: Texts, reader: Reader) -> None:
    """Of what the reader chose, or of all when that is nothing yet; in their own language when there is one."""
    found = await storage.news.categories(datetime.now(UTC))
    chosen = [one.id for one in found if reader.wants(one.id)] or [one.id for one in found]
    wanted = reader.peace.languages
    article = await storage.news.newest(chosen, wanted or (reader.language,))
    article = article or await storage.news.newest(chosen, wanted)
    if article is None:
        await query.answer(texts.get(reader.language, "latest.empty"))
        return
    await query.answer()
    await reading.show_card(reader, article)


async def sections(
    storage: Storage, texts: Texts, settings: Settings, reader: Reader, view: View, page: int = 0, before: str = ""
) -> Screen:
    """`before`: HTML that stands first."""
    now = datetime.now(UTC)
    found = await storage.news.categories(now)
    language = reader.language
    match view:
        case View.START:
            head = texts.get(language, "start.greeting", newsroom=escape(settings.newsroom_name))
        case View.LIST:
            head = texts.get(language, "categories.title")
        case View.MODES:
            head = texts.get(language, "categories.modes")
    parts = [head, before, await _expected(found, storage, texts, reader, now)]
    if not found:
        parts.append(texts.get(language, "categories.none_yet"))
    if view is View.START:
        parts.append(texts.get(language, "start.more"))
    links = settings.newsroom_links if view is View.START else ()
    keyboard = keyboards.categories(found, reader, texts, page, view, links)
    return Screen("\n\n".join(part for part in parts if part), keyboard)


async def _expected(found: Sequence[Category], storage: Storage, texts: Texts, reader: Reader, now: datetime) -> str:
    """One line: what will come and how often, judged by the last week."""
    language = reader.language
    if reader.left:
        return texts.get(language, "settings.left")
    at_once = [one.id for one in found if reader.mode(one.id) is Mode.NOW]
    digested = any(reader.mode(one.id) is Mode.DIGEST for one in found)
    line = ""
    if at_once:
        week = await storage.news.count_recent(at_once, now)
        if week >= DAYS:
            line = texts.count(language, "expect.daily", round(week / DAYS))
        else:
            line = texts.count(language, "expect.weekly", week) if week else texts.get(language, "expect.rarely")
    elif reader.everything and reader.everything_mode is Mode.NOW:
        line = texts.get(language, "expect.rarely")
    elif not digested:
        return texts.get(language, "start.promise")
    if digested:
        line += " " + texts.get(language, "expect.digest", when=digest_rhythm(reader.peace, language, texts))
    return f"{line.strip()} {texts.get(language, 'expect.breaking')}"
