"""/settings: the way to all that can be set; the language, the form of whole articles, leaving and coming back."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot import keyboards
from bot.callbacks import ChooseLanguage, OpenLanguages, OpenSettings, ReceiveNews, SetRich
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.peace import described
from handlers.screen import Screen
from storage.base import Storage


def router() -> Router:
    router = Router(name="settings")
    router.message.register(open_settings, Command("settings"))
    router.callback_query.register(back_to_settings, OpenSettings.filter())
    router.callback_query.register(open_languages, OpenLanguages.filter())
    router.callback_query.register(choose_language, ChooseLanguage.filter())
    router.callback_query.register(set_rich, SetRich.filter())
    router.callback_query.register(receive, ReceiveNews.filter())
    return router


async def open_settings(message: Message, texts: Texts, reader: Reader) -> None:
    await _settings(reader, texts).answer(message)


async def back_to_settings(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await _settings(reader, texts).replace(query)


async def open_languages(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    await query.answer()
    title = texts.get(reader.language, "settings.choose_language")
    await Screen(title, keyboards.languages(reader.language, texts)).replace(query)


async def choose_language(
    query: CallbackQuery, callback_data: ChooseLanguage, storage: Storage, texts: Texts, reader: Reader
) -> None:
    reader = await storage.readers.set_language(reader.chat_id, callback_data.language)
    await query.answer(texts.get(reader.language, "settings.language_set"))
    await _settings(reader, texts).replace(query)


async def set_rich(
    query: CallbackQuery, callback_data: SetRich, storage: Storage, texts: Texts, reader: Reader
) -> None:
    reader = await storage.readers.set_rich(reader.chat_id, callback_data.on)
    await query.answer(texts.get(reader.language, "settings.rich_on" if reader.rich else "settings.rich_off"))
    await _settings(reader, texts).replace(query)


async def receive(
    query: CallbackQuery, callback_data: ReceiveNews, storage: Storage, texts: Texts, reader: Reader
) -> None:
    reader = await storage.readers.set_left(reader.chat_id, not callback_data.on, datetime.now(UTC))
    await query.answer(texts.get(reader.language, "settings.left_now" if reader.left else "settings.back_now"))
    await _settings(reader, texts).replace(query)


def _settings(reader: Reader, texts: Texts) -> Screen:
    language = reader.language
    name = texts.get(language, "language.name")
    lines = [
        texts.get(language, "settings.title"),
        texts.get(language, "settings.language", name=name),
        texts.get(language, "settings.left" if reader.left else "settings.receiving"),
        *described(reader.peace, language, texts),
    ]
    return Screen("\n".join(lines), keyboards.settings(reader, texts))
