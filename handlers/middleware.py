"""Who is this, and in which language: every handler gets `reader`.

A known reader costs one read and no write. Anything but a private chat is left alone: the bot serves persons.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject

from bot.model import ChatId
from bot.texts import Texts
from storage.base import Storage


def attach(router: Router) -> None:
    router.message.outer_middleware(WhoIsThis())
    router.callback_query.outer_middleware(WhoIsThis())


class WhoIsThis(BaseMiddleware):
    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if isinstance(event, CallbackQuery) and event.inline_message_id:
            # Under a message that somebody shared: its chat is unknown (handlers.inline).
            return await handler(event, data)
        chat = _chat(event)
        if chat is None or chat.type != "private":
            return None
        storage: Storage = data["storage"]
        texts: Texts = data["texts"]
        reader = await storage.readers.get(ChatId(chat.id))
        data["is_new"] = reader is None
        if reader is None or reader.unreachable:
            user = data.get("event_from_user")
            language = texts.language_of(user.language_code if user else None)
            reader, _ = await storage.readers.arrive(ChatId(chat.id), language, datetime.now(UTC))
        data["reader"] = reader
        return await handler(event, data)


def _chat(event: TelegramObject) -> Chat | None:
    if isinstance(event, Message):
        return event.chat
    if isinstance(event, CallbackQuery) and event.message:
        return event.message.chat
    return None
