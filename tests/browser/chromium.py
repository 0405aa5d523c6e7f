"""Where the browser is, and why it can't be used when it can't."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

PATH = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OUTPUT = Path(__file__).parent.parent / "output"
"""Pictures of what the tests saw."""


def missing() -> str:
    """Why there can be no browser tests; empty when they can run."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is missing; `make .venv/.browser` installs it"
    if not Path(PATH).exists():
        return f"there is no Chromium at {PATH}; on Debian: apt-get install chromium"
    return ""


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=PATH, args=OPTIONS)
        yield running
        await running.close()
