"""The pace of several processes, with a database that gives out moments and a clock of the test's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.delivery.shared_limiter import SharedLimiter
from storage.base import StorageError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Moments:
    """The row in the database."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self.next, self.asked = clock, 0.0, 0
        self.broken = False

    async def reserve(self, permits: int, interval: timedelta) -> timedelta:
        self.asked += 1
        if self.broken:
            raise StorageError("away")
        first = max(self.next, self._clock.now)
        self.next = first + permits * interval.total_seconds()
        return timedelta(seconds=first - self._clock.now)

    async def hold_back(self, wait: timedelta) -> None:
        self.next = max(self.next, self._clock.now + wait.total_seconds())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moments(clock: Clock) -> Moments:
    return Moments(clock)


async def leave(limiters: list[SharedLimiter], clock: Clock, seconds: float, *, step: float = 0.001) -> list[float]:
    """When messages left, all processes sending as fast as they may."""
    left: list[float] = []
    end = clock.now + seconds
    while clock.now < end:
        for number, limiter in enumerate(limiters):
            while limiter.delay(None) <= 0:
                limiter.take(1000 * number + len(left))
                left.append(clock.now)
        await asyncio.sleep(0)
        clock.now += step
    return left


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= moment < start + 1 for moment in moments) for start in moments)


@pytest.mark.parametrize("rate", [30, 300])
async def test_four_together_keep_the_pace_and_use_it(clock: Clock, moments: Moments, rate: int) -> None:
    limiters = [SharedLimiter(rate, moments, posts=True, monotonic=clock) for _ in range(4)]
    left = await leave(limiters, clock, 6)
    assert most_in_a_second(left) <= rate * 1.05
    assert len(left) >= 6 * rate * 0.9


async def test_late_moments_are_lost_not_caught_up_with(clock: Clock, moments: Moments) -> None:
    limiter = SharedLimiter(30, moments, posts=True, monotonic=clock)
    left = await leave([limiter], clock, 1)
    clock.now += 5
    left += await leave([limiter], clock, 2)
    assert most_in_a_second(left) <= 31


async def test_what_nobody_needs_is_not_taken(clock: Clock, moments: Moments) -> None:
    SharedLimiter(30, moments, posts=True, monotonic=clock)
    await asyncio.sleep(0)
    assert moments.asked == 0


async def test_answers_take_one_moment_each(clock: Clock, moments: Moments) -> None:
    limiter = SharedLimiter(30, moments, posts=False, monotonic=clock)
    await leave([limiter], clock, 0.001)
    await leave([limiter], clock, 0.001)
    assert moments.next <= clock.now + 2.5 / 29


async def test_an_album_takes_as_many_as_it_has_messages(clock: Clock, moments: Moments) -> None:
    limiter = SharedLimiter(30, moments, posts=True, monotonic=clock)
    while limiter.delay(None) > 0:
        await asyncio.sleep(0)
    limiter.take(5, messages=10)
    begun = clock.now
    left = await leave([limiter], clock, 1)
    assert left[0] - begun >= 9 / 30


async def test_a_flood_wait_holds_for_all(clock: Clock, moments: Moments) -> None:
    limiters = [SharedLimiter(30, moments, posts=True, monotonic=clock) for _ in range(2)]
    limiters[0].flood(None, 3)
    await asyncio.sleep(0)
    begun = clock.now
    left = await leave(limiters, clock, 4)
    assert min(left) - begun >= 2.99


async def test_nothing_leaves_while_the_database_is_away(clock: Clock, moments: Moments) -> None:
    limiter = SharedLimiter(30, moments, posts=True, monotonic=clock)
    moments.broken = True
    assert await leave([limiter], clock, 2) == []
    assert moments.asked <= 5
    moments.broken = False
    assert await leave([limiter], clock, 1)
