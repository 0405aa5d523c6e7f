"""A crash between the moment at which Telegram forgets an update and the end of its handling: nothing that people typed
is lost, by either way of receiving."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.sandbox.client import SandboxClient, SandboxUser
from bot.sandbox.server import Sandbox
from tests.crash.process import WarmParent, environment
from tests.crash.run import until
from tests.newspaper import Newspaper

PEOPLE = 20


def settings_of(way: str) -> dict[str, str]:
    if way == "polling":
        return {}
    port = unused_port()
    return {"WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "HTTP_PORT": str(port)}


async def helped(person: SandboxUser) -> int:
    return sum("/categories — " in message.get("text", "") for message in await person.messages())


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_what_was_confirmed_and_not_answered_is_answered_after_a_kill(
    way: str, parent: WarmParent, sandbox: Sandbox, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    newspaper.publish("До начала")
    settings = environment(sandbox, newspaper, tmp_path, MESSAGES_PER_SECOND="300", **settings_of(way))
    people = [await chat.new_user(f"Читатель {n}", started=True) for n in range(PEOPLE)]
    bot = await parent.start(settings, tmp_path)
    for person in people:
        await person.sends("/start")
        await person.sees("Газета|Newsbot", within=20)
    # From now on every answer takes longer than the bot lives.
    await chat.fault("sendMessage", {"delay": 60.0}, times=None)
    for person in people:
        await person.sends("/help")

    def stored() -> int:
        with sqlite3.connect(f"file:{tmp_path}/newsbot.db?mode=ro", uri=True) as database:
            number = database.execute("SELECT count(*) FROM updates WHERE handled_at IS NULL").fetchone()[0]
        database.close()
        return int(number)

    assert await until(lambda: stored() == PEOPLE, within=20), bot.log
    async with asyncio.timeout(20):
        while (await chat.call("GET", "/state"))["pending_updates"]:
            await asyncio.sleep(0.05)
    await bot.kill()
    assert [await helped(person) for person in people] == [0] * PEOPLE
    await chat.clear_faults()
    bot = await parent.start(settings, tmp_path)
    for person in people:
        await person.sees("/categories — ", within=20)
    assert await until(lambda: stored() == 0, within=20), bot.log
    assert [await helped(person) for person in people] == [1] * PEOPLE
    bot.terminate()
    assert await bot.ends() == 0, bot.log


async def test_kills_while_people_write(
    parent: WarmParent, sandbox: Sandbox, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    """By webhook, ten kills at any moments: every word is answered, whatever it met."""
    newspaper.publish("До начала")
    await chat.settings(webhook_first_pause=0.1)
    settings = environment(sandbox, newspaper, tmp_path, MESSAGES_PER_SECOND="300", **settings_of("webhook"))
    people = [await chat.new_user(f"Читатель {n}", started=True) for n in range(PEOPLE)]
    asked = dict.fromkeys((person.id for person in people), 0)
    for round_number in range(10):
        bot = await parent.start(settings, tmp_path)
        deadline = asyncio.get_running_loop().time() + 0.7 + 0.15 * round_number
        while asyncio.get_running_loop().time() < deadline:
            person = people[sum(asked.values()) % PEOPLE]
            asked[person.id] += 1
            await person.sends("/help")
            await asyncio.sleep(0.01)
        await bot.kill()
    bot = await parent.start(settings, tmp_path)
    async with asyncio.timeout(60):
        for person in people:
            # One who was answered just before a kill may read it twice.
            while await helped(person) < asked[person.id]:
                await asyncio.sleep(0.1)
    again = sum([await helped(person) for person in people]) - sum(asked.values())
    assert again <= 10 * PEOPLE
    bot.terminate()
    assert await bot.ends() == 0, bot.log
