"""Four senders, two web processes and two that read feeds on one PostgreSQL database, killed at random.

Nothing is lost, no article comes twice, breaking news at most twice, and all senders together keep the pace.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from bot.delivery.limiter import most_in_flight
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.readers import Mode
from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from storage import open_storage
from storage.opening import SqliteStorage
from tests.crash.editor import alerts
from tests.crash.ledger import Copy
from tests.crash.process import WarmBot, WarmParent, environment
from tests.crash.witness import SENDING, Witness
from tests.newspaper import Newspaper
from tests.postgres import Server

ROLES = ("sender",) * 4 + ("web",) * 2 + ("feeds",) * 2
READERS, RATE, KILLS = 300, 50, 16
ARTICLES = tuple(f"Новость, выпуск {number}." for number in range(1, 5))
ALERTS = ("Срочно, выпуск 1.", "Срочно, выпуск 2.")
SEED = 20261125
OVER = 1.05
"""So much of the rate may be met in a second."""


class Processes:
    """One of each role's places; a killed one is started again, as a supervisor would."""

    def __init__(self, parent: WarmParent, settings: dict[str, str], folder: Path, ports: list[int]) -> None:
        self._parent, self._settings, self._folder, self._ports = parent, settings, folder, ports
        self._running: dict[int, WarmBot] = {}

    async def start(self, place: int) -> None:
        folder = self._folder / f"{place}-{ROLES[place]}"
        folder.mkdir(exist_ok=True)
        settings = dict(self._settings)
        if ROLES[place] == "web":
            settings["HTTP_PORT"] = str(self._ports[place - ROLES.index("web")])
        else:
            del settings["WEBHOOK_URL"]
        self._running[place] = await self._parent.start(settings, folder, "--only", ROLES[place], patience=3.0)

    async def kill(self, place: int) -> None:
        await self._running.pop(place).kill()

    async def stop(self) -> None:
        for bot in self._running.values():
            bot.terminate()
        for place, bot in self._running.items():
            assert await bot.ends() == 0, f"{ROLES[place]}: {bot.log[-3000:]}"

    @property
    def log(self) -> str:
        return "\n".join(
            f"== {path.parent.name}\n{path.read_text()[-1500:]}" for path in self._folder.glob("*/bot.log")
        )


@asynccontextmanager
async def balancer(ports: list[int]) -> AsyncIterator[str]:
    """What stands before several web processes: each request to another one, or to the next when that is dead."""
    turn = 0

    async def forward(request: web.Request) -> web.Response:
        nonlocal turn
        body = await request.read()
        for _ in ports:
            turn += 1
            url = f"http://127.0.0.1:{ports[turn % len(ports)]}{request.path}"
            with suppress(ClientError, TimeoutError):
                async with session.post(url, data=body, headers=request.headers) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
        return web.Response(status=502)

    app = web.Application()
    app.router.add_post("/{path:.*}", forward)
    server = TestServer(app)
    await server.start_server()
    async with ClientSession() as session:
        yield f"http://127.0.0.1:{server.port}/updates"
    await server.close()


@asynccontextmanager
async def lag() -> AsyncIterator[list[float]]:
    """By how many seconds this process, the witness, was late at most."""
    worst = [0.0]

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            worst[0] = max(worst[0], time.monotonic() - before - 0.01)

    watching = asyncio.create_task(watch())
    yield worst
    watching.cancel()


async def subscribe(storage: SqliteStorage, crowd: range) -> None:
    now = datetime.now(UTC)
    for chat_id in crowd:
        await storage.readers.arrive(ChatId(chat_id), Language.RU, now)
        await storage.readers.set_everything(ChatId(chat_id), Mode.NOW, now)


class Announced:
    """Which alerts have been confirmed, as `tests.crash.editor.alerts` asks."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def announced(self, text: str) -> bool:
        return text in self._texts

    async def watch(self, storage: SqliteStorage) -> None:
        while True:
            async with storage.database.read() as transaction:
                rows = await transaction.rows("SELECT text FROM broadcasts WHERE confirmed_at IS NOT NULL")
            self._texts = {row[0] for row in rows}
            await asyncio.sleep(0.2)


async def number(storage: SqliteStorage, sql: str) -> int:
    async with storage.database.read() as transaction:
        return int(await transaction.value(sql))


@pytest.mark.timeout(300)
async def test_random_kills_of_any_of_them(
    postgres: Server,
    migrated: str,
    sandbox: Sandbox,
    newspaper: Newspaper,
    chat: SandboxClient,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    dice = random.Random(SEED)
    url = await asyncio.to_thread(lambda: postgres.database(template=migrated))
    storage = await open_storage(url)
    assert isinstance(storage, SqliteStorage)
    first = await chat.crowd(READERS)
    crowd = range(first, first + READERS)
    await subscribe(storage, crowd)
    editor = await chat.user("Дана")
    newspaper.publish("До начала", photo=False)
    ports = [unused_port(), unused_port()]
    async with balancer(ports) as hook, WarmParent() as parent, lag() as late:
        settings = environment(
            sandbox, newspaper, tmp_path, DATABASE_URL=url, WEBHOOK_URL=hook, MESSAGES_PER_SECOND=str(RATE)
        )
        processes = Processes(parent, settings, tmp_path, ports)
        for place in range(len(ROLES)):
            await processes.start(place)
        async with asyncio.timeout(60):
            while not await number(storage, "SELECT count(*) FROM feeds WHERE baseline_at IS NOT NULL"):
                await asyncio.sleep(0.2)
        began, killed = time.monotonic(), Counter[str]()
        news = [*ARTICLES, *ALERTS]
        announced, telling = Announced(), list[asyncio.Task[None]]()
        watching = asyncio.create_task(announced.watch(storage))
        for kill in range(KILLS):
            if kill % 3 == 0 and news:
                told = news.pop(0 if kill % 2 else -1)
                if told in ARTICLES:
                    newspaper.publish(told, photo=False)
                else:
                    telling.append(asyncio.create_task(alerts(editor, told, announced)))
            await asyncio.sleep(dice.uniform(0.2, 2.5))
            place = dice.randrange(len(ROLES))
            await processes.kill(place)
            killed[ROLES[place]] += 1
            await asyncio.sleep(dice.uniform(0, 1))
            await processes.start(place)
        assert not news
        await asyncio.gather(*telling)
        watching.cancel()
        deliveries = (len(ARTICLES) + len(ALERTS)) * READERS
        open_ones = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"
        async with asyncio.timeout(150):
            while await number(storage, "SELECT count(*) FROM deliveries") < deliveries or await number(
                storage, open_ones
            ):
                await asyncio.sleep(0.5)
        took = time.monotonic() - began
        await processes.stop()
    witness = Witness(chat, crowd)
    copies = await witness.count([*ARTICLES, *ALERTS])
    async with storage.database.read() as transaction:
        states = {
            (row[0], row[1]): row[2]
            for row in await transaction.rows("SELECT class, state, count(*) FROM deliveries GROUP BY class, state")
        }
    await storage.close()
    calls = [call for call in await chat.journal() if call["method"] in SENDING and call["chat_id"] in crowd]
    busiest = most_in_a_second([call["time"] for call in calls])
    times = {told: dict(Counter(copies[Copy(reader, told)] for reader in crowd)) for told in [*ARTICLES, *ALERTS]}
    record_property(
        "counts",
        f"{sum(killed.values())} kills in {took:.0f} s: {dict(killed)}; {len(calls)} messages to {READERS} readers, "
        f"{busiest} in the busiest second of {RATE} allowed (the witness was late by {late[0] * 1000:.0f} ms at most)\n"
        f"copies: {times}\nended: {states}",
    )
    for told in ALERTS:
        got = [copies[Copy(reader, told)] for reader in crowd]
        assert min(got) >= 1, processes.log
        assert max(got) <= 2
    unknown = states.get((2, "unknown"), 0) + states.get((3, "unknown"), 0)
    got = [copies[Copy(reader, told)] for told in ARTICLES for reader in crowd]
    assert max(got) == 1, "no article comes twice"
    assert got.count(0) <= unknown <= killed["sender"] * most_in_flight(RATE)
    assert busiest <= RATE * OVER * (1 + late[0])


def most_in_a_second(moments: list[float]) -> int:
    ordered, first, most = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most
