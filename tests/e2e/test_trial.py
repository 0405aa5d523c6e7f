"""A newsroom sees its own feed before it has a token: `newsbot preview`, and the address pasted on the page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import trial
from bot.config import Settings
from bot.sandbox.client import SandboxClient
from tests.newspaper import Newspaper

BODY = "<p>Первый абзац.</p><h2>Подробности</h2>" + "<p>Ещё один абзац о том же.</p>" * 5


@pytest.fixture
def own(newspaper: Newspaper) -> Settings:
    return Settings(_env_file=None, newsroom_name="Газета", allow_private_addresses=True, poll_interval=0.5)


@asynccontextmanager
async def running(
    command: Callable[[asyncio.Event], Coroutine[Any, Any, int]], capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[SandboxClient]:
    stop = asyncio.Event()
    task = asyncio.create_task(command(stop))
    told = ""
    async with asyncio.timeout(20):
        while not (found := re.search(r"Open +(http://127\.0\.0\.1:\d+)/", told)):
            assert not task.done(), "it ended at once"
            told += capsys.readouterr().err
            await asyncio.sleep(0.05)
    client = SandboxClient(found[1])
    try:
        yield client
    finally:
        await client.close()
        stop.set()
        assert await asyncio.wait_for(task, 20) == 0


async def test_a_feed_as_each_kind_of_reader_sees_it(
    own: Settings, newspaper: Newspaper, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1, 8):
        newspaper.publish(f"Новость номер {number}.", body=BODY)
    async with running(lambda stop: trial.preview(own, [newspaper.feed_url], 0, stop), capsys) as chat:
        for name, read in (("Иван", "Читать"), ("Айгүл", "оқу"), ("Emma", "Read")):
            reader = await chat.user(name)
            card = await reader.sees("Новость номер 7", within=20)
            await reader.taps(f"📖.*{read}", on=card)
            assert "rich_message" in await reader.sees("Подробности")
            assert not any("номер 2." in (one.get("caption") or "") for one in await reader.messages())
        plain = await chat.user(trial.PLAIN_READER)
        await plain.taps("📖", on=await plain.sees("Новость номер 7", within=20))
        assert "rich_message" not in await plain.sees("Подробности")


async def test_a_feed_in_a_file(
    own: Settings, newspaper: Newspaper, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newspaper.publish("Новость из файла")
    async with aiohttp.ClientSession() as session, session.get(newspaper.feed_url) as answer:
        (tmp_path / "лента №1.xml").write_bytes(await answer.read())
    path = str(tmp_path / "лента №1.xml")
    async with running(lambda stop: trial.preview(own, [path], 0, stop), capsys) as chat:
        await (await chat.user("Иван")).sees("Новость из файла", within=20)


async def test_nothing_to_show(own: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text("<html><body>Страница</body></html>")
    sources = [str(tmp_path / "page.html"), str(tmp_path / "nothing.xml")]
    assert await trial.preview(own, sources, 0, asyncio.Event()) == 1
    shown = capsys.readouterr()
    assert "the file can't be read" in shown.out
    assert "nothing to show" in shown.err


async def test_an_address_pasted_on_the_page(
    own: Settings, newspaper: Newspaper, capsys: pytest.CaptureFixture[str]
) -> None:
    newspaper.publish("Своя новость", body=BODY)
    async with running(lambda stop: trial.run(own, 0, stop), capsys) as chat:
        told = await chat.call("POST", "/feed", json={"url": newspaper.feed_url})
        assert "Своя новость" in told["text"]
        for name in ("Иван", "Айгүл", "Emma"):
            reader = await chat.user(name)
            await reader.taps("📖", on=await reader.sees("Своя новость", within=20))
            await reader.sees("Подробности")
        told = await chat.call("POST", "/feed", json={"url": newspaper.host + "/story/1"})
        assert told["problems"], "a page is no feed, and it says so"
