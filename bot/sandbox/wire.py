"""The door of the sandbox. A connection speaks HTTP/1.1 in one of two ways: calls of the Bot API with a body of known
length, which is what bots send all day, are read and answered here; at the first request of any other kind (a page, an
upload, a chunked body) aiohttp.web takes the connection over for good.

Here a call costs about a third of what it costs there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus

from bot.sandbox.answers import ApiError
from bot.sandbox.calls import Answer, Calls, Cut, refusal
from bot.sandbox.parameters import FORM_TYPE, JSON_TYPE, from_body

_HEAD = re.compile(rb"(?:POST|GET) /bot([^/ ]+)/([A-Za-z]+)(?:\?([^ ]*))? HTTP/1\.1\r\n")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,8})\r\n", re.IGNORECASE)
_TYPE = re.compile(rb"\r\ncontent-type:[ \t]*([^;\r]+)", re.IGNORECASE)
_OTHER = re.compile(rb"\r\n(?:transfer-encoding|expect|upgrade|content-encoding):", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}
LARGEST_HEAD = 16_384


class Connection(asyncio.Protocol):
    """One request at a time; what comes before its answer has gone out waits."""

    def __init__(
        self, calls: Calls, token: str, others: Callable[[], asyncio.Protocol], living: set[Connection]
    ) -> None:
        self._calls, self._token, self._others, self._living = calls, token.encode(), others, living
        self._received = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._living.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._living.discard(self)
        # Telegram finishes a call whose client has gone, except long polling, which nobody waits for any more.
        if self._task and self._polls:
            self._task.cancel()

    def close(self) -> None:
        if self._task:
            self._task.cancel()
        if self._transport:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._task is None:
            self._read()

    def _read(self) -> None:
        """The next request, when all of it is here."""
        received = self._received
        end = received.find(b"\r\n\r\n")
        if end < 0:
            if len(received) > LARGEST_HEAD or not b"POST /bot".startswith(received[:9]):
                self._hand_over()
            return
        head = bytes(received[: end + 2])
        request, length = _HEAD.match(head), _LENGTH.search(head)
        kind = _TYPE.search(head)
        if request is None or _OTHER.search(head) or (kind and not kind[1].startswith((JSON_TYPE, FORM_TYPE))):
            self._hand_over()
            return
        size = int(length[1]) if length else 0
        if len(received) < end + 4 + size:
            return
        body = bytes(received[end + 4 : end + 4 + size])
        del received[: end + 4 + size]
        self._polls = request[2].lower() == b"getupdates"
        keep = not _CLOSE.search(head)
        self._task = asyncio.get_running_loop().create_task(
            self._serve(
                request[1], request[2].decode(), (request[3] or b"").decode(), kind[1] if kind else b"", body, keep
            )
        )

    async def _serve(self, token: bytes, method: str, query: str, kind: bytes, body: bytes, keep: bool) -> None:
        transport = self._transport
        assert transport
        try:
            answer = await self._answer(token, method, query, kind, body)
        except Cut:
            transport.abort()
            return
        length = len(answer.body)
        head = b"HTTP/1.1 %d %s\r\nDate: %s\r\n%sContent-Length: %d\r\n%s\r\n" % (
            answer.status,
            _REASONS.get(answer.status, b"Unknown"),
            formatdate(usegmt=True).encode(),
            answer.headers,
            length,
            b"" if keep else b"Connection: close\r\n",
        )
        self._task = None
        if transport.is_closing():
            return
        transport.write(head + (answer.body if answer.sent is None else answer.body[: answer.sent]))
        if not keep or answer.sent is not None:
            transport.close()
        elif self._received:
            self._read()

    async def _answer(self, token: bytes, method: str, query: str, kind: bytes, body: bytes) -> Answer:
        if token != self._token:
            return refusal(ApiError(401, "Unauthorized"))
        try:
            params = from_body(kind, body, query)
        except ValueError as error:
            return refusal(ApiError(400, f"Bad Request: {error}"))
        return await self._calls.answer(method, params)

    def _hand_over(self) -> None:
        transport = self._transport
        assert transport
        self._living.discard(self)
        other = self._others()
        transport.set_protocol(other)
        other.connection_made(transport)
        other.data_received(bytes(self._received))
        self._received.clear()

    _polls = False
