"""What people typed and tapped: kept before Telegram may forget it, handled in each person's order, marked as handled.

An update is in the database before it is confirmed to Telegram, and marked there when its handler has ended. A crash
between the two repeats it at the next start: handlers say what state is wanted, and a repeated one changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from bot.delivery.commits import TOLD_AGAIN, Commits
from storage.base import StorageError, Updates

log = structlog.get_logger()

Json = Mapping[str, Any]

PATIENCE = 5.0
"""Seconds that handlers get while updates can't be stored, and when the bot stops."""
MOST_OPEN = 500
"""Updates being handled, or waiting for the same person's one before, at most; more stay with Telegram meanwhile."""
MOST_TRIES = 3
"""Starts of the bot that may find the same update unhandled: perhaps it is what ends them."""
LIFETIMES = {
    "callback_query": timedelta(seconds=150),
    "inline_query": timedelta(seconds=30),
    "chosen_inline_result": timedelta(minutes=10),
}
LIFETIME = timedelta(days=1)
"""So long Telegram itself keeps updates of these kinds, and all others (telegram-bot-api, Client.cpp)."""


class Watched(Protocol):
    """Whoever counts what was handled."""

    def handled(self, kind: str, seconds: float) -> None: ...


class Inbox:
    """`open()`, then `take` whatever comes, then `close()`."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        updates: Updates,
        *,
        watched: Watched,
        owner: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._dispatcher, self._updates = bot, dispatcher, updates
        self._watched, self._owner, self._now, self._monotonic = watched, owner, now, monotonic
        self._open: dict[int, asyncio.Task[None]] = {}
        """By number, those being handled."""
        self._last: dict[int, asyncio.Task[None]] = {}
        """The last task of each person: the next one starts after it."""
        self._ends = Commits(self._mark)
        self._marking: asyncio.Task[None] | None = None
        self._told_at: float | None = None

    async def open(self) -> None:
        """Handle what an earlier run has left, before anything new."""
        self._marking = asyncio.create_task(self._ends.run(), name="handled updates")
        await self.take_up()

    async def take_up(self) -> None:
        """Handle what other processes have left that are no more."""
        left = await self._updates.unhandled(self._now(), owner=self._owner)
        for one in left:
            if self._now() - one.received_at > LIFETIMES.get(kind_of(one.content), LIFETIME):
                self._ends.add(one.id)
            elif one.tries > MOST_TRIES:
                log.error("an update that was never handled to its end is given up", update=one.id, tries=one.tries)
                self._ends.add(one.id)
            else:
                self._start(one.content)
        if left:
            log.info(
                "updates of an earlier run are taken up", updates=len(self._open), late=len(left) - len(self._open)
            )

    async def take(self, batch: Sequence[Json]) -> None:
        """Returns when Telegram may forget them: they are stored, or, while storage fails, were handled or have had
        PATIENCE for it. What was taken before is left out."""
        while len(self._open) >= MOST_OPEN:
            await asyncio.wait(self._open.values(), return_when=asyncio.FIRST_COMPLETED)
        given = {int(raw["update_id"]): raw for raw in batch}
        for number in self._open.keys() & given.keys():
            del given[number]
        try:
            fresh = await self._updates.receive(given, self._now(), owner=self._owner)
        except StorageError as error:
            self._complain(error)
            tasks = [self._start(raw, stored=False) for raw in given.values()]
            if tasks:
                await asyncio.wait(tasks, timeout=PATIENCE)
        else:
            self._told_at = None
            for number, raw in given.items():
                if number in fresh:
                    self._start(raw)

    async def close(self) -> None:
        """Let handlers end for PATIENCE seconds. What has not ended by then comes again at the next start."""
        if self._open:
            await asyncio.wait(self._open.values(), timeout=PATIENCE)
        self._ends.close()
        if self._marking:
            await asyncio.wait((self._marking,), timeout=PATIENCE)
            self._marking.cancel()
        for task in self._open.values():
            task.cancel()
        await asyncio.gather(*self._open.values(), return_exceptions=True)

    def _start(self, raw: Json, *, stored: bool = True) -> asyncio.Task[None]:
        number, person = int(raw["update_id"]), _person(raw)
        task = asyncio.create_task(self._handle(raw, self._last.get(person), stored), name=f"update {number}")
        self._open[number] = self._last[person] = task
        task.add_done_callback(partial(self._ended, number, person))
        return task

    def _ended(self, number: int, person: int, task: asyncio.Task[None]) -> None:
        del self._open[number]
        if self._last.get(person) is task:
            del self._last[person]

    async def _handle(self, raw: Json, after: asyncio.Task[None] | None, stored: bool) -> None:
        received = self._monotonic()
        number = int(raw["update_id"])
        structlog.contextvars.bind_contextvars(update=number)
        if after:
            await asyncio.wait((after,))
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            log.warning("an update that can't be read was skipped", kind=kind_of(raw), why=_why(error))
        else:
            try:
                await self._dispatcher.feed_update(self._bot, update)
            except Exception:
                # Handlers report their own faults to the person; what still gets here must not stop the others.
                log.exception("an update was not handled")
        self._watched.handled(kind_of(raw), self._monotonic() - received)
        if stored:
            self._ends.add(number)

    async def _mark(self, numbers: list[int]) -> bool:
        try:
            await self._updates.handled(numbers, self._now())
        except StorageError as error:
            self._complain(error)
            await asyncio.sleep(1.0)
            return False
        return True

    def _complain(self, error: StorageError) -> None:
        now = self._monotonic()
        if self._told_at is None or now - self._told_at > TOLD_AGAIN:
            log.error("what people type can't be stored; a crash now may lose it", error=str(error))
            self._told_at = now


def kind_of(raw: Json) -> str:
    """As the Bot API names it: message, callback_query …"""
    return next((name for name in raw if name != "update_id"), "nothing")


def _why(error: ValidationError) -> str:
    """Without what the person wrote."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _person(raw: Json) -> int:
    """Whose turn an update is: its sender, else its chat, else nobody in particular (0)."""
    for event in raw.values():
        if isinstance(event, dict):
            source = event.get("from") or event.get("chat") or {}
            return int(source.get("id", 0))
    return 0
