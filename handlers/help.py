"""/help."""

from __future__ import annotations

from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from bot import keyboards
from bot.config import Settings
from bot.model import Reader
from bot.texts import Texts
from handlers.screen import Screen


def router() -> Router:
    router = Router(name="help")
    router.message.register(show_help, Command("help"))
    return router


async def show_help(message: Message, texts: Texts, settings: Settings, reader: Reader) -> None:
    text = texts.get(reader.language, "help.text", newsroom=escape(settings.newsroom_name))
    if reader.chat_id in settings.admin_ids:
        text += "\n" + texts.get(reader.language, "help.editor")
    await Screen(text, keyboards.help(reader, settings.newsroom_links, texts)).answer(message)
