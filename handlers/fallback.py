"""What nobody else took: unknown words, old buttons, and our own faults."""

from __future__ import annotations

import structlog
from aiogram import Router
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import CallbackQuery, ErrorEvent, Message

from bot import keyboards
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.screen import Screen
from storage.base import StorageError, StorageFull

log = structlog.get_logger()

EXPIRED = "query is too old"


def router() -> Router:
    router = Router(name="fallback")
    router.message.register(unknown_message)
    router.callback_query.register(unknown_button)
    router.error.register(report)
    return router


async def unknown_message(message: Message, texts: Texts, reader: Reader) -> None:
    keyboard = keyboards.doors(reader.language, texts)
    await Screen(texts.get(reader.language, "unknown.text"), keyboard).answer(message)


async def unknown_button(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    await query.answer(texts.get(reader.language, "unknown.button"))


async def report(event: ErrorEvent, texts: Texts) -> bool:
    """The cause goes to the log; the person reads one kind line, in their language, and never our insides."""
    error = event.exception
    if isinstance(error, TelegramForbiddenError) or (
        isinstance(error, TelegramBadRequest) and EXPIRED in error.message.lower()
    ):
        log.info("an answer came too late or was not wanted", error=str(error))
        return True
    if isinstance(error, StorageError):
        log.error("a wish could not be kept", error=str(error), update=event.update.update_id)
    else:
        log.error("a handler failed", exc_info=error, update=event.update.update_id)
    message, query = event.update.message, event.update.callback_query
    asked = message or query
    person = asked.from_user if asked else None
    language = texts.language_of(person.language_code if person else None)
    line = texts.get(language, "error.later" if isinstance(error, StorageFull) else "error.sorry")
    try:
        if query:
            await query.answer(line)
        elif message and message.chat.type == "private":
            await message.answer(line)
    except AiogramError as failed:
        log.info("the person could not be told", error=str(failed))
    return True
