"""/bookmarks: what the reader saved, newest first, removed by number."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

from bot import keyboards
from bot.callbacks import BookmarksPage, RemoveBookmark
from bot.config import Settings
from bot.model import ArticleId, Reader
from bot.texts import Texts
from handlers.listing import PER_PAGE, last_page, listing
from handlers.screen import show_text
from storage.base import Storage


def router() -> Router:
    router = Router(name="bookmarks")
    router.message.register(open_bookmarks, Command("bookmarks"))
    router.callback_query.register(turn_page, BookmarksPage.filter())
    router.callback_query.register(remove, RemoveBookmark.filter())
    return router


async def open_bookmarks(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    text, keyboard = await _page(0, storage, texts, settings, reader)
    await message.answer(
        text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )


async def turn_page(
    query: CallbackQuery,
    callback_data: BookmarksPage,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    await query.answer()
    await show_text(query, *await _page(callback_data.page, storage, texts, settings, reader))


async def remove(
    query: CallbackQuery,
    callback_data: RemoveBookmark,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    await storage.bookmarks.set(reader.chat_id, ArticleId(callback_data.article), False, datetime.now(UTC))
    await query.answer(texts.get(reader.language, "save.removed"))
    await show_text(query, *await _page(callback_data.page, storage, texts, settings, reader))


async def _page(
    page: int, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> tuple[str, InlineKeyboardMarkup | None]:
    shown = await storage.bookmarks.page(reader.chat_id, offset=page * PER_PAGE, limit=PER_PAGE)
    if not shown.articles and page > 0:
        return await _page(last_page(shown.total) - 1, storage, texts, settings, reader)
    title = texts.get(reader.language, "bookmarks.title")
    if not shown.articles:
        return f"{title}\n\n{texts.get(reader.language, 'bookmarks.empty')}", keyboards.doors(reader.language, texts)
    text = listing(shown, title, page, reader.language, texts, settings.timezone)
    return text, keyboards.bookmarks(shown, page, last_page(shown.total), reader.language, texts)
