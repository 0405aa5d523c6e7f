"""/latest: the newest articles, saved by number."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

from bot import keyboards
from bot.callbacks import LatestPage, SaveInList
from bot.config import Settings
from bot.model import ArticleId, Reader
from bot.texts import Texts
from handlers.listing import PER_PAGE, last_page, listing
from handlers.screen import show_text
from storage.base import Storage


def router() -> Router:
    router = Router(name="latest")
    router.message.register(open_latest, Command("latest"))
    router.callback_query.register(turn_page, LatestPage.filter())
    router.callback_query.register(save, SaveInList.filter())
    return router


async def open_latest(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    text, keyboard = await _page(0, storage, texts, settings, reader)
    await message.answer(
        text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )


async def turn_page(
    query: CallbackQuery, callback_data: LatestPage, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    await query.answer()
    await show_text(query, *await _page(callback_data.page, storage, texts, settings, reader))


async def save(
    query: CallbackQuery, callback_data: SaveInList, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    article = ArticleId(callback_data.article)
    if not await storage.bookmarks.set(reader.chat_id, article, callback_data.on, datetime.now(UTC)):
        await query.answer(texts.get(reader.language, "save.gone"))
        return
    await query.answer(texts.get(reader.language, "save.saved" if callback_data.on else "save.removed"))
    await show_text(query, *await _page(callback_data.page, storage, texts, settings, reader))


async def _page(
    page: int, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> tuple[str, InlineKeyboardMarkup | None]:
    shown = await storage.news.latest(chat_id=reader.chat_id, offset=page * PER_PAGE, limit=PER_PAGE)
    if not shown.articles and page > 0:
        return await _page(last_page(shown.total) - 1, storage, texts, settings, reader)
    if not shown.articles:
        return texts.get(reader.language, "latest.empty"), keyboards.doors(reader.language, texts)
    title = texts.get(reader.language, "latest.title")
    text = listing(shown, title, page, reader.language, texts, settings.timezone)
    return text, keyboards.latest(shown, page, last_page(shown.total), reader.language, texts)
