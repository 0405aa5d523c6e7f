"""Leases and the shared pace."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.contract.world import World

LEASE = timedelta(seconds=15)
INTERVAL = timedelta(milliseconds=100)


async def test_one_holds_it_at_a_time_until_it_ends(world: World) -> None:
    leases = world.storage.leases
    assert await leases.hold("feeds", "one", world.now, LEASE)
    assert not await leases.hold("feeds", "two", world.now, LEASE)
    assert await leases.hold("polling", "two", world.now, LEASE), "another matter"
    world.now += LEASE / 2
    assert await leases.hold("feeds", "one", world.now, LEASE), "renewed"
    world.now += LEASE / 2
    assert not await leases.hold("feeds", "two", world.now, LEASE)
    world.now += LEASE / 2
    assert await leases.hold("feeds", "two", world.now, LEASE)
    assert not await leases.hold("feeds", "one", world.now, LEASE)


async def test_given_back_it_is_free_at_once(world: World) -> None:
    leases = world.storage.leases
    assert await leases.hold("feeds", "one", world.now, LEASE)
    await leases.end("feeds", "two")
    assert not await leases.hold("feeds", "two", world.now, LEASE)
    await leases.end("feeds", "one")
    assert await leases.hold("feeds", "two", world.now, LEASE)


async def test_of_many_that_ask_at_once_one_gets_it(world: World) -> None:
    answers = await asyncio.gather(
        *(world.storage.leases.hold("feeds", f"{number}", world.now, LEASE) for number in range(20))
    )
    assert sum(answers) == 1


async def test_no_two_get_the_same_moments(world: World) -> None:
    pace = world.storage.pace
    waits = await asyncio.gather(*(pace.reserve(1000, INTERVAL) for _ in range(10)))
    # Reserved at nearly the same time: the waits are 0, 100, 200 … seconds but for the time that asking took.
    assert [round(wait / (1000 * INTERVAL)) for wait in sorted(waits)] == list(range(10))


async def test_holding_back_moves_all_to_come(world: World) -> None:
    pace = world.storage.pace
    await pace.hold_back(timedelta(seconds=100))
    assert await pace.reserve(1, INTERVAL) > timedelta(seconds=90)
    await pace.hold_back(timedelta(seconds=1))
    assert await pace.reserve(1, INTERVAL) > timedelta(seconds=90), "the longest wait holds"
