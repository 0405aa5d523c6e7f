"""The pictures of docs/pictures, taken from the running program: `python -m tests.browser.pictures`.

Starts `newsbot run` with its demo newsroom, lives there for two minutes as three readers and an editor, with a crowd of
silent readers that came in the course of a month, and keeps what one sees. Needs Chromium and, for letters and signs as
in the pictures that are there, the fonts Roboto, Noto Color Emoji and Noto Sans Symbols 2.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from bot.model.ids import ChatId
from bot.model.language import Language
from bot.sandbox.client import SandboxClient
from bot.sandbox.newsroom import DATA
from storage import open_storage
from tests.browser.chromium import browser

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PORT = 8099
PATIENCE = 60_000
"""Milliseconds; articles come every few seconds, each time in another language."""
QUALITY = 82
GAP = 24
DESK, PHONE = (1200, 760), (390, 720)
FIRST, CROWD, PACE = 900_000_000, 1_500, 100
"""Silent readers, and messages a second: the bar moves for some fifteen seconds."""


@asynccontextmanager
async def newsbot() -> AsyncIterator[str]:
    """The program as a newcomer starts it, but with a crowd of readers."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/newsbot.db"
        await remember(database)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "UNDO_SECONDS": "0",
            "MESSAGES_PER_SECOND": str(PACE),
            "DATABASE_URL": database,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            "--port",
            str(PORT),
            cwd=folder,
            env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr
        while b"Open" not in (line := await process.stderr.readline()):
            assert line, "newsbot run ended at once"
        try:
            yield line.decode().split()[1].rstrip("/")
        finally:
            process.terminate()
            await process.wait()


async def opened(running: Any, url: str, name: str, size: tuple[int, int], theme: str) -> Any:
    context = await running.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        device_scale_factor=1.5,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="Asia/Almaty",
    )
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(url)
    await page.locator("#notice-close").click()
    await page.get_by_role("navigation").get_by_role("link", name=name).click()
    return page


async def starts(page: Any) -> None:
    await page.get_by_role("button", name="START", exact=True).click()
    await page.locator(".key").first.wait_for()


async def shot(page: Any) -> Image.Image:
    await page.mouse.move(0, 0)
    await page.locator("#toast.shown").wait_for(state="detached")
    await page.wait_for_function("() => [...document.images].every((one) => one.complete)")
    return Image.open(io.BytesIO(await page.screenshot())).convert("RGB")


async def reader(running: Any, url: str, name: str, sections: str, size: tuple[int, int], theme: str) -> Any:
    """Somebody who has chosen sections in their own language and saved the newest article of them."""
    page = await opened(running, url, name, size, theme)
    await starts(page)
    for section in sections.split():
        await key(page, section).click()
        await key(page, f"✅ {section}").wait_for()
    await key(page, "📰").click()
    await page.locator(".message img").first.wait_for()
    await key(page, "🔖").click()
    await page.locator(".message:has(img) .key", has_text="✅").last.wait_for()
    return page


async def reading(running: Any, url: str) -> list[Image.Image]:
    """An article as a card, as a whole, and its photos."""
    page = await opened(running, url, "Emma", PHONE, "light")
    await starts(page)
    await says(page, "/search derby")
    await key(page, "📰 1").click()
    await key(page, "🖼").wait_for()
    card = await shot(page)
    await key(page, "📖 Read here").click()
    slides = page.get_by_role("button", name="Next")
    await slides.first.wait_for()
    await slides.last.evaluate("(one) => one.closest('.message').scrollIntoView({ block: 'end' })")
    whole = await shot(page)
    await key(page, "🖼").click()
    await page.locator(".message").last.locator("text=1 / 4").wait_for()
    await page.locator("#messages").evaluate("(box) => { box.scrollTop = box.scrollHeight; }")
    gallery = await shot(page)
    await page.context.close()
    return [card, whole, gallery]


async def editor(running: Any, url: str) -> tuple[list[Image.Image], list[Image.Image]]:
    """Breaking news: its preview, the bar, the tally. And /stats, then /admin and /feeds."""
    page = await opened(running, url, "Дана", PHONE, "light")
    await starts(page)
    await says(page, "/breaking")
    await page.locator(".above-line").wait_for()
    await page.set_input_files("#files", DATA / "photos" / "steppe.jpg")
    await says(page, "Штормовое предупреждение: завтра в области ветер до 30 м/с. Школы работают онлайн.")
    await key(page, "🚀").wait_for()
    breaking = [await shot(page)]
    await key(page, "🚀").click()
    await page.locator(".message", has_text="▰▰▰▰▰").wait_for()
    breaking.append(await shot(page))
    await page.locator(".message", has_text="✅ Готово").wait_for()
    breaking.append(await shot(page))
    await says(page, "/stats")
    await page.locator(".message", has_text="За неделю").last.wait_for()
    await page.locator(".message:has(img)").last.evaluate("(one) => one.scrollIntoView({ block: 'start' })")
    newsroom = [await shot(page)]
    await page.get_by_role("button", name="To the newest message").click()
    for command, seen in (("/admin", "Журнал действий"), ("/feeds", "Выгрузить OPML")):
        await says(page, command)
        await page.locator(".message", has_text=seen).last.wait_for()
    newsroom.append(await shot(page))
    await page.context.close()
    return breaking, newsroom


def key(page: Any, words: str) -> Any:
    return page.locator(".key", has_text=words).last


async def says(page: Any, words: str) -> None:
    field = page.get_by_role("combobox", name="Message")
    await field.fill(words)
    await field.press("Enter")


async def remember(database: str) -> None:
    """A crowd that came in the course of a month. Before the bot runs: it lets nobody else into its database."""
    storage = await open_storage(database)
    now = datetime.now(UTC)
    for number in range(CROWD):
        when = now - timedelta(days=29 * (1 - number / CROWD) ** 2)
        language = (Language.RU, Language.KK, Language.RU, Language.EN)[number % 4]
        await storage.readers.arrive(ChatId(FIRST + number), language, when)
    await storage.close()


def keep(name: str, *pictures: Image.Image) -> None:
    """Side by side, on nothing."""
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    whole = Image.new("RGBA", (width, pictures[0].height))
    at = 0
    for picture in pictures:
        whole.paste(picture, (at, 0))
        at += picture.width + GAP
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.webp"
    whole.save(path, quality=QUALITY, method=6)
    print(f"{path}  {path.stat().st_size // 1024} KB")


async def main() -> None:
    async with newsbot() as url, browser() as running:
        aigul, ivan = await asyncio.gather(
            reader(running, url, "Айгүл", "Саясат Қоғам", (390, 844), "dark"),
            reader(running, url, "Иван", "Общество Политика", DESK, "light"),
        )
        keep("sandbox", await shot(ivan))
        keep("reading", *await reading(running, url))
        chat = SandboxClient(url)
        assert await chat.crowd(CROWD, blocked=0.02) == FIRST
        await chat.close()
        breaking, newsroom = await editor(running, url)
        keep("breaking", *breaking)
        keep("newsroom", *newsroom)
        phone = await opened(running, url, "Иван", (390, 844), "light")
        await phone.locator(".message", has_text="Штормовое").last.wait_for()
        keep("sandbox-phone", await shot(aigul), await shot(phone))


if __name__ == "__main__":
    asyncio.run(main())
