"""Receiving what people type and tap, by long polling.

An update is confirmed to Telegram (by asking with a higher offset) only when it has been handled or has had
`PATIENCE` seconds for it, so a crash repeats the last few updates instead of losing them: handlers say what state is
wanted, and a repeated one changes nothing. One person's updates are handled in their order; different people's at
the same time.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError

from bot.delivery.session import TokenRefused

log = structlog.get_logger()

LONG_POLL = 30
"""Seconds that Telegram holds a request when nothing happens; it allows 50."""
PATIENCE = 5.0
"""Seconds that a batch may take before the next one is asked for; what is still running goes on."""
ESTABLISHED = 3.0
"""A copy that has asked undisturbed for this many seconds was there first, and waits `LONG_GRACE` for a rival to give
up; a newcomer waits a moment drawn from `SHORT_GRACE`, so that of two newcomers one is left."""
SHORT_GRACE, LONG_GRACE = (4.0, 12.0), 60.0


class AnotherCopy(Exception):
    """Another process keeps receiving updates with the same token."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with the updates left as they came: one that aiogram can't read must not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Updates:
    """The receiving loop. `run()` returns after `stop()`; raises TokenRefused or AnotherCopy."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._sleep = sleep
        self._monotonic = monotonic
        self._offset: int | None = None
        self._handling: dict[int, asyncio.Task[None]] = {}
        """The last task of each person: the next one starts after it."""
        self._stopping = asyncio.Event()
        self._asking_since: float | None = None
        self._grace = random.uniform(*SHORT_GRACE)  # noqa: S311
        self._conflict_since: float | None = None
        self._failures = 0

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        while not self._stopping.is_set():
            batch = await self._until_stopped(self._ask())
            if batch:
                await self._handle(batch)
        if self._handling:
            await asyncio.wait(self._handling.values(), timeout=PATIENCE)

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
        method = GetRawUpdates(
            offset=self._offset, timeout=LONG_POLL, allowed_updates=self._dispatcher.resolve_used_update_types()
        )
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
            self._failures, self._conflict_since = 0, None
            return batch
        return []

    async def _back_off(self, error: AiogramError) -> None:
        self._failures += 1
        if self._failures in (1, 10) or self._failures % 100 == 0:
            log.warning("can't reach Telegram, trying on", error=str(error), failures=self._failures)
        await self._sleep(min(30.0, 0.5 * 2 ** min(self._failures, 7)) * random.uniform(0.8, 1.2))  # noqa: S311

    async def _conflict(self, error: TelegramConflictError) -> None:
        """Two copies knock each other out in turn. The newcomer gives up first, so that one of them goes on."""
        if "webhook" in error.message.lower():
            log.warning("a webhook was set for this bot; removing it, since this bot asks for its updates")
            await self._bot.delete_webhook()
            return
        now = self._monotonic()
        self._conflict_since = self._conflict_since or now
        established = self._asking_since is not None and self._conflict_since - self._asking_since > ESTABLISHED
        if now - self._conflict_since >= (LONG_GRACE if established else self._grace):
            raise AnotherCopy(error.message)
        log.warning("another copy of this bot receives updates with the same token", error=error.message)
        await self._sleep(random.uniform(1.0, 3.0))  # noqa: S311

    async def _handle(self, batch: list[dict[str, Any]]) -> None:
        for raw in batch:
            self._offset = max(self._offset or 0, int(raw["update_id"]) + 1)
            try:
                update = Update.model_validate(raw, context={"bot": self._bot})
            except ValidationError as error:
                log.warning("an update that can't be read was skipped", update=raw["update_id"], error=str(error)[:300])
                continue
            person = _person(raw)
            task = asyncio.create_task(self._feed(update, after=self._handling.get(person)))
            self._handling[person] = task
            task.add_done_callback(partial(self._forget, person))
        if self._handling:
            await asyncio.wait(list(self._handling.values()), timeout=PATIENCE)

    async def _feed(self, update: Update, after: asyncio.Task[None] | None) -> None:
        if after:
            await asyncio.wait((after,))
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except Exception:
            # Handlers report their own faults to the person; what still gets here must not stop the others.
            log.exception("an update was not handled", update=update.update_id)

    def _forget(self, person: int, task: asyncio.Task[None]) -> None:
        if self._handling.get(person) is task:
            del self._handling[person]


def _person(raw: dict[str, Any]) -> int:
    """Whose turn an update is: its sender, else its chat, else nobody in particular (0)."""
    for event in raw.values():
        if isinstance(event, dict):
            source = event.get("from") or event.get("chat") or {}
            return int(source.get("id", 0))
    return 0
