"""The process is killed (SIGKILL) in the middle of a delivery to 2,000 readers and started again.

Breaking news: nobody is left out, nobody gets more than two copies. A routine post: nobody gets it twice, and those
who did not get it are no more than were in flight at the moments of the kills. The sandbox, which outlives the bot, is
the witness: it counts every message that reached a chat.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import ChatId, Language
from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from storage import open_storage
from tests.newspaper import Newspaper

ROOT = Path(__file__).parent.parent.parent
READERS = 2000
RATE = 400
ROUND_TRIP = 0.15
"""Seconds that every answer takes, so that some sixty calls are in flight whenever the process is killed."""
IN_FLIGHT = 100
"""More than the sender ever has begun and not settled at this rate."""


class Killable:
    """The bot as a process of its own."""

    def __init__(self, sandbox: Sandbox, newspaper: Newspaper, folder: Path) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": sandbox.token,
            "BOT_API_URL": sandbox.url,
            "ADMIN_IDS": ",".join(map(str, sandbox.editor_ids)),
            "FEED_URLS": newspaper.feed_url,
            "DATABASE_URL": f"sqlite:///{folder}/newsbot.db",
            "POLL_INTERVAL": "0.5",
            "MESSAGES_PER_SECOND": str(RATE),
            "UNDO_SECONDS": "0",
            "ALLOW_PRIVATE_ADDRESSES": "true",
        }
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with (self._folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._environment, stderr=log
            )

    async def kill(self) -> None:
        assert self._process
        assert self._process.returncode is None, (self._folder / "bot.log").read_text()
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.terminate()
            assert await asyncio.wait_for(self._process.wait(), 20) == 0


@pytest.fixture
async def bot(sandbox: Sandbox, newspaper: Newspaper, tmp_path: Path) -> AsyncIterator[Killable]:
    bot = Killable(sandbox, newspaper, tmp_path)
    yield bot
    await bot.stop()


@pytest.fixture
async def crowd(chat: SandboxClient, tmp_path: Path) -> range:
    """2,000 readers who want everything, known to the sandbox and in the database."""
    for method in ("sendMessage", "sendPhoto"):
        await chat.fault(method, {"hang": ROUND_TRIP}, times=None)
    first = await chat.crowd(READERS)
    now = datetime.now(UTC)
    storage = await open_storage(f"sqlite:///{tmp_path}/newsbot.db")
    for chat_id in range(first, first + READERS):
        await storage.readers.arrive(ChatId(chat_id), Language.RU, now)
        await storage.readers.set_everything(ChatId(chat_id), True, now)
    await storage.close()
    return range(first, first + READERS)


class Witness:
    """How many copies each reader of the crowd received, read from the sandbox's journal step by step."""

    def __init__(self, chat: SandboxClient, crowd: range) -> None:
        self._chat, self._crowd, self._seen = chat, crowd, 0
        self.copies: Counter[int] = Counter()

    async def look(self) -> int:
        for call in await self._chat.journal(since=self._seen):
            self._seen = max(self._seen, call["n"])
            if call["ok"] and call["method"] in ("sendMessage", "sendPhoto") and call["chat_id"] in self._crowd:
                self.copies[call["chat_id"]] += 1
        return self.copies.total()

    async def until(self, count: int, *, within: float = 60) -> None:
        async with asyncio.timeout(within):
            while await self.look() < count:
                await asyncio.sleep(0.05)

    async def until_quiet(self, *, calm: float = 4.0, within: float = 60) -> None:
        last, since = await self.look(), 0.0
        async with asyncio.timeout(within):
            while since < calm:
                await asyncio.sleep(0.25)
                now = await self.look()
                since = 0.0 if now != last else since + 0.25
                last = now

    def summary(self) -> str:
        by_copies = Counter(self.copies[chat_id] for chat_id in self._crowd)
        return ", ".join(f"{readers} readers {copies}×" for copies, readers in sorted(by_copies.items()))


async def wait_for_start(chat: SandboxClient, newspaper: Newspaper) -> None:
    polls = newspaper.polls
    async with asyncio.timeout(40):
        while newspaper.polls < polls + 2:
            await asyncio.sleep(0.1)


@pytest.mark.timeout(170)
async def test_a_routine_post_reaches_nobody_twice(
    bot: Killable, crowd: range, chat: SandboxClient, newspaper: Newspaper
) -> None:
    newspaper.publish("До начала")
    await bot.start()
    await wait_for_start(chat, newspaper)
    witness = Witness(chat, crowd)
    newspaper.publish("Обычная новость")
    moments = random.Random(20261123)
    kills = 3
    for _ in range(kills):
        await witness.until(await witness.look() + moments.randint(150, 450))
        await bot.kill()
        await bot.start()
    await witness.until(READERS - kills * IN_FLIGHT)
    await witness.until_quiet()
    print("routine:", witness.summary())
    assert max(witness.copies.values()) == 1, witness.summary()
    assert READERS - len(witness.copies) <= kills * IN_FLIGHT, witness.summary()


@pytest.mark.timeout(170)
async def test_breaking_news_leaves_nobody_out(
    bot: Killable, crowd: range, chat: SandboxClient, newspaper: Newspaper
) -> None:
    newspaper.publish("До начала")
    await bot.start()
    await wait_for_start(chat, newspaper)
    dana = await chat.user("Дана")
    await dana.sends("/breaking Срочно: всем")
    await dana.taps("🚀", on=await dana.sees_button("🚀", within=20))
    witness = Witness(chat, crowd)
    moments = random.Random(23112026)
    kills = 3
    for _ in range(kills):
        await witness.until(await witness.look() + moments.randint(150, 450))
        await bot.kill()
        await bot.start()
    await witness.until(READERS)
    await witness.until_quiet()
    print("breaking:", witness.summary())
    assert len(witness.copies) == READERS, witness.summary()
    assert max(witness.copies.values()) <= 2, witness.summary()
    assert sum(copies > 1 for copies in witness.copies.values()) <= kills * IN_FLIGHT, witness.summary()
    # The editor's progress message outlived the kills too.
    await dana.sees(f"Доставлено: {READERS // 1000}\\s{READERS % 1000 + 1:03}", within=15)
