"""/start: the greeting, what will come, and the sections to tap."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from aiogram import Bot, Router
from aiogram.filters import CommandStart
from aiogram.types import Message

from bot import keyboards
from bot.commands import register_editor
from bot.config import Settings
from bot.model import Reader
from bot.texts import Texts
from storage.base import Storage


def router() -> Router:
    router = Router(name="start")
    router.message.register(start, CommandStart())
    return router


async def start(message: Message, bot: Bot, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    """Who had left and comes back gets news again: that is what pressing START asks for."""
    language = reader.language
    parts = [texts.get(language, "start.greeting", newsroom=escape(settings.newsroom_name))]
    if reader.left:
        reader = await storage.readers.set_left(reader.chat_id, False, datetime.now(UTC))
        parts.append(texts.get(language, "start.back"))
    parts.append(texts.get(language, "start.promise"))
    found = await storage.news.categories(datetime.now(UTC))
    if not found:
        parts.append(texts.get(language, "categories.none_yet"))
    parts.append(texts.get(language, "start.more"))
    await message.answer(
        "\n\n".join(parts),
        parse_mode="HTML",
        reply_markup=keyboards.categories(found, reader, texts, 0, settings.newsroom_links),
    )
    if await storage.editors.get(reader.chat_id):
        await register_editor(bot, texts, reader.chat_id)
