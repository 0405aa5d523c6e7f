"""`python -m tests.bench.fuzz [COUNT] [SEED]`: real feeds broken at random and read by a worker with its limits."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.feeds.worker import ParseWorker
from tests.mutations import mutated
from tests.real_feeds import real_feeds

LARGEST = 60_000


async def main(count: int, seed: int) -> None:
    feeds = [path.read_bytes() for path in real_feeds() if path.stat().st_size <= LARGEST]
    worker = ParseWorker(zone=ZoneInfo("Asia/Almaty"))
    now = datetime.now(UTC)
    failed, slowest, readable = 0, 0.0, 0
    for body in mutated(feeds, count, seed):
        started = time.perf_counter()
        parsed = await worker.parse(body, "", "https://example.kz/rss", now)
        slowest = max(slowest, time.perf_counter() - started)
        readable += parsed.is_feed
        if any("reading it" in problem for problem in parsed.problems):
            failed += 1
            print(parsed.problems)
    await worker.close()
    print(f"{count} broken feeds: {failed} crashes or hangs, {readable} still readable, slowest {slowest:.2f} s")


if __name__ == "__main__":
    count, seed = [int(number) for number in sys.argv[1:]] + [10_000, 1][len(sys.argv) - 1 :]
    asyncio.run(main(count, seed))
