"""/latest, and the buttons of all lists of articles: pages, sections, saving by number, opening one as a card."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.callbacks import LatestPage, ListKind, ListSections, OpenArticle, SaveFromList, SaveInList, ShowList
from bot.config import Settings
from bot.model.ids import ArticleId
from bot.model.readers import Reader
from bot.reading import Reading
from bot.texts import Texts
from handlers.listing import Lists, answer_screen, show_screen
from storage.base import Storage


def router() -> Router:
    router = Router(name="latest")
    router.message.register(open_latest, Command("latest"))
    router.callback_query.register(show, ShowList.filter())
    router.callback_query.register(turn_page, LatestPage.filter())
    router.callback_query.register(save, SaveFromList.filter())
    router.callback_query.register(save_in_old_list, SaveInList.filter())
    router.callback_query.register(choose_section, ListSections.filter())
    router.callback_query.register(open_article, OpenArticle.filter())
    return router


async def open_latest(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    place = ShowList(kind=ListKind.LATEST, of=0, page=0)
    await answer_screen(message, await Lists(storage, texts, settings, reader).show(place))


async def show(
    query: CallbackQuery, callback_data: ShowList, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    await show_screen(query, await Lists(storage, texts, settings, reader).show(callback_data), reader, texts)


async def turn_page(
    query: CallbackQuery, callback_data: LatestPage, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    place = ShowList(kind=ListKind.LATEST, of=0, page=callback_data.page)
    await show(query, place, storage, texts, settings, reader)


async def save(
    query: CallbackQuery,
    callback_data: SaveFromList,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    article, on = ArticleId(callback_data.article), callback_data.on
    if not await storage.bookmarks.set(reader.chat_id, article, on, datetime.now(UTC)):
        await query.answer(texts.get(reader.language, "save.gone"))
        return
    place = ShowList(kind=callback_data.kind, of=callback_data.of, page=callback_data.page)
    notice = texts.get(reader.language, "save.saved" if on else "save.removed")
    await show_screen(query, await Lists(storage, texts, settings, reader).show(place), reader, texts, notice)


async def save_in_old_list(
    query: CallbackQuery, callback_data: SaveInList, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    now = SaveFromList(
        kind=ListKind.LATEST, of=0, page=callback_data.page, article=callback_data.article, on=callback_data.on
    )
    await save(query, now, storage, texts, settings, reader)


async def choose_section(
    query: CallbackQuery,
    callback_data: ListSections,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    place = ShowList(kind=callback_data.kind, of=callback_data.of, page=0)
    screen = await Lists(storage, texts, settings, reader).sections(place, callback_data.page)
    await show_screen(query, screen, reader, texts)


async def open_article(
    query: CallbackQuery, callback_data: OpenArticle, storage: Storage, texts: Texts, reader: Reader, reading: Reading
) -> None:
    article = await storage.news.shown(ArticleId(callback_data.article))
    if article is None:
        await query.answer(texts.get(reader.language, "save.gone"))
        return
    await query.answer()
    await reading.show_card(reader, article)
