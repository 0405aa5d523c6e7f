"""Telegram brings updates to an address of ours.

A request is answered with 200 when the inbox has its update; anything else makes Telegram bring it again. The webhook
is set at the start and looked after; it stays set when the bot ends, so that Telegram keeps what comes meanwhile.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import WebhookInfo
from aiohttp import web

from bot.delivery.session import TokenRefused, read_json
from bot.receiving.origins import Network, from_telegram

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 — its name only
CONNECTIONS = 40
"""Updates that Telegram may bring at the same time; each needs a commit of a millisecond."""
LOOK = 60.0
"""Seconds between two questions whether the webhook is still set and how it does."""
NOT_NOW = {"Retry-After": "2"}
TOLD_AGAIN = 60.0
"""Seconds between two lines about requests that were refused for one reason."""
LARGEST_ID = 2**63 - 1


class WrongWebhook(Exception):
    """Telegram does not take WEBHOOK_URL; the text says why."""


class Webhook:
    """`begin()` sets it; `run()` looks after it until `stop()`; raises TokenRefused. `receive` is the handler of its
    path. `take` returns when an update is safe; `proxies`: None unless only Telegram's addresses are let in."""

    def __init__(
        self,
        bot: Bot,
        take: Callable[[Sequence[dict[str, Any]]], Awaitable[None]],
        kinds: Sequence[str],
        *,
        url: str,
        secret: str,
        proxies: Sequence[Network] | None,
        beat: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._take, self._kinds, self._beat = bot, take, list(kinds), beat
        self._url, self._secret, self._proxies = url, secret, proxies
        self._monotonic = monotonic
        self._open = False
        self._stopping = asyncio.Event()
        self._failed_at: object = None
        """When Telegram last failed to bring something, as far as was told."""
        self._refusals: dict[str, float] = {}

    @property
    def path(self) -> str:
        return urlsplit(self._url).path or "/"

    async def begin(self) -> None:
        """Raises WrongWebhook."""
        try:
            await self._bot.set_webhook(
                self._url, secret_token=self._secret, allowed_updates=self._kinds, max_connections=CONNECTIONS
            )
        except TelegramBadRequest as error:
            raise WrongWebhook(f"WEBHOOK_URL: Telegram does not take {self._url} ({error.message})") from None

    async def run(self) -> None:
        self._open = True
        while not self._stopping.is_set():
            await self._look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK)

    def stop(self) -> None:
        """Nothing more is taken; Telegram brings it to the next run."""
        self._open = False
        self._stopping.set()

    async def receive(self, request: web.Request) -> web.Response:
        if why := self._stranger(request):
            self._tell(why, request)
            return web.Response(status=403)
        if not self._open:
            return web.Response(status=503, headers=NOT_NOW)
        update = _update(await request.read())
        if update is None:
            self._tell("it is no update", request)
            return web.Response(status=400)
        await self._take([update])
        return web.Response()

    def _stranger(self, request: web.Request) -> str:
        """Why this does not come from Telegram; "" when it does."""
        given = request.headers.get(SECRET_HEADER, "")
        # In a time that does not tell how much of it was right.
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return "its secret is wrong" if given else "it has no secret"
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        if self._proxies is not None and not from_telegram(request.remote, forwarded, self._proxies):
            return "its address is not Telegram's"
        return ""

    def _tell(self, why: str, request: web.Request) -> None:
        """Anybody may send such requests: a line a minute, however many they are."""
        now = self._monotonic()
        if now - self._refusals.get(why, -TOLD_AGAIN) >= TOLD_AGAIN:
            self._refusals[why] = now
            forwarded = request.headers.get("X-Forwarded-For", "")[:100]
            log.warning("a request to the webhook was refused", why=why, peer=request.remote, forwarded=forwarded)

    async def _look(self) -> None:
        try:
            info = await self._bot.get_webhook_info()
            self._beat()
            if info.url != self._url:
                log.warning("somebody has changed or removed the webhook; it is set again", to=info.url)
                await self.begin()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise TokenRefused(error.message) from None
        except (AiogramError, WrongWebhook) as error:
            log.warning("the webhook can't be looked after", error=str(error))
        else:
            self._tell_trouble(info)

    def _tell_trouble(self, info: WebhookInfo) -> None:
        if info.last_error_date and info.last_error_date != self._failed_at:
            self._failed_at = info.last_error_date
            why = info.last_error_message
            log.warning("Telegram could not bring an update", why=why, waiting=info.pending_update_count)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        value = read_json(body.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or type(value.get("update_id")) is not int:
        return None
    return value if 0 <= value["update_id"] <= LARGEST_ID else None
