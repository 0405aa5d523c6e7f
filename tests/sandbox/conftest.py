"""The sandbox called as a bot calls it, by hand, so that every answer can be looked at."""

from __future__ import annotations

import io
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

if TYPE_CHECKING:
    from bot.sandbox.client import SandboxClient, SandboxUser
    from bot.sandbox.server import Sandbox


class Refused(Exception):
    """ok=false."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["description"])
        self.code, self.description = answer["error_code"], answer["description"]
        self.parameters = answer.get("parameters", {})


@dataclass
class Api:
    """`await api.sendMessage(chat_id=…)`: the result, or Refused. Values that are bytes become uploads."""

    url: str
    token: str
    session: aiohttp.ClientSession

    def __getattr__(self, method: str) -> Any:
        async def call(**params: Any) -> Any:
            return await self.call(method, params)

        return call

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        answer = await self.raw(method, params)
        if not answer["ok"]:
            raise Refused(answer)
        return answer["result"]

    async def raw(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.url}/bot{self.token}/{method}"
        if not any(isinstance(value, bytes | tuple) for value in params.values()):
            async with self.session.post(address, json=params) as response:
                return await response.json()
        form = aiohttp.FormData(quote_fields=False)
        for name, value in params.items():
            if isinstance(value, bytes | tuple):
                filename, data = value if isinstance(value, tuple) else (f"{name}.jpg", value)
                form.add_field(name, io.BytesIO(data), filename=filename)
            else:
                form.add_field(name, value if isinstance(value, str) else aiohttp.payload.json.dumps(value))
        async with self.session.post(address, data=form) as response:
            return await response.json()


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sandbox.url, sandbox.token, session)


@pytest.fixture
async def ivan(chat: SandboxClient, api: Api) -> SandboxUser:
    """A reader who has pressed START; the bot has taken note."""
    ivan = await chat.user("Иван")
    await ivan.starts()
    await api.getUpdates(offset=-1)
    [update] = await api.getUpdates()
    await api.getUpdates(offset=update["update_id"] + 1)
    return ivan


def picture(width: int = 640, height: int = 360, form: str = "JPEG", color: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, form)
    return out.getvalue()


def film(width: int = 640, height: int = 360, seconds: int = 7) -> bytes:
    """The beginning of an MP4 that says how large and long it is."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", len(body) + 8, name) + body

    mvhd = struct.pack(">B3xIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    tkhd = bytes(76) + struct.pack(">II", width << 16, height << 16)
    return box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(
        b"moov", box(b"mvhd", mvhd) + box(b"trak", box(b"tkhd", tkhd))
    )


@dataclass
class Files:
    """A site with files, for media by address."""

    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By name: type and bytes."""
    requests: list[str] = field(default_factory=list)
    host: str = ""

    def add(self, name: str, mime: str, data: bytes) -> str:
        self.files[name] = (mime, data)
        return f"{self.host}/{name}"

    async def serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.requests.append(name)
        if name not in self.files:
            return web.Response(status=404)
        mime, data = self.files[name]
        return web.Response(body=data, content_type=mime)


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    files = Files()
    app = web.Application()
    app.router.add_get("/{name}", files.serve)
    server = TestServer(app)
    await server.start_server()
    files.host = str(server.make_url("")).rstrip("/")
    yield files
    await server.close()
