"""Parsing in a process of its own, which can be killed: no feed may stall taps or posts, whatever is in it.

One request at a time, length-prefixed pickles over pipes. A parse over its time limit kills the process; the next one
gets a new one. When the bot dies, the pipe closes and the worker ends.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.feeds.page import Page, read_page
from bot.feeds.parse import ParsedFeed, parse
from bot.feeds.story import read_story
from bot.model.articles import ParsedArticle

TIME_LIMIT = 20.0
"""Seconds for one feed; the largest real one took 1.5."""
HEADER = struct.Struct("!Q")


class ParseWorker:
    """`parse()` as bot.feeds.parse.parse, in the worker."""

    def __init__(self, *, zone: ZoneInfo, time_limit: float = TIME_LIMIT) -> None:
        self._zone = zone
        self._time_limit = time_limit
        self._process: asyncio.subprocess.Process | None = None
        self._busy = asyncio.Lock()

    async def parse(self, body: bytes, content_type: str, url: str, now: datetime) -> ParsedFeed:
        """A feed on which the worker fails or takes too long is no feed; the reason is its problem."""
        answer = await self._call("parse", body, content_type, url, self._zone.key, now)
        return answer if isinstance(answer, ParsedFeed) else _failed(answer)

    async def read_page(self, body: bytes, content_type: str, url: str, selector: str, headline: str) -> Page:
        """As bot.feeds.page.read_page; empty when the worker fails or takes too long."""
        answer = await self._call("page", body, content_type, url, selector, headline)
        return answer if isinstance(answer, Page) else Page()

    async def read_story(
        self, body: bytes, content_type: str, url: str, selector: str, now: datetime
    ) -> ParsedArticle | None:
        """As bot.feeds.story.read_story; None also when the worker fails or takes too long."""
        answer = await self._call("story", body, content_type, url, selector, self._zone.key, now)
        return answer if isinstance(answer, ParsedArticle) else None

    async def _call(self, *request: Any) -> Any:
        """What the worker answers, or in words why it did not."""
        async with self._busy:
            try:
                async with asyncio.timeout(self._time_limit):
                    return await self._ask(pickle.dumps(request))
            except TimeoutError:
                await self._end()
                return f"reading it took longer than {self._time_limit:g} seconds"
            except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
                await self._end()
                return "reading it failed (the parser died)"
            except asyncio.CancelledError:
                # Half an answer may be in the pipe: the next caller must not read it.
                await self._end()
                raise

    async def close(self) -> None:
        async with self._busy:
            await self._end()

    async def _ask(self, request: bytes) -> Any:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await self._start()
        assert process.stdin
        assert process.stdout
        process.stdin.write(HEADER.pack(len(request)) + request)
        await process.stdin.drain()
        (size,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
        return pickle.loads(await process.stdout.readexactly(size))  # noqa: S301 — from our own child

    async def _start(self) -> asyncio.subprocess.Process:
        # The child finds the program where this process found it, however that was started.
        code = f"import sys; sys.path[:] = {sys.path!r}; from bot.feeds.worker import serve; serve()"
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.stdout:
            # Drain what was left, so that the transport closes with the process.
            with suppress(Exception):
                await process.stdout.read()


def _failed(why: str) -> ParsedFeed:
    return ParsedFeed("", "", (), (why,), is_feed=False)


def serve() -> None:
    """The worker's side: answer until the pipe closes."""
    import signal

    # Ctrl-C in a terminal reaches the whole group; the bot decides when its worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    while header := requests.read(HEADER.size):
        (size,) = HEADER.unpack(header)
        what, body, content_type, url, *more = pickle.loads(requests.read(size))  # noqa: S301 — from our own parent
        answer: ParsedFeed | Page | ParsedArticle | str | None
        try:
            if what == "page":
                answer = read_page(body, content_type, url, *more)
            elif what == "story":
                selector, zone, now = more
                answer = read_story(body, content_type, url, selector, ZoneInfo(zone), now)
            else:
                zone, now = more
                answer = parse(body, content_type, url, ZoneInfo(zone), now)
        except Exception as error:
            answer = f"reading it failed ({type(error).__name__}: {error})"
        packed = pickle.dumps(answer)
        answers.write(HEADER.pack(len(packed)) + packed)
        answers.flush()
