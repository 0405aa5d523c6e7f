"""The parser in its own process: it may hang or die, and the bot goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.feeds.worker import ParseWorker

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>T</title><item><title>A</title><guid>1</guid></item></channel></rss>"


@pytest.fixture
async def worker() -> AsyncIterator[ParseWorker]:
    worker = ParseWorker(zone=ZoneInfo("Asia/Almaty"))
    yield worker
    await worker.close()


async def test_it_reads(worker: ParseWorker) -> None:
    assert [one.title for one in (await worker.parse(FEED, "", "", NOW)).articles] == ["A"]


async def test_killed_it_is_started_again(worker: ParseWorker) -> None:
    await worker.parse(FEED, "", "", NOW)
    assert worker._process
    os.kill(worker._process.pid, signal.SIGKILL)
    await worker._process.wait()
    assert (await worker.parse(FEED, "", "", NOW)).is_feed


async def test_stopped_it_is_given_up(worker: ParseWorker) -> None:
    await worker.parse(FEED, "", "", NOW)
    assert worker._process
    os.kill(worker._process.pid, signal.SIGSTOP)
    worker._time_limit = 0.5
    parsed = await worker.parse(FEED, "", "", NOW)
    assert "longer than 0.5 seconds" in parsed.problems[0]
    worker._time_limit = 20
    assert (await worker.parse(FEED, "", "", NOW)).is_feed


async def test_the_event_loop_goes_on_meanwhile(worker: ParseWorker) -> None:
    item = b"<item><title>A</title><description>" + b"word " * 2000 + b"</description></item>"
    large = b"<rss version='2.0'><channel>" + item * 500 + b"</channel></rss>"
    worst, last = 0.0, time.monotonic()
    parsing = asyncio.create_task(worker.parse(large, "", "", NOW))
    while not parsing.done():
        await asyncio.sleep(0.005)
        worst, last = max(worst, time.monotonic() - last), time.monotonic()
    assert parsing.result().is_feed
    assert worst < 1.0


async def test_cancelled_in_the_middle_the_next_answer_is_its_own(worker: ParseWorker) -> None:
    await worker.parse(FEED, "", "", NOW)
    first = asyncio.create_task(worker.parse(FEED.replace(b"A", b"B"), "", "", NOW))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert [one.title for one in (await worker.parse(FEED, "", "", NOW)).articles] == ["A"]
