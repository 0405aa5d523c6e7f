"""The sandbox: a stand-in for Telegram's Bot API on loopback, with a chat page in the browser.

It knows nothing of the bot that it serves and works with any Bot API client. Everything is in memory.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.control import Control
from bot.sandbox.faults import Faults, as_error
from bot.sandbox.flood import Flood
from bot.sandbox.methods import Api
from bot.sandbox.newsroom import Newsroom
from bot.sandbox.photos import Photos
from bot.sandbox.state import BOT_ID, DEFAULT_PERSONAS, ApiError, Json, Person, World

SANDBOX_TOKEN = f"{BOT_ID}:SANDBOX-this-token-is-worth-nothing"
STATIC = Path(__file__).parent / "static"
LARGEST_REQUEST = 60 * 1024 * 1024
POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"


class Sandbox:
    """`async with Sandbox() as sandbox:` or start() and stop(). Listens on loopback only."""

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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self._host, self._port = host, port
        self._world = World(clock=clock)
        for person in personas:
            self._world.add(replace(person))
        self._flood = Flood(messages_per_second, on=flood_control, monotonic=time.monotonic)
        self._photos = Photos(self._world)
        self._faults = Faults()
        self._api = Api(self._world, self._flood, self._photos)
        self._newsroom = newsroom
        self._runner: web.AppRunner | None = None

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
        app.router.add_get("/file/bot{token}/photos/{name}", self._download)
        Control(self._world, self._flood, self._faults, self._photos).add_routes(app)
        if self._newsroom:
            self._newsroom.add_routes(app)
        app.router.add_get("/", self._page)
        app.router.add_static("/static", STATIC)
        app.on_response_prepare.append(_protect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        await self._photos.close()

    async def __aenter__(self) -> Sandbox:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _download(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["name"].partition(".")[0])
        if request.match_info["token"] != self.token or file is None:
            return _reply(ApiError(404, "Not Found"))
        return web.Response(body=file.data, content_type=file.mime)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _reply(ApiError(401, "Unauthorized"))
        try:
            params = await _parameters(request)
        except ValueError as error:
            return _reply(ApiError(400, f"Bad Request: {error}"))
        action = self._faults.next_for(name, params.get("chat_id"))
        if action.get("drop") == "before":
            return _cut(request)
        await asyncio.sleep(float(action.get("delay", 0)))
        answer = await self._execute(name, params, as_error(action))
        if action.get("drop") == "after":
            return _cut(request)
        await asyncio.sleep(float(action.get("hang", 0)))
        if "body" in action:
            # The call was executed, and its answer is whatever the fault says.
            return web.Response(text=str(action["body"]), content_type="application/json")
        return answer

    async def _execute(self, name: str, params: Json, error: ApiError | None) -> web.Response:
        result: Any = None
        try:
            if error:
                raise error
            result = await self._api.call(name, params)
        except ApiError as refused:
            error = refused
        said = params.get("text") or params.get("caption") or ""
        self._world.note_call(name, params.get("chat_id"), error, result, said if isinstance(said, str) else "")
        return _reply(error) if error else web.json_response(text=_dumps({"ok": True, "result": result}))


def _dumps(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _reply(error: ApiError) -> web.Response:
    content: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.parameters:
        content["parameters"] = error.parameters
        if "retry_after" in error.parameters:
            headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(text=_dumps(content), status=error.code, headers=headers)


def _cut(request: web.Request) -> web.StreamResponse:
    """The connection ends without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _parameters(request: web.Request) -> Json:
    """From the query, a form or JSON; numbers, booleans and objects come as text in the first two."""
    params: Json = {key: _value(key, value) for key, value in request.query.items()}
    if request.content_type == "application/json":
        given = json.loads(await request.text() or "{}")
        if not isinstance(given, dict):
            raise ValueError("a JSON object is expected")
        return params | given
    for key, value in (await request.post()).items():
        params[key] = value.file.read() if isinstance(value, web.FileField) else _value(key, str(value))
    return params


OBJECTS = frozenset(
    ("reply_markup", "entities", "caption_entities", "link_preview_options", "reply_parameters", "media", "commands",
     "scope", "allowed_updates", "message_ids", "menu_button")
)  # fmt: skip
NUMBERS = frozenset(("chat_id", "message_id", "from_chat_id", "offset", "limit", "timeout", "message_thread_id"))


def _value(key: str, value: str) -> Any:
    if key in OBJECTS:
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ValueError(f"can't parse {key} JSON object") from None
    if key in NUMBERS:
        try:
            return int(value)
        except ValueError:
            return value
    return {"true": True, "false": False, "True": True, "False": False}.get(value, value)


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
