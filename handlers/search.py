"""/search, and whatever else a reader types: articles with these words, best and newest first."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, ForceReply, Message

from bot.callbacks import AskForWords, ListKind, NarrowSearch, ShowList
from bot.config import Settings
from bot.model.finding import SearchId
from bot.model.ids import CategoryId
from bot.model.language import Language
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.listing import Lists, answer_screen, show_screen
from storage.base import Storage

MOST_TYPED = 200
"""Characters of a search; whoever sends more wanted something else."""
PROMPTS = {ListKind.FOUND: "search.prompt", ListKind.SAVED_FOUND: "bookmarks.prompt"}


def router() -> Router:
    """Takes every plain text, so that it comes after all that expects one."""
    router = Router(name="search")
    router.message.register(search, Command("search"))
    router.message.register(search_typed, F.text.len() <= MOST_TYPED, ~F.text.startswith("/"), ~F.via_bot)
    router.callback_query.register(ask, AskForWords.filter())
    router.callback_query.register(narrow, NarrowSearch.filter())
    return router


async def search(
    message: Message,
    command: CommandObject,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    if not (words := typed(command.args)):
        await message.answer(texts.get(reader.language, "search.prompt"), reply_markup=ForceReply())
        return
    await answer_search(message, ListKind.FOUND, words, storage, texts, settings, reader)


async def search_typed(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    """The question that is replied to says in what; without one it is everything."""
    asked = message.reply_to_message.text if message.reply_to_message else None
    prompts = {texts.get(language, key): kind for kind, key in PROMPTS.items() for language in Language}
    kind = prompts.get(asked or "", ListKind.FOUND)
    await answer_search(message, kind, typed(message.text), storage, texts, settings, reader)


async def ask(query: CallbackQuery, callback_data: AskForWords, texts: Texts, reader: Reader) -> None:
    await query.answer()
    if query.message and (key := PROMPTS.get(callback_data.kind)):
        await query.message.answer(texts.get(reader.language, key), reply_markup=ForceReply())


async def narrow(
    query: CallbackQuery,
    callback_data: NarrowSearch,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    """The same words in another section are a search of their own."""
    found = await storage.search.recall(SearchId(callback_data.search), reader.chat_id)
    screen = None
    if found:
        category = CategoryId(callback_data.category) if callback_data.category else None
        number = await storage.search.remember(reader.chat_id, found.words, datetime.now(UTC), category=category)
        place = ShowList(kind=callback_data.kind, of=number, page=0)
        screen = await Lists(storage, texts, settings, reader).show(place)
    await show_screen(query, screen, reader, texts)


async def answer_search(
    message: Message,
    kind: ListKind,
    words: str,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    number = await storage.search.remember(reader.chat_id, words, datetime.now(UTC))
    screen = await Lists(storage, texts, settings, reader).show(ShowList(kind=kind, of=number, page=0))
    await answer_screen(message, screen)


def typed(text: str | None) -> str:
    return " ".join((text or "").split())[:MOST_TYPED]
