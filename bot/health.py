"""Whether the program does its work: a heartbeat of each part that has to go on, and the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.model.deliveries import Overview
from storage.base import Outbox, StorageError

DATABASE_SECONDS = 1.0
"""In which the database has to answer."""


class Heartbeats:
    """When each part last showed life. A part is late when it has been silent for longer than `limits` says, in
    seconds; from the start on, so that one that never begins is late, too."""

    def __init__(self, limits: Mapping[str, float], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._monotonic = limits, monotonic
        self._last = dict.fromkeys(limits, monotonic())
        self._begun: set[str] = set()

    def beat(self, part: str) -> None:
        self._last[part] = self._monotonic()
        self._begun.add(part)

    def ages(self) -> dict[str, float]:
        """Seconds since each part's last sign of life."""
        now = self._monotonic()
        return {part: now - last for part, last in self._last.items()}

    def wrong(self) -> dict[str, str]:
        """What is wrong with each part that is late or has not begun; nothing when all is well."""
        found = {}
        for part, age in self.ages().items():
            if part not in self._begun:
                found[part] = "it has not begun"
            elif age > self._limits[part]:
                found[part] = f"no sign of life for {age:.0f} s"
        return found


class Health:
    def __init__(
        self, outbox: Outbox, heartbeats: Heartbeats, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._outbox, self._heartbeats, self._now = outbox, heartbeats, now
        self._reading: asyncio.Task[tuple[Overview, datetime | None]] | None = None

    async def report(self) -> dict[str, Any]:
        """For /readyz: `ready`, `wrong` (what is, by part), and what was seen."""
        wrong = self._heartbeats.wrong()
        seen: dict[str, Any] = {"seconds_ago": {part: round(age, 1) for part, age in self._heartbeats.ages().items()}}
        read = await self._read()
        if isinstance(read, str):
            wrong["database"] = read
        else:
            outbox, last_sent = read
            seen["last_sent"] = last_sent.isoformat(timespec="seconds") if last_sent else None
            seen["waiting"] = sum(outbox.waiting.values())
            # What is held until a reader's morning does not lag.
            waited = (self._now() - outbox.oldest).total_seconds() if outbox.oldest else 0.0
            seen["lag_seconds"] = round(max(0.0, waited), 1)
        return {"ready": not wrong, "wrong": wrong, **seen}

    async def _read(self) -> tuple[Overview, datetime | None] | str:
        """The outbox, or what is wrong. One question at a time: a database that hangs must not gather them."""
        self._reading = self._reading or asyncio.create_task(self._ask())
        await asyncio.wait((self._reading,), timeout=DATABASE_SECONDS)
        if not self._reading.done():
            return f"no answer within {DATABASE_SECONDS:g} s"
        answered, self._reading = self._reading, None
        try:
            return answered.result()
        except StorageError as error:
            return str(error)

    async def _ask(self) -> tuple[Overview, datetime | None]:
        return await self._outbox.overview(recent=0), await self._outbox.last_sent()
