"""Commits that group themselves: while one runs, whatever comes meanwhile gathers for the next one.

So a commit costs the same for one message in a quiet hour and for dozens under load.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from storage.base import StorageError

log = structlog.get_logger()
T = TypeVar("T")

GATHER = 0.01
"""Seconds for which the first of a group waits for others: at 1,000 a second ten share a commit."""
PAUSE = 1.0
"""Seconds after which storage that failed is tried again."""
TOLD_AGAIN = 60.0
"""Seconds between two complaints about storage."""


class Guard:
    """Calls of storage that may fail for a while (a full disk): nothing leaves that could not be recorded, and all goes
    on when there is room again."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._told_at: float | None = None
        self.failing = False

    async def done(self, call: Awaitable[object]) -> bool:
        """Whether it was done; False after a pause when storage fails."""
        return await self(_with(call, True)) is True

    async def __call__(self, call: Awaitable[T]) -> T | None:
        """The result; None after a pause when storage fails."""
        try:
            result = await call
        except StorageError as error:
            if self._told_at is None or self._monotonic() - self._told_at > TOLD_AGAIN:
                log.error("posts are held back", error=str(error))
                self._told_at = self._monotonic()
            self.failing = True
            await asyncio.sleep(PAUSE)
            return None
        if self.failing:
            log.info("posts go on")
            self.failing, self._told_at = False, None
        return result


async def _with(call: Awaitable[object], value: T) -> T:
    await call
    return value


class Commits(Generic[T]):
    """`run` until `close` and nothing is left. `commit` gets each group; False: it failed, and the group comes again
    together with what has come since."""

    def __init__(self, commit: Callable[[list[T]], Awaitable[bool]]) -> None:
        self._commit = commit
        self._waiting: list[T] = []
        self._running = 0
        self._some = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        """Items of which the commit has not ended."""
        return len(self._waiting) + self._running

    def add(self, item: T) -> None:
        self._waiting.append(item)
        self._some.set()

    def close(self) -> None:
        """No more items come."""
        self._closed = True
        self._some.set()

    async def run(self) -> None:
        while True:
            await self._some.wait()
            if not self._closed:
                await asyncio.sleep(GATHER)
            self._some.clear()
            group, self._waiting = self._waiting, []
            self._running = len(group)
            if group and not await self._commit(group):
                self._waiting = group + self._waiting
                self._some.set()
            self._running = 0
            if self._closed:
                if not self._waiting:
                    return
                self._some.set()
