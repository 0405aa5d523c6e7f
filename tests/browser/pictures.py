"""The pictures of docs/pictures, taken from the running program: `python -m tests.browser.pictures`.

Starts `newsbot run` with its demo newsroom, lives there for a minute as three readers and an editor, and keeps what one
sees. Needs Chromium and, for letters as in the pictures that are there, the fonts Roboto and Noto Color Emoji.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser.chromium import browser

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PORT = 8099
PATIENCE = 120_000
"""Milliseconds; articles come every few seconds, each time in another language."""
QUALITY = 82
GAP = 24


@asynccontextmanager
async def newsbot() -> AsyncIterator[str]:
    """The program as a newcomer starts it, with no settings at all."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "UNDO_SECONDS": "0"}
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
    await page.get_by_role("navigation").get_by_role("link", name=name).click()
    return page


async def starts(page: Any) -> None:
    await page.get_by_role("button", name="START", exact=True).click()
    await page.locator(".key").first.wait_for()


async def shot(page: Any) -> Image.Image:
    await page.mouse.move(0, 0)
    await page.locator("#toast.shown").wait_for(state="detached")
    await page.wait_for_function("() => [...document.images].every((one) => one.complete)")
    picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    await page.context.close()
    return picture


async def reader(running: Any, url: str, name: str, sections: str, size: tuple[int, int], theme: str) -> Any:
    """Somebody who has chosen sections in their own language and saved the first article."""
    page = await opened(running, url, name, size, theme)
    await starts(page)
    for section in sections.split():
        await page.locator(".key").get_by_text(section, exact=True).click()
        await page.locator(".key").get_by_text(f"✅ {section}").wait_for()
    await page.locator(".message img").first.wait_for()
    await page.locator(".key", has_text="🔖").last.click()
    await page.locator(".key", has_text="✅").last.wait_for()
    return page


async def editor(running: Any, url: str, size: tuple[int, int], theme: str) -> Any:
    page = await opened(running, url, "Дана", size, theme)
    await starts(page)
    field = page.get_by_role("combobox", name="Message")
    await field.fill("/breaking Штормовое предупреждение: завтра в области ветер до 30 м/с. Школы работают онлайн.")
    await field.press("Enter")
    await page.locator(".key", has_text="🚀").wait_for()
    return page


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
        desk, phone = (1200, 760), (390, 844)
        aigul, ivan = await asyncio.gather(
            reader(running, url, "Айгүл", "Саясат Қоғам", phone, "dark"),
            reader(running, url, "Иван", "Общество Политика", desk, "light"),
        )
        dana = await editor(running, url, phone, "light")
        keep("sandbox", await shot(ivan))
        keep("sandbox-phone", await shot(aigul), await shot(dana))


if __name__ == "__main__":
    asyncio.run(main())
