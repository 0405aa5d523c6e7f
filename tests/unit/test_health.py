"""Readiness: what is silent, what has not begun, and a database that does not answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import health as health_module
from bot.health import Health, Heartbeats
from bot.model.deliveries import DeliveryClass, Overview
from storage.base import DatabaseBusy

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Outbox:
    def __init__(self) -> None:
        self.hangs: asyncio.Event | None = None
        self.fails = False
        self.asked = 0

    async def overview(self, *, recent: int) -> Overview:
        self.asked += 1
        if self.hangs:
            await self.hangs.wait()
        if self.fails:
            raise DatabaseBusy("newsbot.db is locked by another program")
        return Overview({DeliveryClass.ROUTINE: 7, DeliveryClass.DIGEST: 2}, NOW - timedelta(seconds=90), ())

    async def last_sent(self) -> datetime | None:
        return NOW


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def setup() -> tuple[Clock, Heartbeats, Any, Health]:
    clock, outbox = Clock(), Outbox()
    heartbeats = Heartbeats({"sender": 30.0, "updates": 150.0}, monotonic=clock)
    return clock, heartbeats, outbox, Health(outbox, heartbeats, now=lambda: NOW)  # type: ignore[arg-type]


async def test_all_is_well() -> None:
    clock, heartbeats, _, health = setup()
    heartbeats.beat("sender")
    heartbeats.beat("updates")
    clock.time += 29.04
    assert await health.report() == {
        "ready": True,
        "wrong": {},
        "seconds_ago": {"sender": 29.0, "updates": 29.0},
        "last_sent": "2026-11-24T12:00:00+00:00",
        "waiting": 9,
        "lag_seconds": 90.0,
    }


async def test_what_is_silent_or_never_began_is_named() -> None:
    clock, heartbeats, _, health = setup()
    heartbeats.beat("sender")
    clock.time += 31
    report = await health.report()
    assert report["ready"] is False
    assert report["wrong"] == {"sender": "no sign of life for 31 s", "updates": "it has not begun"}


async def test_a_database_that_fails_or_hangs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "DATABASE_SECONDS", 0.05)
    _, heartbeats, outbox, health = setup()
    heartbeats.beat("sender")
    heartbeats.beat("updates")
    outbox.fails = True
    assert (await health.report())["wrong"] == {"database": "newsbot.db is locked by another program"}
    outbox.fails, outbox.hangs, outbox.asked = False, asyncio.Event(), 0
    for _ in range(3):
        assert (await health.report())["wrong"] == {"database": "no answer within 0.05 s"}
    assert outbox.asked == 1, "questions don't gather before a database that hangs"
    outbox.hangs.set()
    assert (await health.report())["ready"] is True
