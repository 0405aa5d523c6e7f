"""The pace when several processes send: moments are taken from the database, a few at a time, and used one by one.

They are given out evenly, each once, by the clock of the database. One that this process is too late for is lost, not
caught up with, since the others are using theirs.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import timedelta

import structlog

from bot.delivery.limiter import Limiter
from storage.base import Pace, StorageError

log = structlog.get_logger()

BATCH_SECONDS = 0.15
"""Moments are taken for so long at most: what a process takes and does not need, all lose."""
LATE = 0.02
"""Seconds for which a moment is good: of a second's messages 2 % more may fall into it, and 5 % are allowed."""
ASKING = 0.005
"""Seconds between two looks whether the database has answered."""
AGAIN = 0.5
"""Seconds after which a database that failed is asked again."""


class SharedLimiter(Limiter):
    """`posts`: whether this process sends posts, many at a time, or only answers to people."""

    def __init__(
        self, per_second: float, pace: Pace, *, posts: bool, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(per_second, monotonic=monotonic)
        self._moments, self._posts = pace, posts
        self._own: deque[float] = deque()
        """Moments that are this process's."""
        self._owed = 0
        """Moments already used that are still to be taken: an album's other messages."""
        self._asking: set[asyncio.Task[None]] = set()
        self._ask_at = 0.0

    def flood(self, chat_id: int | None, seconds: float) -> None:
        super().flood(chat_id, seconds)
        if chat_id is None:
            self._own.clear()
            self._do(self._hold_back(seconds))

    def _overall(self, now: float) -> float:
        while self._own and self._own[0] < now - LATE:
            self._own.popleft()
        wanted = max(1, int(self.pace * BATCH_SECONDS)) if self._posts else max(1, self.people_waiting)
        if len(self._own) <= wanted // 2 and not self._asking and now >= max(self._ask_at, self._flood_until):
            self._do(self._ask(wanted + self._owed, timedelta(seconds=self._window / self.pace)))
        ready = self._own[0] if self._own else now + ASKING
        return max(ready, self._flood_until)

    def _use(self, now: float, messages: int) -> None:
        for _ in range(messages):
            if self._own:
                self._own.popleft()
            else:
                self._owed += 1

    async def _ask(self, permits: int, interval: timedelta) -> None:
        try:
            wait = await self._moments.reserve(permits, interval)
        except StorageError as error:
            log.warning("the pace can't be shared; nothing leaves meanwhile", error=str(error))
            self._ask_at = self._monotonic() + AGAIN
            return
        first = self._monotonic() + wait.total_seconds()
        moments = [first + number * interval.total_seconds() for number in range(permits)]
        self._own.extend(moments[self._owed :])
        self._owed = max(0, self._owed - permits)

    async def _hold_back(self, seconds: float) -> None:
        try:
            await self._moments.hold_back(timedelta(seconds=seconds))
        except StorageError as error:
            log.warning("other processes could not be told to wait", error=str(error))

    def _do(self, act: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(act)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
