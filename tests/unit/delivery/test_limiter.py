"""The pace against what Telegram may be counting: sliding windows and token buckets, with a clock of our own."""

from __future__ import annotations

from collections import deque

import pytest

from bot.delivery.limiter import Limiter


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def departures(limiter: Limiter, clock: Clock, count: int) -> list[float]:
    """When `count` messages to different chats leave."""
    left = []
    for chat_id in range(count):
        clock.now += limiter.delay(chat_id)
        assert limiter.delay(chat_id) == 0
        limiter.take(chat_id)
        left.append(clock.now)
    return left


@pytest.mark.parametrize("rate", [1, 20, 30, 1000])
def test_never_more_than_the_limit_in_any_second(rate: int) -> None:
    clock = Clock()
    window: deque[float] = deque()
    times = departures(Limiter(rate, monotonic=clock), clock, rate * 20)
    for moment in times:
        window.append(moment)
        while window[0] <= moment - 1.0:
            window.popleft()
        assert len(window) <= rate
    assert len(times) / (times[-1] - times[0] + 1 / rate) >= 0.9 * rate, "and close to it"


def test_no_burst_after_a_pause() -> None:
    clock = Clock()
    limiter = Limiter(30, monotonic=clock)
    departures(limiter, clock, 30)
    clock.now += 60
    times = departures(limiter, clock, 31)
    assert times[30] - times[0] >= 1.0


def test_one_message_a_second_to_one_chat() -> None:
    clock = Clock()
    limiter = Limiter(30, monotonic=clock)
    limiter.take(5)
    assert limiter.chat_delay(5) == pytest.approx(1.0)
    assert limiter.chat_delay(6) == 0


def test_the_longest_flood_wait_holds() -> None:
    clock = Clock()
    limiter = Limiter(30, monotonic=clock)
    limiter.flood(None, 10)
    limiter.flood(None, 3)
    assert limiter.delay(7) == pytest.approx(10)
    limiter.flood(5, 60)
    clock.now += 10
    assert limiter.delay(7) == 0
    assert limiter.delay(5) == pytest.approx(50)


def test_chats_that_wait_no_more_are_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(1000, monotonic=clock)
    departures(limiter, clock, 5000)
    assert len(limiter._chats) < 4000
