"""One process among others: who does what one at a time does, and when that goes to another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot import sharing
from bot.sharing import LEASE, Sharing
from storage.base import StorageError
from tests.contract.world import NOON


class Leases:
    """In memory, of all processes."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, datetime]] = {}
        self.broken = False

    async def hold(self, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
        if self.broken:
            raise StorageError("away")
        holder, until = self.held.get(name, (owner, now))
        if holder != owner and until > now:
            return False
        self.held[name] = owner, now + lease
        return True

    async def end(self, name: str, owner: str) -> None:
        if self.held.get(name, ("", NOON))[0] == owner:
            del self.held[name]


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases() -> Leases:
    return Leases()


@pytest.fixture
def process(leases: Leases, clock: Clock) -> Callable[..., Sharing]:
    def make(owner: str, *, shared: bool = True) -> Sharing:
        storage: Any = SimpleNamespace(shared=shared, leases=leases)
        return Sharing(storage, owner, now=clock)

    return make


async def test_a_tick_runs_in_one_process_and_moves_when_that_dies(process: Any, clock: Clock) -> None:
    ran: list[str] = []

    async def tick(name: str) -> None:
        ran.append(name)

    one, two = (process(name).alone("feeds", lambda name=name: tick(name)) for name in ("one", "two"))
    for _ in range(3):
        await one()
        await two()
    assert ran == ["one"] * 3
    clock.now += LEASE
    await two()
    await one()
    assert ran == ["one"] * 3 + ["two"]


async def test_whoever_leaves_is_followed_at_once(process: Any) -> None:
    first, second = process("one"), process("two")
    stop = asyncio.Event()
    assert await first.become("polling", stop, lambda: None)
    await first.leave()
    assert await second.become("polling", stop, lambda: pytest.fail("nobody is there"))


async def test_waiting_for_ones_turn_ends_with_it_or_when_told(
    process: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "LOOK", 0.0)
    first, second = process("one"), process("two")
    stop = asyncio.Event()
    await first.become("polling", stop, lambda: None)
    waited = 0

    def wait() -> None:
        nonlocal waited
        waited += 1
        if waited == 3:
            clock.now += LEASE

    assert await second.become("polling", stop, wait)
    assert waited == 3
    stop.set()
    assert not await process("three").become("polling", stop, lambda: None)


async def test_a_process_that_renews_in_time_stays_alive(process: Any, leases: Leases, clock: Clock) -> None:
    one = process("one")
    await one.show_life()
    for _ in range(5):
        clock.now += LEASE / 3
        await one.show_life()
    assert leases.held["process one"][1] > clock.now


async def test_a_database_that_is_away_for_a_while_ends_nothing(process: Any, leases: Leases, clock: Clock) -> None:
    one = process("one")
    tick = one.after_deaths()
    leases.broken = True
    await tick()
    await one.alone("feeds", lambda: pytest.fail("who has it is not known"))()
    leases.broken = False
    await tick()
    assert "process one" in leases.held


async def test_alone_on_a_database_nothing_is_asked(process: Any, leases: Leases) -> None:
    ran: list[int] = []

    async def tick() -> None:
        ran.append(1)

    one = process("one", shared=False)
    await one.show_life()
    await one.alone("feeds", tick)()
    assert await one.become("polling", asyncio.Event(), lambda: None)
    await one.leave()
    assert ran == [1]
    assert leases.held == {}
