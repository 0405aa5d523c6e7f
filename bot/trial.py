"""The bot in the sandbox: to be tried without a token, and to see one's own feed as readers will see it.

Nothing leaves the machine, and the database is thrown away afterwards: these readers must not meet real ones.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot import app
from bot.config import Settings
from bot.feeds import check
from bot.model.ids import ChatId
from bot.model.readers import Mode, Reader
from bot.sandbox.client import SandboxClient
from bot.sandbox.newsroom import Newsroom
from bot.sandbox.server import Sandbox
from storage.base import Storage

SHOWN = 5
"""Of a feed that is looked at, the newest articles: so many that each comes as a card of its own."""
PLAIN_READER = "Serik, no rich messages"
ARRIVES = 10.0
"""Seconds for the bot to answer the people of the sandbox when they press START."""


class Showing:
    """Shows the newest articles of a feed to everybody in the sandbox who reads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._storage: asyncio.Future[Storage] = asyncio.get_running_loop().create_future()
        self._client: SandboxClient | None = None

    def opened(self, storage: Storage) -> None:
        self._storage.set_result(storage)

    def visits(self, client: SandboxClient) -> None:
        self._client = client

    async def show(self, source: str) -> dict[str, Any]:
        """The feed at that address becomes one of the bot's. {"text": what was found, "problems": what is doubtful}."""
        settings = self._settings
        async with check.opened(
            zone=settings.timezone, allow_private_addresses=settings.allow_private_addresses
        ) as read:
            parsed = await read(source)
        if parsed.articles:
            await self._seat(plain=False)
            await (await self._storage).feeds.seed([source], datetime.now(UTC))
        return {"text": check.table(source, parsed, settings.timezone), "problems": list(parsed.problems)}

    async def follow(self, sources: Sequence[str]) -> None:
        """The same for feeds that are known to be good, for readers of all kinds."""
        await self._seat(plain=True)
        await (await self._storage).feeds.seed(sources, datetime.now(UTC))

    async def _seat(self, *, plain: bool) -> None:
        """Everybody has pressed START; who has chosen nothing yet gets all news."""
        assert self._client
        storage = await self._storage
        if plain:
            await self._client.new_user(PLAIN_READER)
        people = [one for one in (await self._client.call("GET", "/state"))["users"] if one["role"] == "reader"]
        for person in people:
            chat_id = ChatId(person["id"])
            if not person["started"]:
                await (await self._client.user(person["id"])).starts()
            reader = await _arrived(storage, chat_id)
            if not reader.everything and not reader.categories:
                await storage.readers.set_everything(chat_id, Mode.NOW, datetime.now(UTC))
            if person["first_name"] == PLAIN_READER:
                await storage.readers.set_rich(chat_id, False)


async def _arrived(storage: Storage, chat_id: ChatId) -> Reader:
    async with asyncio.timeout(ARRIVES):
        while True:
            if reader := await storage.readers.get(chat_id):
                return reader
            await asyncio.sleep(0.05)


async def run(settings: Settings, port: int, stop: asyncio.Event) -> int:
    """Without a token: with the sandbox's demo newsroom unless FEED_URLS is set, and a database that is thrown away
    unless DATABASE_URL is set."""
    showing = Showing(settings)
    async with _sandbox(settings, port, showing, newsroom=True) as sandbox:
        trial = _trial(settings, sandbox)
        if not settings.feed_urls:
            trial |= {
                "feed_urls": tuple(sandbox.url + path for path in Newsroom.feed_paths),
                "poll_interval": min(settings.poll_interval, 3.0),
                "allow_private_addresses": True,
            }
            if "newsroom_name" not in settings.model_fields_set:
                trial["newsroom_name"] = Newsroom.name
        _tell_about_trial(sandbox.url)
        return await _run(settings, trial, showing, stop)


async def preview(settings: Settings, sources: Sequence[str], port: int, stop: asyncio.Event) -> int:
    """The newest articles of those feeds, as readers in each language see them, with rich messages and without.
    Returns 1 when there is nothing to show."""
    usable = []
    private = settings.allow_private_addresses
    async with check.opened(zone=settings.timezone, allow_private_addresses=private) as read:
        for source in sources:
            parsed = await read(source)
            print(check.table(source, parsed, settings.timezone))
            if parsed.articles:
                usable.append(source)
    if not usable:
        print("newsbot: there is nothing to show", file=sys.stderr)
        return 1
    showing = Showing(settings)
    async with _files(usable) as addresses, _sandbox(settings, port, showing, newsroom=False) as sandbox:
        private = private or addresses != usable
        trial = _trial(settings, sandbox) | {"feed_urls": (), "allow_private_addresses": private}
        following = asyncio.create_task(showing.follow(addresses))
        print(f"\n  Open  {sandbox.url}/  Ctrl-C stops it.\n", file=sys.stderr, flush=True)
        try:
            return await _run(settings, trial, showing, stop)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _run(settings: Settings, trial: dict[str, object], showing: Showing, stop: asyncio.Event) -> int:
    with tempfile.TemporaryDirectory(prefix="newsbot-", ignore_cleanup_errors=True) as folder:
        if "database_url" not in settings.model_fields_set:
            trial["database_url"] = f"sqlite:///{folder}/newsbot.db"
        return await app.run(settings.model_copy(update=trial), stop, opened=showing.opened, shown_at_first=SHOWN)


def _trial(settings: Settings, sandbox: Sandbox) -> dict[str, object]:
    trial: dict[str, object] = {"bot_token": SecretStr(sandbox.token), "bot_api_url": sandbox.url}
    if not settings.admin_ids:
        trial["admin_ids"] = frozenset(sandbox.editor_ids)
    return trial


@asynccontextmanager
async def _sandbox(settings: Settings, port: int, showing: Showing, *, newsroom: bool) -> AsyncIterator[Sandbox]:
    def made(port: int) -> Sandbox:
        return Sandbox(
            port=port,
            newsroom=Newsroom() if newsroom else None,
            messages_per_second=int(settings.messages_per_second),
            try_feed=showing.show,
        )

    sandbox = made(port)
    try:
        await sandbox.start()
    except OSError:
        print(f"Port {port} is taken, so the page gets another one.", file=sys.stderr)
        sandbox = made(0)
        await sandbox.start()
    client = SandboxClient(sandbox.url)
    showing.visits(client)
    try:
        yield sandbox
    finally:
        await client.close()
        await sandbox.stop()


@asynccontextmanager
async def _files(sources: Sequence[str]) -> AsyncIterator[list[str]]:
    """The sources as addresses: files are served over loopback."""
    served = web.Application()
    addresses = []
    runner = web.AppRunner(served)
    for number, source in enumerate(sources):
        if not source.startswith(("http://", "https://")):
            body = Path(source).read_bytes()  # noqa: ASYNC240 — before anything else begins

            async def answer(_: web.Request, body: bytes = body) -> web.Response:
                return web.Response(body=body, content_type="application/octet-stream")

            served.router.add_get(f"/{number}", answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    for number, source in enumerate(sources):
        remote = source.startswith(("http://", "https://"))
        addresses.append(source if remote else f"http://127.0.0.1:{port}/{number}")
    try:
        yield addresses
    finally:
        await runner.cleanup()


def _tell_about_trial(url: str) -> None:
    print(
        f"""
  There is no BOT_TOKEN, so the bot runs in the sandbox: nothing leaves this machine.

      Open  {url}/  and press START.

  To go live: ask @BotFather in Telegram for a bot, then
      cp .env.example .env     and put the token (BOT_TOKEN), your feeds (FEED_URLS)
                               and your own user id (ADMIN_IDS) into it,
  and start the same way again. Ctrl-C stops it.
""",
        file=sys.stderr,
        flush=True,
    )
