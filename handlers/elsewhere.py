"""Taps on buttons of posts in groups and channels and of messages sent by way of the bot. Everybody sees those, so
nothing on them changes; what a person wants happens in their own chat."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from bot.callbacks import SaveArticle
from bot.deeplinks import link_to
from bot.model.ids import ArticleId, ChatId
from bot.texts import Texts
from storage.base import Storage

OF_ARTICLE = re.compile(r"[a-z]{1,3}:([0-9]{1,18})(?::|$)")


def router() -> Router:
    router = Router(name="elsewhere")
    router.callback_query.filter(is_elsewhere)
    router.callback_query.register(save, SaveArticle.filter())
    router.callback_query.register(open_chat)
    return router


async def is_elsewhere(query: CallbackQuery) -> bool:
    return query.message is None or query.message.chat.type != "private"


async def save(query: CallbackQuery, callback_data: SaveArticle, bot: Bot, storage: Storage, texts: Texts) -> None:
    """Always saves: the button can't show whose bookmark it would take off."""
    reader = await storage.readers.get(ChatId(query.from_user.id))
    if reader is None or reader.unreachable:
        await open_chat(query, bot, texts)
        return
    saved = await storage.bookmarks.set(reader.chat_id, ArticleId(callback_data.article), True, datetime.now(UTC))
    await query.answer(texts.get(reader.language, "save.saved" if saved else "save.gone"))


async def open_chat(query: CallbackQuery, bot: Bot, texts: Texts) -> None:
    """The article opens in the person's own chat with the bot, where its buttons are theirs."""
    article = OF_ARTICLE.match(query.data or "")
    if article is None:
        language = texts.language_of(query.from_user.language_code)
        await query.answer(texts.get(language, "unknown.button"))
        return
    await query.answer(url=link_to((await bot.me()).username or "", article=int(article[1])))
