"""Whether a newsroom that grows pays more per reader: the cost of a delivery, memory, and how soon the first reader,
an alert and a tap are served, from 1,000 to 1,000,000 readers. Each size in a process of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiogram import Dispatcher
from aiogram.types import CallbackQuery, Chat, Message, Update, User
from pydantic import SecretStr

from bot.callbacks import SaveArticle
from bot.config import Settings
from bot.delivery.limiter import Limiter
from bot.delivery.session import open_bot
from bot.model.language import Language
from bot.texts import Texts
from handlers import build_router
from tests.bench.engine import TOKEN, Engine, engine
from tests.bench.server import Plan, served

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MEASURED = 20_000
"""Deliveries of each size whose cost is measured."""
UNPACED = 1e6
PACE = 30
QUEUED = 100_000
"""Posts that an alert overtakes."""
TAPS_PER_SECOND = 50


async def cost(readers: int) -> dict[str, float]:
    """CPU seconds per delivery, of filling and of sending; peak memory in MB."""
    filling, sending, delivered, filled = 0.0, 0.0, 0, 0
    async with served(Plan()) as (url, _), engine(url, readers, 5000, pace=UNPACED, running=False) as one:
        while delivered < MEASURED:
            await one.publish()
            started = time.process_time()
            while await one.storage.outbox.fill(datetime.now(UTC)):
                pass
            filling += time.process_time() - started
            filled += readers
            part = min(readers, MEASURED)
            started = time.process_time()
            async with one.running():
                await one.until_sent(part)
            sending += time.process_time() - started
            delivered += await one.sent()
            # A chat gets one post a second.
            await asyncio.sleep(1.1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"fill": filling / filled, "send": sending / delivered, "memory": peak}


async def urgency(readers: int) -> dict[str, float]:
    """Seconds from publishing to the first post, from the editor's tap to the first alert, and of answering taps."""
    async with served(Plan()) as (url, counts), engine(url, readers, PACE) as one:
        taps: list[float] = []
        tapping = asyncio.create_task(_tap(one, url, taps))
        await asyncio.sleep(0.5)
        published = time.monotonic()
        await one.publish()
        while await _waiting(one) < min(QUEUED, readers // 2):
            await asyncio.sleep(0.2)
        alerted = time.monotonic()
        await one.alert()
        while not (told := await counts()).get("first_sendmessage_ms"):
            await asyncio.sleep(0.05)
        await asyncio.sleep(2)
        tapping.cancel()
    taps.sort()
    return {
        "first": told["first_sendphoto_ms"] / 1000 - published,
        "alert": told["first_sendmessage_ms"] / 1000 - alerted,
        "tap": taps[len(taps) * 99 // 100],
        "taps": len(taps),
    }


async def _waiting(one: Engine) -> int:
    return sum((await one.storage.outbox.overview(recent=0)).waiting.values())


async def _tap(one: Engine, url: str, taken: list[float]) -> None:
    """Readers save articles, through the whole dispatcher and back to Telegram."""
    texts = Texts.load(Language.RU)
    settings = Settings(_env_file=None, bot_token=SecretStr(TOKEN))
    dispatcher = Dispatcher()
    dispatcher.include_router(build_router())
    dispatcher.workflow_data.update(storage=one.storage, texts=texts, settings=settings)
    bot = open_bot(TOKEN, url, limiter=Limiter(PACE))
    running = set()

    async def tap(number: int) -> None:
        started = time.perf_counter()
        await dispatcher.feed_update(bot, _saving(number))
        taken.append(time.perf_counter() - started)

    try:
        for number in range(1, 1_000_000):
            task = asyncio.create_task(tap(number))
            running.add(task)
            task.add_done_callback(running.discard)
            await asyncio.sleep(1 / TAPS_PER_SECOND)
    finally:
        await asyncio.gather(*running, return_exceptions=True)
        await bot.session.close()


def _saving(number: int) -> Update:
    reader = User(id=number % 1000 + 1, is_bot=False, first_name="Reader")
    message = Message(message_id=number, date=datetime.now(UTC), chat=Chat(id=reader.id, type="private"))
    data = SaveArticle(article=1, on=number % 2 == 0).pack()
    query = CallbackQuery(id=str(number), from_user=reader, chat_instance="1", message=message, data=data)
    return Update(update_id=number, callback_query=query)


def _in_a_process(what: str, readers: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.growth", what, str(readers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    print(f"growth: what a delivery costs, over {MEASURED:,} of them")
    costs = {readers: _in_a_process("cost", readers) for readers in SIZES}
    least = costs[SIZES[0]]["fill"] + costs[SIZES[0]]["send"]
    for readers, found in costs.items():
        both = found["fill"] + found["send"]
        print(
            f"{readers:>9,} readers: filling {found['fill'] * 1e6:4.1f} µs, sending {found['send'] * 1e6:5.1f} µs, "
            f"{both / least:.2f} of the smallest; peak memory {found['memory'] - costs[SIZES[0]]['memory']:+.0f} MB"
        )
    found = _in_a_process("urgency", SIZES[-1])
    print(
        f"{SIZES[-1]:>9,} readers: the first post {found['first']:.2f} s after publishing; an alert behind "
        f"{QUEUED:,} posts {found['alert']:.2f} s after the tap; taps {found['tap'] * 1000:.0f} ms "
        f"(99 % of {found['taps']:.0f})\n"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        logging.disable(logging.WARNING)
        measure: Callable[[int], Awaitable[dict[str, float]]] = {"cost": cost, "urgency": urgency}[sys.argv[1]]
        print(json.dumps(asyncio.run(measure(int(sys.argv[2])))))  # type: ignore[arg-type]
    else:
        main()
