"""/settings: the language, and leaving or coming back."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot import keyboards
from bot.callbacks import ChooseLanguage, OpenLanguages, ReceiveNews
from bot.model import Reader
from bot.texts import Texts
from handlers.screen import show_text
from storage.base import Storage


def router() -> Router:
    router = Router(name="settings")
    router.message.register(open_settings, Command("settings"))
    router.callback_query.register(open_languages, OpenLanguages.filter())
    router.callback_query.register(choose_language, ChooseLanguage.filter())
    router.callback_query.register(receive, ReceiveNews.filter())
    return router


async def open_settings(message: Message, texts: Texts, reader: Reader) -> None:
    await message.answer(_text(reader, texts), parse_mode="HTML", reply_markup=keyboards.settings(reader, texts))


async def open_languages(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    await query.answer()
    title = texts.get(reader.language, "settings.choose_language")
    await show_text(query, title, keyboards.languages(reader.language, texts))


async def choose_language(
    query: CallbackQuery, callback_data: ChooseLanguage, storage: Storage, texts: Texts, reader: Reader
) -> None:
    reader = await storage.readers.set_language(reader.chat_id, callback_data.language)
    await query.answer(texts.get(reader.language, "settings.language_set"))
    await show_text(query, _text(reader, texts), keyboards.settings(reader, texts))


async def receive(
    query: CallbackQuery, callback_data: ReceiveNews, storage: Storage, texts: Texts, reader: Reader
) -> None:
    reader = await storage.readers.set_left(reader.chat_id, not callback_data.on, datetime.now(UTC))
    await query.answer(texts.get(reader.language, "settings.left_now" if reader.left else "settings.back_now"))
    await show_text(query, _text(reader, texts), keyboards.settings(reader, texts))


def _text(reader: Reader, texts: Texts) -> str:
    language = reader.language
    name = texts.get(language, "language.name")
    return "\n".join(
        [
            texts.get(language, "settings.title"),
            texts.get(language, "settings.language", name=name),
            texts.get(language, "settings.left" if reader.left else "settings.receiving"),
        ]
    )
