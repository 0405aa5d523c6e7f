"""Choosing sections, under /start and /categories alike."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot import keyboards
from bot.callbacks import CategoriesPage, ChooseCategory, ChooseEverything
from bot.config import Settings
from bot.model import CategoryId, Mode, Reader
from bot.texts import Texts
from handlers.screen import show_keyboard
from storage.base import Storage


def router() -> Router:
    router = Router(name="categories")
    router.message.register(open_categories, Command("categories"))
    router.callback_query.register(choose, ChooseCategory.filter())
    router.callback_query.register(choose_everything, ChooseEverything.filter())
    router.callback_query.register(turn_page, CategoriesPage.filter())
    return router


async def open_categories(message: Message, storage: Storage, texts: Texts, reader: Reader) -> None:
    found = await storage.news.categories(datetime.now(UTC))
    text = texts.get(reader.language, "categories.title")
    if not found:
        text += "\n\n" + texts.get(reader.language, "categories.none_yet")
    await message.answer(text, parse_mode="HTML", reply_markup=keyboards.categories(found, reader, texts, 0))


async def choose(
    query: CallbackQuery,
    callback_data: ChooseCategory,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    category = CategoryId(callback_data.category)
    mode = Mode.NOW if callback_data.on else Mode.OFF
    reader = await storage.readers.set_category(reader.chat_id, category, mode, datetime.now(UTC))
    found = await storage.news.categories(datetime.now(UTC))
    name = next((one.name(reader.language) for one in found if one.id == category), None)
    if name is None:
        await query.answer(texts.get(reader.language, "unknown.button"))
    else:
        key = "categories.chosen" if callback_data.on else "categories.dropped"
        await query.answer(texts.get(reader.language, key, name=name)[:200])
    await _show(query, storage, texts, settings, reader, callback_data.page)


async def choose_everything(
    query: CallbackQuery,
    callback_data: ChooseEverything,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    mode = Mode.NOW if callback_data.on else Mode.OFF
    reader = await storage.readers.set_everything(reader.chat_id, mode, datetime.now(UTC))
    key = "categories.all_chosen" if callback_data.on else "categories.all_dropped"
    await query.answer(texts.get(reader.language, key))
    await _show(query, storage, texts, settings, reader, callback_data.page)


async def turn_page(
    query: CallbackQuery,
    callback_data: CategoriesPage,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    await query.answer()
    await _show(query, storage, texts, settings, reader, callback_data.page)


async def _show(
    query: CallbackQuery, storage: Storage, texts: Texts, settings: Settings, reader: Reader, page: int
) -> None:
    found = await storage.news.categories(datetime.now(UTC))
    # The greeting has the newsroom's links below its sections; /categories has none.
    greeting = isinstance(query.message, Message) and "/bookmarks" in (query.message.text or "")
    links = settings.newsroom_links if greeting else ()
    await show_keyboard(query, keyboards.categories(found, reader, texts, page, links))
