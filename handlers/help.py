"""/help."""

from __future__ import annotations

from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from bot import keyboards
from bot.config import Settings
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.screen import Screen
from storage.base import Storage


def router() -> Router:
    router = Router(name="help")
    router.message.register(show_help, Command("help"))
    return router


async def show_help(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    text = texts.get(reader.language, "help.text", newsroom=escape(settings.newsroom_name))
    if await storage.editors.get(reader.chat_id):
        text += "\n" + texts.get(reader.language, "help.editor")
    await Screen(text, keyboards.help(reader, settings.newsroom_links, texts)).answer(message)
