"""The sandbox: a stand-in for Telegram's Bot API on loopback, with a chat page in the browser.

It knows nothing of the bot that it serves and works with any Bot API client. Everything is in memory.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.acts import Acts
from bot.sandbox.answers import ApiError, Json
from bot.sandbox.api import Api
from bot.sandbox.calls import Answer, Calls, Cut, refusal
from bot.sandbox.control import Control
from bot.sandbox.faults import Faults
from bot.sandbox.flood import Flood
from bot.sandbox.media.media import Media
from bot.sandbox.newsroom import Newsroom
from bot.sandbox.parameters import from_request
from bot.sandbox.people import DEFAULT_PERSONAS, Person
from bot.sandbox.routes.feeds import TryFeed
from bot.sandbox.webhook import Webhook
from bot.sandbox.wire import Connection
from bot.sandbox.world import BOT_ID, World

SANDBOX_TOKEN = f"{BOT_ID}:SANDBOX-this-token-is-worth-nothing"
STATIC = Path(__file__).parent / "static"
LARGEST_REQUEST = 60 * 1024 * 1024
BACKLOG = 1024
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class Sandbox:
    """`async with Sandbox() as sandbox:` or start() and stop(). Listens on loopback only.

    `try_feed`: what the page asks when somebody wants to see a feed of their own; without it the page doesn't offer
    that."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = SANDBOX_TOKEN,
        personas: Sequence[Person] = DEFAULT_PERSONAS,
        flood_control: bool = True,
        messages_per_second: float = 30,
        newsroom: Newsroom | None = None,
        try_feed: TryFeed | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self._host, self._port = host, port
        self._world = World(clock=clock)
        for person in personas:
            self._world.add(replace(person))
        flood = Flood(messages_per_second, on=flood_control, monotonic=time.monotonic)
        self._media, faults = Media(), Faults()
        self._webhook = Webhook(self._world, self._execute)
        self._calls = Calls(self._world, Api(self._world, flood, self._media, self._webhook), faults, flood)
        acts = Acts(self._world, self._media)
        self._control = Control(self._world, flood, faults, self._media, self._webhook, acts, try_feed)
        self._newsroom = newsroom
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._living: set[Connection] = set()

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    @property
    def editor_ids(self) -> tuple[int, ...]:
        return tuple(person.id for person in self._world.people.values() if person.role == "editor")

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{folder}/{name}", self._download)
        self._control.add_routes(app)
        if self._newsroom:
            self._newsroom.add_routes(app)
        app.router.add_get("/", self._page)
        app.router.add_get("/panel", self._panel)
        app.router.add_static("/static", STATIC)
        app.on_response_prepare.append(_protect)
        runner = self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, handler_cancellation=False)
        await runner.setup()
        others = runner.server
        assert others
        try:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: Connection(self._calls, self.token, others, self._living),
                self._host,
                self._port,
                backlog=BACKLOG,
            )
        except OSError:
            await self.stop()
            raise
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        await self._webhook.stop()
        if self._server:
            self._server.close()
            self._server = None
        for connection in list(self._living):
            connection.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        await self._media.close()

    async def __aenter__(self) -> Sandbox:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _execute(self, method: str, params: Json) -> Any:
        await self._calls.from_webhook(method, params)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _panel(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "panel.html")

    async def _download(self, request: web.Request) -> web.Response:
        found = self._media.files.unique(request.match_info["name"].partition(".")[0])
        if request.match_info["token"] != self.token or found is None:
            return _response(refusal(ApiError(404, "Not Found")))
        file, size = found
        data = file.shrunk(size) if size else file.data
        return web.Response(body=data, content_type=file.mime)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _response(refusal(ApiError(401, "Unauthorized")))
        try:
            params = await from_request(request)
        except ValueError as error:
            return _response(refusal(ApiError(400, f"Bad Request: {error}")))
        except web.HTTPRequestEntityTooLarge:
            return _response(refusal(ApiError(413, "Request Entity Too Large")))
        try:
            answer = await self._calls.answer(request.match_info["method"], params)
        except Cut:
            if request.transport:
                request.transport.abort()
            return web.Response()
        if answer.sent is None:
            return _response(answer)
        return await _torn(request, answer)


def _response(answer: Answer) -> web.Response:
    return web.Response(body=answer.body, status=answer.status, headers=_headers(answer))


def _headers(answer: Answer) -> dict[str, str]:
    lines = answer.headers.decode().split("\r\n")
    return dict(line.split(": ", 1) for line in lines if line)


async def _torn(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The answer ends in the middle of its body."""
    response = web.StreamResponse(status=answer.status, headers=_headers(answer))
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: answer.sent])
    if request.transport:
        request.transport.close()
    return response


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
