"""/privacy: what is kept about a reader, all of it as a file, and forgetting it at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.callbacks import ExportMine, ForgetMe, OpenPrivacy, OpenSettings
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.screen import Screen, button, keyboard
from storage.base import Storage


def router() -> Router:
    router = Router(name="privacy")
    router.message.register(show_privacy, Command("privacy"))
    router.callback_query.register(open_privacy, OpenPrivacy.filter())
    router.callback_query.register(export, ExportMine.filter())
    router.callback_query.register(forget, ForgetMe.filter())
    return router


async def show_privacy(message: Message, storage: Storage, texts: Texts, reader: Reader) -> None:
    await (await _privacy(storage, texts, reader)).answer(message)


async def open_privacy(query: CallbackQuery, storage: Storage, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await (await _privacy(storage, texts, reader)).replace(query)


async def export(query: CallbackQuery, storage: Storage, texts: Texts, reader: Reader) -> None:
    await query.answer()
    kept = await storage.personal.export(reader.chat_id, datetime.now(UTC))
    data = json.dumps(kept, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    if query.message:
        caption = texts.get(reader.language, "privacy.exported")
        await query.message.answer_document(BufferedInputFile(data, "newsbot.json"), caption=caption)


async def forget(query: CallbackQuery, callback_data: ForgetMe, storage: Storage, texts: Texts, reader: Reader) -> None:
    """Who taps twice is no reader any more at the second tap, and is not made one (handlers.middleware)."""
    language = reader.language
    if callback_data.sure:
        await storage.personal.forget(reader.chat_id, datetime.now(UTC))
        await query.answer(texts.get(language, "privacy.forgotten"))
        await Screen(texts.get(language, "privacy.forgotten")).replace(query)
        return
    await query.answer()
    rows = [
        [button(texts.get(language, "button.cancel"), OpenPrivacy())],
        [button(texts.get(language, "button.forget_now"), ForgetMe(sure=True))],
    ]
    await Screen(texts.get(language, "privacy.ask"), keyboard(rows)).replace(query)


async def _privacy(storage: Storage, texts: Texts, reader: Reader) -> Screen:
    """An editor, also one who was, is told what stays of him."""
    language = reader.language
    told = [texts.get(language, "privacy.text")]
    if await storage.personal.recorded(reader.chat_id):
        told.append(texts.get(language, "privacy.editor"))
    rows = [
        [button(texts.get(language, "button.export_mine"), ExportMine())],
        [button(texts.get(language, "button.forget"), ForgetMe(sure=False))],
        [button(texts.get(language, "button.settings"), OpenSettings())],
    ]
    return Screen("\n\n".join(told), keyboard(rows))
