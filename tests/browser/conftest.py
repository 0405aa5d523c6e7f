"""The page in a real browser, with the real bot behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.client import SandboxClient
from bot.sandbox.newsroom import DATA, Newsroom
from bot.sandbox.server import Sandbox
from tests.browser.chromium import OUTPUT, browser, missing
from tests.browser.showcase import Showcase
from tests.newspaper import Newspaper

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

if missing():
    # One line instead of one for each test; test_there.py tells it.
    collect_ignore_glob = ["test_[!t]*.py"]

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
CUT_OFF = """() => [...document.querySelectorAll(".keyboard .key-words")]
    .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""
PATIENCE = 30_000
"""Milliseconds until something that should come is given up; a busy machine needs some."""


class IllustratedNewspaper(Newspaper):
    """With the demo newsroom's photos: `photo="/photo/bridge.jpg"`."""

    async def _photo(self, request: web.Request) -> web.Response:
        path = DATA / "photos" / request.match_info["name"]
        if not path.exists():
            return await super()._photo(request)
        return web.Response(body=path.read_bytes(), content_type="image/jpeg")


@pytest.fixture
async def newspaper() -> AsyncIterator[Newspaper]:
    newspaper = IllustratedNewspaper()
    await newspaper.open()
    yield newspaper
    await newspaper.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo newsroom is there for its pages and photos, but publishes nothing new."""
    async with Sandbox(flood_control=False, newsroom=Newsroom(interval=86_400)) as sandbox:
        yield sandbox


@pytest.fixture
async def showcase(sandbox: Sandbox, chat: SandboxClient) -> AsyncIterator[Showcase]:
    async with aiohttp.ClientSession() as session:
        yield Showcase(sandbox.url, sandbox.token, chat, session)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as running:
        yield running


@dataclass
class ChatPage:
    """The page as one sees it. Buttons and messages are found by what screen readers are told."""

    page: Page
    url: str
    name: str
    complaints: list[str] = field(default_factory=list)

    async def goes(self, where: str = "") -> None:
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.url}/{where}")
        await self.page.wait_for_selector("html[data-ready]")

    async def opens(self, person: str) -> None:
        back = self.page.get_by_role("button", name="Back to the people")
        if await back.is_visible():
            await back.click()
        await self.page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{person}")).click()
        await self.page.get_by_role("main").wait_for()

    def message(self, words: str) -> Locator:
        """The newest message with these words."""
        return self.page.get_by_role("article").filter(has_text=words).last

    async def sees(self, words: str) -> Locator:
        found = self.message(words)
        await found.wait_for()
        return found

    def button(self, name: str) -> Locator:
        """The newest button of the bot that begins so; with $ at its end, that is called so."""
        exact = re.compile(rf"^\s*{re.escape(name.removesuffix('$'))}\s*$")
        return self.page.locator(".key").filter(has_text=exact if name.endswith("$") else name).last

    async def taps(self, name: str) -> None:
        await self.button(name).click()

    async def changes(self, name: str, into: str) -> None:
        """Tap a button that is another one afterwards, in the same place."""
        await self.taps(name)
        await self.button(into).wait_for()

    async def whole(self, where: str) -> None:
        """Nothing is wider than the screen, and no button is cut off."""
        assert await self.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), where
        cut = await self.page.evaluate(CUT_OFF)
        assert not cut, f"{where}: {cut}"

    async def writes(self, text: str) -> None:
        field = self.page.get_by_role("combobox", name="Message")
        await field.fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def notices(self, words: str) -> None:
        await self.page.locator("#toast.shown", has_text=words).wait_for()

    async def settles(self) -> None:
        """Until every picture in sight is there."""
        await self.page.wait_for_function(
            """() => [...document.images].every((one) => one.complete || one.loading === "lazy")
                && !document.getAnimations().some((one) => one.playState === "running"
                    && one.effect.getTiming().iterations !== Infinity)"""
        )

    async def keeps(self, what: str, *, whole: bool = False) -> None:
        """A picture for people to look at."""
        OUTPUT.mkdir(exist_ok=True)
        await self.page.evaluate("() => document.getElementById('toast')?.classList.remove('shown')")
        await self.settles()
        await self.page.screenshot(path=OUTPUT / f"{what}-{self.name}.png", full_page=whole)


PageOpener = Callable[..., Awaitable[ChatPage]]


@asynccontextmanager
async def start_page(
    chromium: Browser, url: str, size: str = "desktop", theme: str = "light", *, motion: bool = False, where: str = ""
) -> AsyncIterator[ChatPage]:
    """Afterwards nothing may have been asked of anybody else, and the browser may not have complained."""
    width, height = SIZES[size]
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="no-preference" if motion else "reduce",
        locale="en-US",
        timezone_id="Asia/Almaty",
        has_touch=size == "phone",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    seen = ChatPage(page, url, f"{size}-{theme}")
    page.on("console", lambda told: seen.complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda asked: seen.complaints.append(asked.url) if _elsewhere(asked.url, url) else None)
    await seen.goes(where)
    yield seen
    await context.close()
    assert not seen.complaints, seen.complaints


@pytest.fixture
async def open_page(chromium: Browser, sandbox: Sandbox) -> AsyncIterator[PageOpener]:
    """Opens `start_page` of the sandbox, as often as wanted."""
    async with AsyncExitStack() as opened:

        async def open_page(size: str = "desktop", theme: str = "light", **more: Any) -> ChatPage:
            return await opened.enter_async_context(start_page(chromium, sandbox.url, size, theme, **more))

        yield open_page


def _elsewhere(url: str, own: str) -> bool:
    return not url.startswith((own, "data:", "blob:", "about:"))
