"""The process is killed (SIGKILL) again and again while breaking news and articles are on their way to a crowd.

Breaking news: nobody is left out, nobody gets more than two copies. An article: nobody gets it twice, on its own or as
a line of a bundle; those who did not get it are on record as such, and each of these was in flight at a kill or lost
its reply. The sandbox, which outlives the bot, is the witness.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.delivery.limiter import most_in_flight
from bot.sandbox.client import SandboxClient, SandboxUser
from bot.sandbox.server import Sandbox
from tests.crash.counts import Counts
from tests.crash.editor import alerts
from tests.crash.ledger import Ledger
from tests.crash.process import WarmParent, environment
from tests.crash.run import Run, until
from tests.crash.trouble import Trouble
from tests.crash.witness import Witness
from tests.crowd import subscribe
from tests.newspaper import Newspaper

READERS = 2000
RATE = 400
KILLS = 110
PATIENCE = 2.0
"""Seconds for an answer, instead of half a minute."""
MOST_UNDER_WAY = most_in_flight(RATE) + int(RATE * 0.25)
"""Messages begun and not settled, by the sender's own limit; and those whose end is being committed, which may take a
quarter of a second on a busy disk."""
SEED = 20261123

LONG = 11
"""Each so manieth bot lives long enough to find that an answer does not come."""
NEWS = {0: 1, 8: 0, 14: 1, 22: 7, 36: 0, 44: 1, 52: 2, 64: 0, 72: 6, 84: 1, 92: 0, 100: 1}
"""Before which kill how many articles are published at once; 0: an alert. Six and more become bundles."""


class Newsroom:
    """Articles and alerts, numbered so that each can be told from all others in any text."""

    def __init__(self, newspaper: Newspaper, editor: SandboxUser, ledger: Ledger) -> None:
        self._newspaper, self._editor, self._ledger = newspaper, editor, ledger
        self.articles: list[str] = []
        self.alerts: list[str] = []
        self._telling: list[asyncio.Task[None]] = []

    def publish(self, count: int) -> None:
        for _ in range(count):
            self.articles.append(f"Новость, выпуск {len(self.articles) + 1}.")
            self._newspaper.publish(self.articles[-1])

    def alert(self) -> None:
        self.alerts.append(f"Срочно, выпуск {len(self.alerts) + 1}.")
        self._telling.append(asyncio.create_task(alerts(self._editor, self.alerts[-1], self._ledger)))

    async def all_told(self) -> None:
        await asyncio.gather(*self._telling)

    def has_left(self) -> bool:
        """Whether all of it has been sent, or given up."""
        read = all(map(self._ledger.knows, self.articles)) and all(map(self._ledger.announced, self.alerts))
        return read and not self._ledger.filling() and not self._ledger.unsettled()


@pytest.mark.timeout(400)
async def test_a_hundred_kills(
    parent: WarmParent,
    sandbox: Sandbox,
    newspaper: Newspaper,
    chat: SandboxClient,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    began = time.monotonic()
    dice = random.Random(SEED)
    dana = await chat.user("Дана")
    crowd = await subscribe(chat, READERS, tmp_path)
    witness, trouble = Witness(chat, crowd), Trouble(chat, crowd, random.Random(SEED))
    settings = environment(sandbox, newspaper, tmp_path, MESSAGES_PER_SECOND=str(RATE))
    run = Run(parent, settings, tmp_path, witness, patience=PATIENCE)
    newsroom = Newsroom(newspaper, dana, run.ledger)
    newspaper.publish("До начала")
    await trouble.brew(spare=())
    await run.start()
    assert await until(run.ledger.has_baseline, within=20), run.log

    for number in range(KILLS):
        match NEWS.get(number):
            case 0:
                newsroom.alert()
            case int(count):
                newsroom.publish(count)
        if number % LONG == LONG // 2:
            await asyncio.sleep(PATIENCE)
        await a_moment(dice, run, number in NEWS)
        await run.kill()
        await trouble.brew(spare={copy.chat_id for copy in run.in_danger})
        await run.start()
    await newsroom.all_told()
    await trouble.end()
    assert await until(newsroom.has_left, within=120, every=0.5), run.log[-5000:]
    await run.stop()

    copies = await witness.count([*newsroom.articles, *newsroom.alerts])
    ended = {row.copy: row for row in run.ledger.rows() if row.copy.chat_id in crowd}
    counts = Counts(crowd, newsroom.articles, newsroom.alerts, copies, ended, run.kills, trouble, witness)
    record_property("counts", counts.printed(time.monotonic() - began))
    counts.check(MOST_UNDER_WAY)


async def a_moment(dice: random.Random, run: Run, news: bool) -> None:
    """Wait for a moment to be killed at: news has just come, the bot starts, or so many messages have left."""
    if news:
        await until(lambda: run.ledger.filling() > 0, within=5, every=0.002)
        await asyncio.sleep(dice.uniform(0, 0.02))
    elif dice.random() < 0.25:
        await asyncio.sleep(dice.uniform(0, dice.choice((0.1, 0.3))))
    else:
        count = dice.choice((dice.randint(1, 60), dice.randint(60, 800)))
        await run.witness.until(await run.witness.look() + count, within=4)
        await asyncio.sleep(dice.uniform(0, 0.01))


@pytest.mark.timeout(120)
async def test_a_bot_started_as_people_start_it(
    sandbox: Sandbox, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    """The forked bots above are the real ones only if a bot of its own command line does the same."""
    crowd = await subscribe(chat, 500, tmp_path)
    witness = Witness(chat, crowd)
    ledger = Ledger(tmp_path / "newsbot.db")
    settings = environment(sandbox, newspaper, tmp_path, MESSAGES_PER_SECOND="200")

    async def start() -> asyncio.subprocess.Process:
        with (tmp_path / "bot.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=tmp_path, env=settings, stderr=log
            )

    await Trouble(chat, crowd, random.Random(SEED)).end()
    newspaper.publish("До начала")
    bot = await start()
    assert await until(ledger.has_baseline, within=40)
    newspaper.publish("Новость, выпуск 1.")
    assert await witness.until(150, within=20)
    bot.kill()
    assert await bot.wait() == -signal.SIGKILL
    bot = await start()
    assert await until(lambda: ledger.knows("Новость, выпуск 1.") and not ledger.unsettled(), within=60)
    bot.terminate()
    assert await bot.wait() == 0
    copies = await witness.count(["Новость, выпуск 1."])
    states = ledger.states()
    assert max(copies.values()) == 1
    assert copies.total() >= states["sent"] == len(crowd) - states["unknown"]
    assert 0 < states["unknown"] <= most_in_flight(200), (tmp_path / "bot.log").read_text()
