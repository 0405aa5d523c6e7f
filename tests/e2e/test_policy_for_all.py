"""What Telegram says that concerns the whole bot: it is revoked, frozen, flooded, out of order, or another one's."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.limiter import most_in_flight
from bot.sandbox.client import SandboxClient, said
from tests.crowd import subscribe
from tests.e2e.policy_rows import refusal
from tests.e2e.policy_trials import Record, until
from tests.newspaper import Newspaper

Json = dict[str, Any]
SENDING = ("sendMessage", "sendPhoto")
PACE = 100
MOST_IN_FLIGHT = most_in_flight(PACE)
MANY = 150
"""Readers: enough that not all of them fit in flight."""


class Crowd:
    """Readers of everything, in the sandbox and in the database."""

    def __init__(self, chat: SandboxClient, newspaper: Newspaper, record: Record, start_bot: Any, folder: Path) -> None:
        self._chat, self._newspaper, self._start_bot, self._folder = chat, newspaper, start_bot, folder
        self.record = record

    async def gather(self, count: int) -> None:
        self.ids = await subscribe(self._chat, count, self._folder)
        self._newspaper.publish("До начала")
        await self.restart()

    async def restart(self) -> None:
        self.bot = await self._start_bot(messages_per_second=PACE)

    async def meets(self, fault: Json, *, times: int | None = None, after: int = 0) -> None:
        """Every call that sends a message is answered so, after the first few."""
        for method in SENDING:
            await self._chat.fault(method, fault, times=times, after=after)

    async def is_spared(self) -> None:
        await self._chat.call("DELETE", "/faults")

    async def calls(self) -> list[Json]:
        """Those that sent, or tried to send, a message to a reader."""
        return [
            call for call in await self._chat.journal() if call["method"] in SENDING and call["chat_id"] in self.ids
        ]

    async def refused(self) -> list[Json]:
        return [call for call in await self.calls() if not call["ok"]]

    async def copies(self, headline: str) -> Counter[int]:
        """How many readers have the article how often."""
        counted: Counter[int] = Counter()
        for reader in self.ids:
            chat = await self._chat.call("GET", f"/users/{reader}/messages")
            counted[sum(headline in said(message) for message in chat["messages"])] += 1
        return counted

    def states(self) -> dict[str, int]:
        return dict(self.record.ask("SELECT state, count(*) FROM deliveries GROUP BY state"))

    async def settles(self, headline: str) -> None:
        await until(lambda: self.record.quiet({headline}), within=60)


@pytest.fixture
def crowd(chat: SandboxClient, newspaper: Newspaper, start_bot: Any, tmp_path: Path) -> Crowd:
    return Crowd(chat, newspaper, Record(tmp_path / "newsbot.db"), start_bot, tmp_path)


@pytest.mark.parametrize(
    "says",
    [
        refusal(401, "Unauthorized"),
        refusal(401, "Unauthorized: invalid token specified"),
        refusal(404, "Not Found"),
        refusal(400, "Bad Request: FROZEN_METHOD_INVALID"),
    ],
    ids=lambda fault: fault["error"]["description"],
)
async def test_a_bot_that_may_send_no_more_stops(crowd: Crowd, newspaper: Newspaper, capfd, says: Json) -> None:
    """It loses nobody and nothing: with a good token it goes on where it was."""
    await crowd.gather(MANY)
    await crowd.meets(says, after=20)
    newspaper.publish("Новость", photo=False)
    assert await asyncio.wait_for(crowd.bot.task, 30) == 2
    printed = capfd.readouterr().err
    frozen = "FROZEN" in says["error"]["description"]
    assert ("newsbot: Telegram has frozen this bot" if frozen else "newsbot: BOT_TOKEN") in printed
    assert "Traceback" not in printed
    assert set(crowd.states()) <= {"sent", "pending"}
    assert crowd.record.unreachable() == set()
    assert len(await crowd.refused()) <= MOST_IN_FLIGHT
    await crowd.is_spared()
    await crowd.restart()
    await crowd.settles("Новость")
    assert await crowd.copies("Новость") == {1: MANY}


async def test_flood_control_of_all_chats(crowd: Crowd, newspaper: Newspaper) -> None:
    """When several chats meet it nobody is sent to for the time told, and then one call finds out."""
    await crowd.gather(MANY)
    await crowd.meets(refusal(429, "Too Many Requests: retry after 2", retry_after=2))
    newspaper.publish("Новость", photo=False)
    async with asyncio.timeout(40):
        while len(pauses(await crowd.refused())) < 3:
            await asyncio.sleep(0.2)
    refused = await crowd.refused()
    await crowd.is_spared()
    # The calls that were under way together met it together; from then on each waits for the one before.
    together = next(number for number, call in enumerate(refused) if call in pauses(refused))
    assert together <= MOST_IN_FLIGHT
    assert refused[together:] == pauses(refused), "a call left while everybody was to wait"
    for reader in crowd.ids:
        times = [call["time"] for call in refused if call["chat_id"] == reader]
        assert all(later - earlier >= 2 for earlier, later in itertools.pairwise(times))
    await crowd.settles("Новость")
    assert crowd.states() == {"sent": MANY}
    assert await crowd.copies("Новость") == {1: MANY}


def pauses(calls: list[Json]) -> list[Json]:
    """Those that came a second or more after the one before."""
    return [later for earlier, later in itertools.pairwise(calls) if later["time"] - earlier["time"] >= 0.99]


@pytest.mark.parametrize("code", [500, 502, 503])
async def test_an_outage(crowd: Crowd, newspaper: Newspaper, code: int) -> None:
    """Each call may cost a reader the article, so only those that were under way and a few that find out are made."""
    await crowd.gather(MANY)
    await crowd.meets(refusal(code, "Internal Server Error" if code == 500 else "Bad Gateway"))
    newspaper.publish("Новость", photo=False)
    async with asyncio.timeout(30):
        while not await crowd.refused():
            await asyncio.sleep(0.05)
    await asyncio.sleep(3)
    await crowd.is_spared()
    await crowd.settles("Новость")
    lost = len(await crowd.refused())
    assert lost <= MOST_IN_FLIGHT
    assert crowd.states() == {"sent": MANY - lost, "unknown": lost}
    assert await crowd.copies("Новость") == {0: lost, 1: MANY - lost}


async def nobody_is_known(crowd: Crowd, chat: SandboxClient) -> None:
    for method in SENDING:
        for reader in crowd.ids:
            await chat.fault(method, refusal(400, "Bad Request: chat not found"), times=None, chat_id=reader)


async def test_a_token_of_another_bot(crowd: Crowd, newspaper: Newspaper, chat: SandboxClient) -> None:
    """Telegram knows none of the chats: the calls end, nobody is dropped, and with the right token all goes on."""
    await crowd.gather(60)
    await nobody_is_known(crowd, chat)
    newspaper.publish("Новость", photo=False)
    async with asyncio.timeout(30):
        while len(await crowd.refused()) < 30:
            await asyncio.sleep(0.1)
    await crowd.bot.stops()
    assert len(await crowd.calls()) < 60
    assert crowd.states() == {"pending": 60}
    assert crowd.record.unreachable() == set()
    await crowd.is_spared()
    crowd.record.let_time_pass()
    await crowd.restart()
    await crowd.settles("Новость")
    assert await crowd.copies("Новость") == {1: 60}


async def test_editors_hear_of_a_token_of_another_bot(crowd: Crowd, newspaper: Newspaper, chat: SandboxClient) -> None:
    await crowd.gather(60)
    dana, ivan = await chat.user("Дана"), await chat.user("Иван")
    await dana.sends("/start")
    await dana.sees("Газета")
    await nobody_is_known(crowd, chat)
    newspaper.publish("Новость", photo=False)
    await dana.sees("Telegram не знает почти никого из читателей", within=10)
    await ivan.sends("/start")
    await ivan.sees("Газета")


async def test_a_token_of_another_bot_over_several_starts(
    crowd: Crowd, newspaper: Newspaper, chat: SandboxClient
) -> None:
    await crowd.gather(60)
    await nobody_is_known(crowd, chat)
    newspaper.publish("Новость", photo=False)
    for start in range(1, 5):
        async with asyncio.timeout(30):
            while len(await crowd.refused()) < 30 * start:
                await asyncio.sleep(0.1)
        await crowd.bot.stops()
        assert crowd.record.unreachable() == set(), f"dropped by start {start}"
        crowd.record.let_time_pass()
        await crowd.restart()
