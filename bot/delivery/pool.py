"""Warm connections to one HTTP/1.1 server, for many small POSTs at once.

A general HTTP client costs 130 µs of CPU a request, this about 30 (`make bench`), and it says what the outbox has to
know of a failure: whether anything of the request may have arrived. It knows nothing of Telegram.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from yarl import URL

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 20.0
"""A connection that rested longer is not used again: its server may be closing it at this very moment, and a request
lost on the way would have an unknown outcome."""
WATCH_SECONDS = 0.5
"""An answer may come so much later than its time limit says."""
HEAD_LIMIT = 65_536
ANSWER_LIMIT = 4 * 1024 * 1024

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[^\r]*close", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NotConnected:
    """No connection: nothing of the request has left this machine."""

    why: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request left, and no whole answer came (in time): it may have been executed."""

    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    """The status line and headers."""
    body: bytes


Reply = Answer | NoAnswer | NotConnected
Done = Callable[[Reply], None]


class Pool:
    """Any number of requests at once; each has a connection of its own meanwhile."""

    def __init__(self, url: str, *, timeout: float) -> None:
        """`timeout`: seconds for a whole answer unless `post` is told otherwise."""
        parsed = URL(url)
        self._host, self._port = parsed.host or "", parsed.port or 80
        self._tls = ssl.create_default_context() if parsed.scheme == "https" else None
        self._timeout = timeout
        self._idle: list[_Connection] = []
        self._busy: set[_Connection] = set()
        self._connecting: set[asyncio.Task[None]] = set()
        self._watching: asyncio.TimerHandle | None = None
        self._path = parsed.raw_path.rstrip("/").encode()
        self._fields = b"\r\nHost: %s\r\nContent-Type: %%s\r\nContent-Length: %%d\r\n\r\n" % (
            parsed.raw_authority.encode()
        )

    def start(
        self,
        path: bytes,
        body: bytes,
        done: Done,
        *,
        content_type: bytes = b"application/json",
        timeout: float | None = None,
    ) -> None:
        """One POST, never repeated here; `done` is called once with what came of it. A callback, because a task and a
        future for each request would cost as much as the request itself."""
        head = b"POST " + self._path + path + b" HTTP/1.1" + self._fields % (content_type, len(body))
        timeout = timeout or self._timeout
        if connection := self._warm():
            self._exchange(connection, head + body, timeout, done)
        else:
            connecting = asyncio.create_task(self._connect_and(head + body, timeout, done))
            self._connecting.add(connecting)
            connecting.add_done_callback(self._connecting.discard)

    async def post(
        self, path: bytes, body: bytes, *, content_type: bytes = b"application/json", timeout: float | None = None
    ) -> Reply:
        """`start`, to be waited for."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.start(path, body, partial(_resolve, reply), content_type=content_type, timeout=timeout)
        return await reply

    def _exchange(self, connection: _Connection, request: bytes, timeout: float, done: Done) -> None:
        self._busy.add(connection)
        if self._watching is None:
            self._watch()
        connection.exchange(request, timeout, partial(self._exchanged, connection, done))

    def _exchanged(self, connection: _Connection, done: Done, reply: Reply) -> None:
        self._busy.discard(connection)
        if connection.usable:
            self._idle.append(connection)
        done(reply)

    async def _connect_and(self, request: bytes, timeout: float, done: Done) -> None:
        connection = await self._connect()
        if isinstance(connection, NotConnected):
            done(connection)
        else:
            self._exchange(connection, request, timeout, done)

    def close(self) -> None:
        for connecting in self._connecting:
            connecting.cancel()
        for connection in (*self._idle, *self._busy):
            connection.close()
        self._idle.clear()
        if self._watching:
            self._watching.cancel()

    def _watch(self) -> None:
        """Ends what takes too long. One timer for all: one for each request would be a fifth of its cost."""
        loop = asyncio.get_running_loop()
        for connection in list(self._busy):
            connection.expire(loop.time())
        self._watching = loop.call_later(WATCH_SECONDS, self._watch) if self._busy else None

    def _warm(self) -> _Connection | None:
        """The one used last; those that have rested too long are closed."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and now - connection.rests_since < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    async def _connect(self) -> _Connection | NotConnected:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await asyncio.get_running_loop().create_connection(
                    _Connection, self._host, self._port, ssl=self._tls, happy_eyeballs_delay=0.25
                )
        except TimeoutError:
            return NotConnected(f"no connection to {self._host} within {CONNECT_SECONDS:g} seconds")
        except OSError as error:
            return NotConnected(f"no connection to {self._host}: {error}")
        return connection


def _resolve(future: asyncio.Future[Reply], reply: Reply) -> None:
    if not future.done():
        future.set_result(reply)


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._done: Done | None = None
        self._received = bytearray()
        self._head = b""
        self._length: int | None = None
        self._keep = False
        self._timeout = self._deadline = 0.0
        self.rests_since = 0.0

    @property
    def usable(self) -> bool:
        return self._keep and self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def exchange(self, request: bytes, timeout: float, done: Done) -> None:
        assert self._transport
        if self._transport.is_closing():
            done(NotConnected("the connection was closed"))
            return
        self._keep, self._head, self._length = False, b"", None
        self._received.clear()
        self._done = done
        self._timeout, self._deadline = timeout, self._loop.time() + timeout
        self._transport.write(request)

    def expire(self, now: float) -> None:
        if now > self._deadline:
            self._fail(f"no answer within {self._timeout:g} seconds")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._done is None:
            self._keep = False
            self.close()
            return
        self._received += data
        try:
            self._read(ended=False)
        except ValueError as error:
            self._fail(str(error))

    def connection_lost(self, error: Exception | None) -> None:
        self._keep = False
        if self._done:
            with suppress(ValueError):
                self._read(ended=True)
            self._fail("the connection was cut")

    def _fail(self, why: str) -> None:
        self._keep = False
        self._end(NoAnswer(why))

    def _end(self, reply: Reply) -> None:
        if self._done is None:
            return
        done, self._done = self._done, None
        self.rests_since = self._loop.time()
        if not self._keep and self._transport:
            # Its answer may still come, and must not be taken for the next one's.
            self._transport.abort()
        done(reply)

    def _read(self, *, ended: bool) -> None:
        """Complete the answer when all of it is here; ValueError when this is no HTTP."""
        if not self._head:
            self._read_head()
        if not self._head:
            return
        if self._length is not None:
            body = bytes(self._received) if len(self._received) >= self._length else None
            if body is not None and len(body) > self._length:
                _refuse("more than one answer")
        elif _CHUNKED.search(self._head):
            body = _dechunked(self._received)
        else:
            # Neither a length nor chunks: the answer ends with the connection.
            body = bytes(self._received) if ended else None
            self._keep = False
        if len(self._received) > ANSWER_LIMIT:
            _refuse("the answer is too long")
        if body is not None:
            self._end(Answer(int(self._head[9:12]), self._head, body))

    def _read_head(self) -> None:
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[: end + 2])
            del self._received[: end + 4]
            if not head.startswith(b"HTTP/1.") or not head[9:12].isdigit():
                _refuse("this is no HTTP")
            if head[9:10] == b"1":  # 100 Continue and the like come before the answer
                continue
            self._head = head
            self._keep = head.startswith(b"HTTP/1.1") and not _CLOSE.search(head)
            if not _CHUNKED.search(head) and (length := _LENGTH.search(head)):
                self._length = int(length[1])
            return
        if len(self._received) > HEAD_LIMIT:
            _refuse("headers without an end")


def _refuse(why: str) -> NoReturn:
    raise ValueError(why)


def _dechunked(received: bytearray) -> bytes | None:
    """The body of a chunked answer; None: not all of it is here."""
    body, at = bytearray(), 0
    while (end := received.find(b"\r\n", at)) >= 0:
        size = int(received[at:end].split(b";")[0], 16)
        at = end + 2
        if size == 0:
            # The last chunk, then trailers up to an empty line.
            return bytes(body) if received.startswith(b"\r\n", at) or received.endswith(b"\r\n\r\n") else None
        if len(received) < at + size + 2:
            return None
        body += received[at : at + size]
        at += size + 2
    return None
