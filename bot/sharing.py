"""This process among others on the same database: what one at a time does, and what is done for those that died.

A process holds leases in the database and renews them. One that dies, or hangs for longer than a lease, has lost them:
its work goes on elsewhere, and it finds that out before it does harm, since whatever it begins is checked there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from bot.schedule import Tick
from storage.base import Storage, StorageError

log = structlog.get_logger()

LEASE = timedelta(seconds=15)
"""So long after its last sign of life a process counts as dead."""
RENEW = 4.0
"""Seconds between two signs of life: three may fail."""
LOOK = 2.0
"""Seconds between two tries to get a lease that another process holds."""


class Sharing:
    """Where the database allows one process only (SQLite), everything is this one's, and nothing is asked."""

    def __init__(
        self, storage: Storage, owner: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._storage, self.owner, self._now = storage, owner, now
        self._kept = {f"process {owner}"}

    async def show_life(self) -> None:
        """To be called every RENEW seconds, and before anything is begun."""
        if not self._storage.shared:
            return
        for name in sorted(self._kept):
            await self._hold(name)

    async def become(self, name: str, stop: asyncio.Event, waiting: Callable[[], None]) -> bool:
        """Wait until this is the one process that does it, which it stays from then on. False: asked to stop meanwhile.
        `waiting` is called while another one does it."""
        if not self._storage.shared:
            return True
        while not stop.is_set():
            if await self._hold(name):
                self._kept.add(name)
                return True
            waiting()
            await _either(stop, LOOK)
        return False

    def alone(self, name: str, tick: Tick) -> Tick:
        """The tick, in one process at a time."""
        if not self._storage.shared:
            return tick

        async def run() -> None:
            if await self._hold(name):
                self._kept.add(name)
                await tick()

        return run

    def after_deaths(self, *acts: Callable[[], Awaitable[object]]) -> Tick:
        """Show life; then take up what processes have left that are no more."""

        async def run() -> None:
            try:
                await self.show_life()
                for act in acts:
                    await act()
            except StorageError as error:
                log.warning("leases can't be renewed", error=str(error))

        return run

    async def leave(self) -> None:
        """Others need not wait for the leases to end."""
        if not self._storage.shared:
            return
        try:
            for name in self._kept:
                await self._storage.leases.end(name, self.owner)
        except StorageError as error:
            log.warning("leases can't be given back; they end by themselves", error=str(error))

    async def _hold(self, name: str) -> bool:
        try:
            return await self._storage.leases.hold(name, self.owner, self._now(), LEASE)
        except StorageError as error:
            log.warning("a lease can't be asked for", lease=name, error=str(error))
            return False


async def _either(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
