"""Who is this, and in which language: every handler of a person's own chat gets `reader`.

A known reader costs one read and no write. Who sends more than anybody can read gets no more answers for a while, so
that the answers of all others need not wait.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject

from bot.callbacks import ForgetMe
from bot.model.ids import ChatId
from bot.texts import Texts
from storage.base import Storage

AT_ONCE, PER_SECOND, BACK_AT = 60.0, 3.0, 10.0
"""So many messages and taps of one person are answered at once, and so many more each second; when they are used up,
none until so many have come back."""
REMEMBERED = 10_000
"""Persons whose taps are counted."""


def attach(router: Router) -> None:
    turns = Turns()
    who = WhoIsThis(turns)
    router.message.outer_middleware(who)
    router.callback_query.outer_middleware(who)


class Turn(Enum):
    YES = auto()
    LAST = auto()
    """And none any more for a while."""
    NO = auto()


class Turns:
    """Who may be answered now. Who has used up all is answered again when some have come back."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._left: dict[int, tuple[float, float, bool]] = {}
        """By person: turns that are left, when that was counted, and whether they were used up."""

    def take(self, person: int) -> Turn:
        now = self._monotonic()
        left, at, used_up = self._left.pop(person, (AT_ONCE, now, False))
        left = min(AT_ONCE, left + (now - at) * PER_SECOND)
        if used_up and left < BACK_AT:
            self._left[person] = left, now, True
            return Turn.NO
        left -= 1
        self._left[person] = left, now, left < 1
        if len(self._left) > REMEMBERED:
            # The one who has been quiet for longest stands first.
            del self._left[next(iter(self._left))]
        return Turn.YES if left >= 1 else Turn.LAST


class WhoIsThis(BaseMiddleware):
    def __init__(self, turns: Turns) -> None:
        self._turns = turns

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
        user = data.get("event_from_user")
        language = texts.language_of(user.language_code if user else None)
        turn = self._turns.take(chat.id)
        if turn is Turn.NO:
            if isinstance(event, CallbackQuery):
                await event.answer(texts.get(language, "error.too_fast"))
            return None
        reader = await storage.readers.get(ChatId(chat.id))
        data["is_new"] = reader is None
        if reader is None and isinstance(event, CallbackQuery) and event.data == ForgetMe(sure=True).pack():
            # The second of two quick taps must not make the person a reader again.
            await event.answer(texts.get(language, "privacy.forgotten"))
            return None
        if reader is None or reader.unreachable:
            reader, _ = await storage.readers.arrive(ChatId(chat.id), language, datetime.now(UTC))
        data["reader"] = reader
        if turn is Turn.LAST and isinstance(event, Message):
            await event.answer(texts.get(reader.language, "error.too_fast"))
            return None
        return await handler(event, data)


def _chat(event: TelegramObject) -> Chat | None:
    if isinstance(event, Message):
        return event.chat
    if isinstance(event, CallbackQuery) and event.message:
        return event.message.chat
    return None
