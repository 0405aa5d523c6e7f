"""How much of the limit is used, and whether Telegram is ever offended, against several ways in which it may count;
beside messages that leave at exactly the limit.

Refusals ban for a second, and a call during a ban doubles it. Within the 0 ms and 100 ms of way there is jitter.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from statistics import median

from bot.delivery.pool import Answer, Pool
from tests.bench.engine import TOKEN, engine
from tests.bench.server import Plan, served

MODELS = ("bucket5", "bucket10", "sliding")
DELAYS = (0.0, 0.1)
CALLS = {30: 60.0, 1000: 20.0}
"""Seconds of each rate."""
Counts = Callable[[], Awaitable[dict[str, int]]]


async def ours(url: str, rate: int, seconds: float) -> str:
    async with engine(url, int(rate * (seconds + 5)), rate) as one:
        await one.publish()
        lags: list[float] = []
        watching = asyncio.create_task(_watch(lags))
        started = time.process_time()
        await asyncio.sleep(seconds)
        used = (time.process_time() - started) / seconds
        watching.cancel()
    lags.sort()
    most = lags[len(lags) * 99 // 100]
    return f" CPU {100 * used:3.0f} %, loop lag {1000 * median(lags):.1f} ms, 99 % {1000 * most:.1f} ms"


async def exactly(url: str, rate: int, seconds: float) -> str:
    """A call every 1/rate seconds, as bots do it: a refusal is waited out by that call alone."""
    pool = Pool(url, timeout=30)
    loop = asyncio.get_running_loop()
    started = loop.time()
    tasks = set()

    async def call() -> None:
        reply = await pool.post(f"/bot{TOKEN}/sendMessage".encode(), b'{"chat_id":1,"text":"x"}')
        if isinstance(reply, Answer) and reply.status == 429:
            await asyncio.sleep(json.loads(reply.body)["parameters"]["retry_after"])

    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - loop.time()))
        tasks.add(asyncio.create_task(call()))
    await asyncio.wait(tasks, timeout=1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    pool.close()
    return ""


async def _watch(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - before - 0.005)


async def measured(send: Callable[[str, int, float], Awaitable[str]], plan: Plan, seconds: float) -> str:
    async with served(plan) as (url, counts):
        more = await send(url, int(plan.rate), seconds)
        told = await counts()
    elapsed = max(seconds, (told["last_ms"] - told["first_ms"]) / 1000)
    share = 100 * told.get("sent", 0) / elapsed / plan.rate
    name = f"{plan.rate:.0f}/s {plan.model:>8}, {1000 * plan.delay:3.0f} ms away"
    return f"{name}, {send.__name__:>7}: {share:5.1f} % of it, {told.get('refused', 0):>5} refused {more}"


async def main() -> None:
    logging.disable(logging.WARNING)
    print("pace: share of the limit that is used, and refusals")
    slow = [Plan(delay=delay, jitter=0.02, model=model, rate=30) for model in MODELS for delay in DELAYS]
    contenders = (ours, exactly)
    for line in await asyncio.gather(*[measured(send, plan, CALLS[30]) for send in contenders for plan in slow]):
        print(line.partition(" CPU")[0].rstrip())
    # What comes bunched by more jitter than the burst is refused whatever the pace.
    for plan in (replace(plan, rate=1000, jitter=0.0) for plan in slow):
        for send in contenders:
            print(await measured(send, plan, CALLS[1000]))
    away = Plan(delay=0.05, model="none", rate=1000)
    print(await measured(ours, away, CALLS[1000]))
    print()


if __name__ == "__main__":
    asyncio.run(main())
