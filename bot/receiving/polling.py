"""Asking Telegram for updates, by long polling.

A batch is confirmed (by asking with a higher offset) when the inbox has it: a crash repeats updates, and loses none.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.delivery.session import TokenRefused

log = structlog.get_logger()

LONG_POLL = 30
"""Seconds that Telegram holds a request when nothing happens; it allows 50."""
ESTABLISHED = 3.0
"""A copy that has asked undisturbed for this many seconds was there first, and waits `LONG_GRACE` for a rival to give
up; a newcomer waits a moment drawn from `SHORT_GRACE`, so that of two newcomers one is left."""
SHORT_GRACE, LONG_GRACE = (4.0, 12.0), 60.0
WEBHOOKS_REMOVED, WEBHOOKS_WITHIN = 3, 600.0
"""So often within so many seconds a webhook is removed that somebody sets again; whoever keeps setting one goes on
without us."""


class AnotherCopy(Exception):
    """Another process keeps receiving updates with the same token."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with the updates left as they came: one that aiogram can't read must not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Polling:
    """The receiving loop. `run()` returns after `stop()`; raises TokenRefused or AnotherCopy.

    `take` returns when Telegram may forget a batch; `kinds`: the updates that are wanted; `beat` is called with each
    good answer."""

    def __init__(
        self,
        bot: Bot,
        take: Callable[[Sequence[dict[str, Any]]], Awaitable[None]],
        kinds: Sequence[str],
        *,
        beat: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._take, self._kinds, self._beat = bot, take, list(kinds), beat
        self._sleep, self._monotonic = sleep, monotonic
        self._offset: int | None = None
        self._stopping = asyncio.Event()
        self._asking_since: float | None = None
        self._grace = random.uniform(*SHORT_GRACE)  # noqa: S311
        self._conflict_since: float | None = None
        self._webhooks_removed: deque[float] = deque(maxlen=WEBHOOKS_REMOVED)
        self._failures = 0
        self._answered = False

    async def begin(self) -> None:
        """Updates are asked for from now on, not brought."""
        await self._bot.delete_webhook()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        while not self._stopping.is_set():
            if batch := await self._until_stopped(self._ask()):
                await self._take(batch)
                self._offset = max(int(raw["update_id"]) for raw in batch) + 1

    async def _until_stopped(self, asking: Awaitable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """A long poll is given up at once when the bot stops; what it would have brought comes again."""
        request = asyncio.ensure_future(asking)
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait((request, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not request.done():
            request.cancel()
            return []
        return request.result()

    async def _ask(self) -> list[dict[str, Any]]:
        if self._asking_since is None:
            self._asking_since = self._monotonic()
        # The first answer, and the first after trouble, comes at once: it tells that all is well.
        timeout = LONG_POLL if self._answered else 0
        method = GetRawUpdates(offset=self._offset, timeout=timeout, allowed_updates=self._kinds)
        try:
            batch = await self._bot(method, request_timeout=LONG_POLL + 10)
        except TelegramConflictError as error:
            await self._conflict(error)
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise TokenRefused(error.message) from None
        except TelegramRetryAfter as error:
            await self._sleep(error.retry_after)
        except AiogramError as error:
            await self._back_off(error)
        else:
            if self._failures:
                log.info("Telegram answers again")
            self._failures, self._conflict_since, self._answered = 0, None, True
            self._beat()
            return batch
        return []

    async def _back_off(self, error: AiogramError) -> None:
        self._failures += 1
        self._answered = False
        if self._failures in (1, 10) or self._failures % 100 == 0:
            log.warning("can't reach Telegram, trying on", error=str(error), failures=self._failures)
        await self._sleep(min(30.0, 0.5 * 2 ** min(self._failures, 7)) * random.uniform(0.8, 1.2))  # noqa: S311

    async def _conflict(self, error: TelegramConflictError) -> None:
        """Two copies knock each other out in turn. The newcomer gives up first, so that one of them goes on."""
        if "webhook" in error.message.lower():
            await self._remove_webhook()
            return
        now = self._monotonic()
        self._conflict_since = self._conflict_since or now
        established = self._asking_since is not None and self._conflict_since - self._asking_since > ESTABLISHED
        if now - self._conflict_since >= (LONG_GRACE if established else self._grace):
            raise AnotherCopy(error.message)
        log.warning("another copy of this bot receives updates with the same token", error=error.message)
        await self._sleep(random.uniform(1.0, 3.0))  # noqa: S311

    async def _remove_webhook(self) -> None:
        now = self._monotonic()
        if len(self._webhooks_removed) == WEBHOOKS_REMOVED and now - self._webhooks_removed[0] < WEBHOOKS_WITHIN:
            raise AnotherCopy("another program keeps setting a webhook for this bot")
        self._webhooks_removed.append(now)
        log.warning("a webhook was set for this bot; removing it, since this bot asks for its updates")
        try:
            await self._bot.delete_webhook()
        except AiogramError as error:
            await self._back_off(error)
