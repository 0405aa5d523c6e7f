"""The sandbox's HTTP, spoken to byte by byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.api import METHODS
from bot.sandbox.methods.registry import Method
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Api


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)).decode()
        status, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(status.split()[1]), headers, body


@pytest.fixture
async def line(sandbox: Sandbox) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1]))
    yield Line(reader, writer)
    writer.close()


def request(token: str, method: str, body: bytes = b"", kind: str = "application/json", more: str = "") -> bytes:
    head = f"POST /bot{token}/{method} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return (head + more + "\r\n").encode() + body


async def test_many_calls_on_one_connection(sandbox: Sandbox, api: Api, ivan: Any, line: Line) -> None:
    body = json.dumps({"chat_id": ivan.id, "text": "раз"}).encode()
    line.writer.write(request(sandbox.token, "sendMessage", body) * 3)
    numbers = [json.loads((await line.answer())[2])["result"]["message_id"] for _ in range(3)]
    assert numbers == sorted(numbers), "one after the other, in order"
    form = f"chat_id={ivan.id}&text=%D0%B4%D0%B2%D0%B0&disable_notification=true".encode()
    line.writer.write(request(sandbox.token, "sendMessage", form, "application/x-www-form-urlencoded"))
    assert json.loads((await line.answer())[2])["result"]["text"] == "два"
    line.writer.write(
        f"GET /bot{sandbox.token}/sendMessage?chat_id={ivan.id}&text=x HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    assert json.loads((await line.answer())[2])["result"]["text"] == "x"


async def test_a_request_in_pieces(sandbox: Sandbox, ivan: Any, line: Line) -> None:
    body = json.dumps({"chat_id": ivan.id, "text": "по кусочкам"}).encode()
    whole = request(sandbox.token, "sendMessage", body)
    for at in range(0, len(whole), 40):
        line.writer.write(whole[at : at + 40])
        await line.writer.drain()
        await asyncio.sleep(0)
    status, headers, body = await line.answer()
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body)["result"]["text"] == "по кусочкам"


async def test_the_answer_begins_as_telegrams_does(sandbox: Sandbox, ivan: Any, line: Line) -> None:
    line.writer.write(request(sandbox.token, "sendMessage", json.dumps({"chat_id": ivan.id, "text": "x"}).encode()))
    _, _, body = await line.answer()
    assert body.startswith(b'{"ok":true,"result":{"message_id":')
    assert body.isascii()


async def test_chunked_bodies_and_other_addresses_go_another_way(sandbox: Sandbox, ivan: Any, line: Line) -> None:
    body = json.dumps({"chat_id": ivan.id, "text": "x"}).encode()
    line.writer.write(request(sandbox.token, "sendMessage", body))
    assert (await line.answer())[0] == 200
    head = f"POST /bot{sandbox.token}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    line.writer.write((head + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunked)
    status, headers, _ = await line.answer()
    assert (status, "server" in headers) == (200, True), "aiohttp has taken over"
    line.writer.write(b"GET /sandbox/state HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await line.answer())[0] == 200
    line.writer.write(request(sandbox.token, "sendMessage", body))
    assert (await line.answer())[0] == 200
    assert len(await ivan.messages()) == 4


async def test_connection_close(sandbox: Sandbox, line: Line) -> None:
    line.writer.write(request(sandbox.token, "getMe", more="Connection: close\r\n"))
    assert (await line.answer())[1]["connection"] == "close"
    assert await asyncio.wait_for(line.reader.read(), 5) == b""


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (b"{", "application/json", "can't parse the request JSON object"),
        (b"[]", "application/json", "a JSON object is expected"),
        (b"chat_id=1&reply_markup={", "application/x-www-form-urlencoded", "can't parse reply_markup JSON object"),
    ],
)
async def test_what_can_not_be_read(sandbox: Sandbox, line: Line, body: bytes, kind: str, why: str) -> None:
    line.writer.write(request(sandbox.token, "sendMessage", body, kind))
    status, _, answer = await line.answer()
    assert (status, json.loads(answer)["description"]) == (400, f"Bad Request: {why}")


async def test_nonsense_ends_the_connection(line: Line) -> None:
    line.writer.write(b"\x16\x03\x01 hello\r\n\r\n")
    answer = await asyncio.wait_for(line.reader.read(), 5)
    assert b"400" in answer.split(b"\r\n")[0]


async def test_a_call_goes_on_when_its_client_has_gone(sandbox: Sandbox, chat: Any, ivan: Any, line: Line) -> None:
    await chat.fault("sendMessage", {"delay": 0.1})
    line.writer.write(request(sandbox.token, "sendMessage", json.dumps({"chat_id": ivan.id, "text": "x"}).encode()))
    await line.writer.drain()
    await asyncio.sleep(0.03)
    line.writer.close()
    await ivan.sees("x")


async def test_a_bug_is_answered_with_500(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    async def run(context: Any, params: Any) -> Any:
        raise KeyError("oops")

    monkeypatch.setitem(METHODS, "getme", Method("getMe", frozenset(), run))
    answer = await api.raw("getMe", {})
    assert (answer["ok"], answer["error_code"]) == (False, 500)
    assert "oops" in caplog.text
