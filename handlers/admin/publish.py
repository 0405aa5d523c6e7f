"""/publish: one article by its address; publish it by hand, withhold it, pin it. One that no feed has brought is read
from its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.broadcasts import Broadcasts
from bot.callbacks import CurateAct, CurateArticle, PublishPage
from bot.config import Settings
from bot.feeds.identity import link_key
from bot.feeds.trial import FeedTrial
from bot.model.ids import ArticleId
from bot.model.newsroom import Editor
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin import page
from handlers.admin.page import LONGEST
from handlers.admin.standing import standing, withholding
from handlers.screen import show_text
from storage.base import Storage


def router() -> Router:
    router = Router(name="publish")
    router.message.register(find, Command("publish"))
    router.callback_query.register(curate, CurateArticle.filter())
    router.callback_query.register(page.decide, PublishPage.filter())
    return router


async def find(
    message: Message,
    command: CommandObject,
    storage: Storage,
    feed_trial: FeedTrial,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    address = (command.args or "").strip()
    if not address.startswith(("http://", "https://")) or len(address.split()) > 1 or len(address) > LONGEST:
        await message.answer(texts.get(reader.language, "publish.how"))
        return
    number = await storage.curation.linked([link_key(address)])
    article = await storage.news.article(number) if number is not None else None
    if article is None:
        await page.show(message, address, storage, feed_trial, texts, settings, reader.language)
        return
    text, keyboard = await standing(article, storage, texts, reader.language)
    await message.answer(text, parse_mode="HTML", reply_markup=keyboard)


async def curate(
    query: CallbackQuery,
    callback_data: CurateArticle,
    storage: Storage,
    broadcasts: Broadcasts,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
) -> None:
    number, now = ArticleId(callback_data.article), datetime.now(UTC)
    match callback_data.act:
        case CurateAct.PUBLISH:
            expires_at = now + timedelta(hours=settings.expiry)
            done = await storage.curation.publish(number, editor.user_id, now, expires_at)
        case CurateAct.WITHHOLD | CurateAct.OPEN:
            await query.answer()
            await _show(query, number, storage, texts, reader, asks=callback_data.act is CurateAct.WITHHOLD)
            return
        case CurateAct.SURELY_WITHHOLD:
            done = await storage.curation.withhold(number, editor.user_id, now)
        case act:
            done = await storage.curation.pin(number, act is CurateAct.PIN, editor.user_id, now)
    broadcasts.wake()
    await query.answer(texts.get(reader.language, "publish.done" if done else "publish.not_done"))
    await _show(query, number, storage, texts, reader)


async def _show(
    query: CallbackQuery, number: ArticleId, storage: Storage, texts: Texts, reader: Reader, *, asks: bool = False
) -> None:
    """How it stands; `asks`: whether it is to be withheld for sure."""
    article = await storage.news.article(number)
    if article:
        shown = withholding(article, texts, reader.language) if asks else None
        await show_text(query, *(shown or await standing(article, storage, texts, reader.language)))
