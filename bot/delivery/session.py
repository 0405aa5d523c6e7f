"""The aiogram session: safe from answers that it can't read, and paced for the answers to people.

Two hazards of aiogram 3.31 are closed here by blanking rich messages before they are validated: an unknown kind of
block makes the whole answer unreadable (a message that was sent would look like a failure, and a forwarded one would
make the bot deaf), and nested formatting takes exponential time. Whatever else can't be read of an answer, its `ok`
still means that it was done.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import CopyMessage, Response, SendDocument, SendMediaGroup, SendMessage, SendPhoto, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, Message
from aiohttp import ClientSession

from bot.delivery.limiter import Limiter

log = structlog.get_logger()

_DONE = re.compile(r'\{\s*"ok":\s*true(?:,\s*"result":\s*\{\s*"message_id":\s*(?P<id>\d+))?')
MESSAGES = (SendMessage, SendPhoto, SendMediaGroup, SendDocument, CopyMessage)
"""The calls that put a new message into a chat, and so count against the pace."""
CONNECTIONS = 100
"""At 30/s and even seconds of round trip this many suffice; Telegram allows 1000 in flight."""
TIMEOUT = 30.0
"""Seconds for an answer; what takes longer has an unknown outcome."""
LONGEST_ANSWER_WAIT = 60.0
"""An answer to a person waits at most this long for a flood to pass; later it would help nobody."""


class TokenRefused(Exception):
    """Telegram takes nothing from this bot any more: its token was revoked, is wrong, or the bot is frozen."""


def open_bot(token: str, api_url: str, *, limiter: Limiter, flooded: Callable[[], None] = lambda: None) -> Bot:
    """The Bot API client of the handlers, whose messages take permits and wait out flood control; `flooded` is told of
    each wait."""
    session = Session(
        api=TelegramAPIServer.from_base(api_url), json_loads=read_json, limit=CONNECTIONS, timeout=TIMEOUT
    )
    session.middleware(Paced(limiter, flooded))
    return Bot(token, session=session)


class Session(AiohttpSession):
    """Closed, it stays closed: a handler that is late when the bot stops must not open it again."""

    _ended = False

    async def close(self) -> None:
        self._ended = True
        await super().close()

    async def create_session(self) -> ClientSession:
        session = await super().create_session()
        # It closes what was there before.
        self._ended = False
        return session

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        if self._ended:
            raise TelegramNetworkError(method, "the bot has stopped")
        return await super().make_request(bot, method, timeout)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            done = _DONE.match(content)
            if status_code != 200 or done is None or method.__returning__ not in (Message, Message | bool):
                raise
            log.warning("a message was sent, but its answer can't be read", error=str(error)[:300])
            return Response.model_construct(ok=True, result=cast(TelegramType, _message(method, done["id"])))


def _message(method: TelegramMethod[Any], message_id: str | None) -> Message:
    """As much of it as is known. Nothing can be done to a message 0."""
    chat_id = getattr(method, "chat_id", None)
    chat = Chat(id=chat_id if isinstance(chat_id, int) else 0, type="private")
    return Message(message_id=int(message_id or 0), date=datetime.now(UTC), chat=chat)


def read_json(text: str) -> Any:
    """JSON with every rich message taken out."""
    value = json.loads(text)
    if "rich_message" in text:
        _blank_rich(value)
    return value


def _blank_rich(value: Any) -> None:
    """In place, without recursion: a nested answer must not exhaust the stack."""
    open_values = [value]
    while open_values:
        current = open_values.pop()
        if isinstance(current, dict):
            if "rich_message" in current:
                current["rich_message"] = None
            open_values.extend(current.values())
        elif isinstance(current, list):
            open_values.extend(current)


class Paced(BaseRequestMiddleware):
    """Messages to people take a permit from the same pace as posts, ahead of them; flood waits are waited out."""

    def __init__(self, limiter: Limiter, flooded: Callable[[], None]) -> None:
        self._limiter, self._flooded = limiter, flooded

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        chat_id = getattr(method, "chat_id", None) if isinstance(method, MESSAGES) else None
        messages = len(method.media) if isinstance(method, SendMediaGroup) else 1
        waited = 0.0
        while True:
            if isinstance(chat_id, int):
                await self._limiter.wait(chat_id, messages)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                self._flooded()
                waited += error.retry_after
                if waited > LONGEST_ANSWER_WAIT:
                    raise
                if isinstance(chat_id, int):
                    self._limiter.flood(chat_id, error.retry_after)
                await asyncio.sleep(error.retry_after)
