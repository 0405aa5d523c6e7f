"""A newsroom sees its own feed: its address pasted on the page, and `newsbot preview` with a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot import trial
from bot.config import Settings
from tests.browser.conftest import ChatPage, start_page
from tests.browser.test_accessibility import audited
from tests.browser.test_reading import BODY
from tests.newspaper import Newspaper

if TYPE_CHECKING:
    from playwright.async_api import Browser


@pytest.fixture
def own() -> Settings:
    return Settings(_env_file=None, newsroom_name="Газета", allow_private_addresses=True, poll_interval=0.5)


@asynccontextmanager
async def running(
    command: Callable[[asyncio.Event], Coroutine[Any, Any, int]], capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[str]:
    """The address that the command tells."""
    stop = asyncio.Event()
    task = asyncio.create_task(command(stop))
    told = ""
    async with asyncio.timeout(30):
        while not (found := re.search(r"Open +(http://127\.0\.0\.1:\d+)/", told)):
            assert not task.done(), "it ended at once"
            told += capsys.readouterr().err
            await asyncio.sleep(0.05)
    yield found[1]
    stop.set()
    assert await asyncio.wait_for(task, 20) == 0


@pytest.fixture
def bridge(newspaper: Newspaper) -> None:
    newspaper.publish(
        "В Акжаре открыли новый мост через реку Талды",
        "Общество",
        photo="/photo/bridge.jpg",
        caption="Мост через Талды в день открытия",
        credit="Фото: Акимат Акжара",
        body=BODY,
    )


@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
async def test_an_address_is_pasted_and_cards_come(
    own: Settings,
    bridge: None,
    newspaper: Newspaper,
    chromium: Browser,
    capsys: pytest.CaptureFixture[str],
    size: str,
    theme: str,
) -> None:
    async with (
        running(lambda stop: trial.run(own, 0, stop), capsys) as url,
        start_page(chromium, url, size, theme) as page,
    ):
        await page.page.get_by_text("See your own feed").click()
        await page.page.get_by_label("Address of a feed").fill(newspaper.feed_url)
        await page.page.get_by_role("button", name="Show", exact=True).click()
        shown = page.page.get_by_role("dialog", name="See your own feed")
        await shown.get_by_text("В Акжаре открыли новый мост").first.wait_for()
        await page.keeps("40-own-feed")
        await audited(page, "what was found in the feed")
        await page.page.keyboard.press("Escape")
        for reader, read in (("Иван", "📖 Читать здесь"), ("Айгүл", "📖 Осында оқу"), ("Emma", "📖 Read here")):
            await opened(page, reader, read)


@pytest.mark.parametrize(("size", "theme"), [("phone", "light"), ("desktop", "dark")])
async def test_a_file_is_previewed(
    own: Settings,
    bridge: None,
    newspaper: Newspaper,
    chromium: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    size: str,
    theme: str,
) -> None:
    path = tmp_path / "лента.xml"
    async with aiohttp.ClientSession() as session, session.get(newspaper.feed_url) as answer:
        path.write_bytes(await answer.read())
    command = lambda stop: trial.preview(own, [str(path)], 0, stop)  # noqa: E731
    async with running(command, capsys) as url, start_page(chromium, url, size, theme) as page:
        await opened(page, "Иван", "📖 Читать здесь")
        await page.keeps("41-preview-of-a-file")
        await page.opens(trial.PLAIN_READER)
        await page.button("📖 Читать здесь").wait_for()


async def opened(page: ChatPage, reader: str, read: str) -> None:
    """The card is there, and all of the article."""
    await page.opens(reader)
    card = await page.sees("открыли новый мост")
    await card.get_by_role("img").first.wait_for()
    await page.taps(read)
    await page.sees("Раньше в половодье")
