"""The clock of the program: ticks only.

Nothing that was promised lives in here. What is due stands in the database with its time; a tick looks for it. A
missed or late tick therefore loses nothing, and a restart needs no jobs restored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[], Awaitable[object]]


class Schedule:
    """Calls each tick every so many seconds, never two of one kind at once."""

    def __init__(self) -> None:
        # Late ticks run once, however late: the default would drop one that is more than a second late.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._running: set[asyncio.Task[object]] = set()
        self._scheduler.start()

    def every(self, seconds: float, tick: Tick, name: str) -> None:
        """For the first time at once."""

        async def run() -> None:
            task: asyncio.Task[object] = asyncio.ensure_future(tick())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            await asyncio.shield(task)

        now = datetime.now(UTC)
        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, next_run_time=now)

    async def stop(self) -> None:
        """No more ticks; those running end first, since the scheduler's own shutdown would cut them off."""
        self._scheduler.pause()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
