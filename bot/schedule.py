"""The clock of the program: ticks only.

Nothing that was promised lives in here. What is due stands in the database with its time; a tick looks for it. A
missed or late tick therefore loses nothing, and a restart needs no jobs restored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[], Awaitable[object]]


def start(ticks: dict[str, tuple[float, Tick]]) -> AsyncIOScheduler:
    """Call each tick every so many seconds, never two of one kind at once. Late ones run once, however late:
    APScheduler's default would drop a tick that is more than a second late."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, (seconds, tick) in ticks.items():
        scheduler.add_job(tick, "interval", seconds=seconds, id=name)
    scheduler.start()
    return scheduler
