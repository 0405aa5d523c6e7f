"""Fixtures for tests that run the whole bot against the sandbox: a newspaper, the sandbox, and the bot itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

# Imported where they are used, so that a unit test does not wait for aiohttp and aiogram.
if TYPE_CHECKING:
    from bot.config import Settings
    from bot.sandbox.client import SandboxClient
    from bot.sandbox.server import Sandbox
    from tests.newspaper import Newspaper
    from tests.postgres import Server

SQLITE, POSTGRES = "sqlite", "postgres"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=(SQLITE, POSTGRES), default=SQLITE, help="that the whole bot runs on in tests")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server; skips the test where none is installed, but not in CI."""
    from tests.postgres import server, skipped_unless_installed

    skipped_unless_installed()
    with server() as started:
        yield started


@pytest.fixture(scope="session")
def migrated(postgres: Server) -> str:
    """The name of a database of this version, to be copied."""
    from storage import open_storage

    async def make(url: str) -> None:
        await (await open_storage(url)).close()

    url = postgres.database()
    asyncio.run(make(url))
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of the engine that --engine names."""
    if request.config.getoption("--engine") == SQLITE:
        return f"sqlite:///{tmp_path}/newsbot.db"
    server: Server = request.getfixturevalue("postgres")
    return server.database(template=request.getfixturevalue("migrated"))


@pytest.fixture
def sqlite_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """For tests that look into the database's file: skipped on the other engine."""
    if request.config.getoption("--engine") != SQLITE:
        pytest.skip("it looks into SQLite's file")
    return tmp_path / "newsbot.db"


@pytest.fixture
async def newspaper() -> AsyncIterator[Newspaper]:
    from tests.newspaper import Newspaper

    newspaper = Newspaper()
    await newspaper.open()
    yield newspaper
    await newspaper.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    from bot.sandbox.server import Sandbox

    sandbox = Sandbox(flood_control=False)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def chat(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    from bot.sandbox.client import SandboxClient

    client = SandboxClient(sandbox.url)
    yield client
    await client.close()


@dataclass
class RunningBot:
    """One run of the bot inside the test's own process."""

    settings: Settings
    stop: asyncio.Event
    task: asyncio.Task[int]

    async def stops(self) -> int:
        self.stop.set()
        return await asyncio.wait_for(self.task, 15)


@pytest.fixture
def settings(sandbox: Sandbox, newspaper: Newspaper, database_url: str) -> Settings:
    from pydantic import SecretStr

    from bot.config import Settings

    return Settings(
        _env_file=None,
        bot_token=SecretStr(sandbox.token),
        bot_api_url=sandbox.url,
        newsroom_name="Газета",
        admin_ids=frozenset(sandbox.editor_ids),
        feed_urls=(newspaper.feed_url,),
        database_url=database_url,
        poll_interval=0.2,
        messages_per_second=500,
        undo_seconds=0,
        timezone=ZoneInfo("Asia/Almaty"),
        allow_private_addresses=True,
    )


BotStarter = Callable[..., Awaitable[RunningBot]]


@pytest.fixture
async def start_bot(settings: Settings, newspaper: Newspaper, chat: SandboxClient) -> AsyncIterator[BotStarter]:
    """Start the bot with some settings changed; returns when it receives updates and has its baseline."""
    from bot import app

    running: list[RunningBot] = []

    async def start(*, wait: bool = True, **changes: Any) -> RunningBot:
        chosen = settings.model_copy(update=changes)
        stop = asyncio.Event()
        bot = RunningBot(chosen, stop, asyncio.create_task(app.run(chosen, stop)))
        running.append(bot)
        if wait:
            before = newspaper.polls
            async with _patience(bot.task, 15):
                receiving = "setWebhook" if chosen.webhook_url else "deleteWebhook"
                while not await chat.journal(method=receiving) or newspaper.polls <= before + 1:
                    await asyncio.sleep(0.05)
        return bot

    yield start
    for bot in running:
        if not bot.task.done():
            await bot.stops()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted (`record_property("counts", …)`) is worth reading also when they pass."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for counts in [value for name, value in report.user_properties if name == "counts"]:
            terminalreporter.section(report.nodeid)
            terminalreporter.write_line(str(counts))


@asynccontextmanager
async def _patience(task: asyncio.Task[int], seconds: float) -> AsyncIterator[None]:
    async with asyncio.timeout(seconds):
        yield
    assert not task.done(), f"the bot ended with {task.result()}"
