"""/bookmarks: what the reader saved, newest first; by section, by words; removed with undo; taken away as a file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram.utils.deep_linking import create_start_link

from bot.callbacks import (
    BookmarksPage,
    ExportBookmarks,
    ListKind,
    OpenExport,
    RemoveBookmark,
    RemoveFromList,
    RestoreToList,
    ShowList,
)
from bot.config import Settings
from bot.exports import export
from bot.lists import Buttons
from bot.model.ids import ArticleId
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.listing import Lists, Screen, answer_screen, show_screen
from handlers.search import answer_search, typed
from storage.base import Storage

MOST_EXPORTED = 10_000
"""Some 50 MB of memory for a moment, and of a document that Telegram takes."""


def router() -> Router:
    router = Router(name="bookmarks")
    router.message.register(open_bookmarks, Command("bookmarks"))
    router.callback_query.register(turn_page, BookmarksPage.filter())
    router.callback_query.register(remove, RemoveFromList.filter())
    router.callback_query.register(remove_from_old_list, RemoveBookmark.filter())
    router.callback_query.register(restore, RestoreToList.filter())
    router.callback_query.register(open_export, OpenExport.filter())
    router.callback_query.register(send_export, ExportBookmarks.filter())
    return router


async def open_bookmarks(
    message: Message,
    command: CommandObject,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    """Words after the command are looked for."""
    if words := typed(command.args):
        await answer_search(message, ListKind.SAVED_FOUND, words, storage, texts, settings, reader)
        return
    place = ShowList(kind=ListKind.SAVED, of=0, page=0)
    await answer_screen(message, await Lists(storage, texts, settings, reader).show(place))


async def turn_page(
    query: CallbackQuery,
    callback_data: BookmarksPage,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    place = ShowList(kind=ListKind.SAVED, of=0, page=callback_data.page)
    await show_screen(query, await Lists(storage, texts, settings, reader).show(place), reader, texts)


async def remove(
    query: CallbackQuery,
    callback_data: RemoveFromList,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    article = ArticleId(callback_data.article)
    await storage.bookmarks.remove(reader.chat_id, article, datetime.now(UTC))
    place = ShowList(kind=callback_data.kind, of=callback_data.of, page=callback_data.page)
    screen = await Lists(storage, texts, settings, reader).show(place, removed=article)
    await show_screen(query, screen, reader, texts, texts.get(reader.language, "save.removed"))


async def remove_from_old_list(
    query: CallbackQuery,
    callback_data: RemoveBookmark,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    now = RemoveFromList(kind=ListKind.SAVED, of=0, page=callback_data.page, article=callback_data.article)
    await remove(query, now, storage, texts, settings, reader)


async def restore(
    query: CallbackQuery,
    callback_data: RestoreToList,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    back = await storage.bookmarks.restore(reader.chat_id, ArticleId(callback_data.article))
    place = ShowList(kind=callback_data.kind, of=callback_data.of, page=callback_data.page)
    screen = await Lists(storage, texts, settings, reader).show(place)
    notice = texts.get(reader.language, "bookmarks.restored" if back else "bookmarks.too_late")
    await show_screen(query, screen, reader, texts, notice)


async def open_export(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    screen = Screen(texts.get(reader.language, "export.title"), Buttons(reader.language, texts).formats())
    await show_screen(query, screen, reader, texts)


async def send_export(
    query: CallbackQuery,
    callback_data: ExportBookmarks,
    bot: Bot,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    await query.answer()
    saved = await storage.bookmarks.all(reader.chat_id, limit=MOST_EXPORTED)
    name = texts.get(reader.language, "export.name")
    link = await create_start_link(bot, "a_")
    # Thousands of articles are made a file beside the loop, where nobody waits for it.
    content = await asyncio.to_thread(
        partial(export, saved, callback_data.format, name, reader.language, lambda article: f"{link}{article}")
    )
    today = datetime.now(settings.timezone).date()
    await bot.send_document(
        reader.chat_id,
        BufferedInputFile(content, f"{name} {today}.{callback_data.format}"),
        caption=texts.count(reader.language, "bookmarks.count", len(saved)),
    )
