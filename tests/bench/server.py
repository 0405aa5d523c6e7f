"""A Bot API server for benchmarks, as lean as possible and in a process of its own: answers every call with the message
that Telegram would answer with, after a delay; and, when asked to, refuses what comes too fast by one of several models
of flood control. `python -m tests.bench.server '{"rate": 30, "model": "bucket5", …}'` prints its port."""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SIZES = [(90, 60), (320, 213), (800, 533), (1280, 853)]
CAPTION = ("Мост через Или открыли раньше срока: движение началось утром. " * 9)[:530]
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    delay: float = 0.0
    """Seconds on the way there and back, together."""
    jitter: float = 0.0
    """Seconds of it that vary, evenly."""
    model: str = "none"
    rate: float = 30.0


class Model:
    """Whether a message that arrives now is too much. A refusal bans, and a call that is made during a ban makes it
    twice as long; calls that were under way when it began don't."""

    def __init__(self, plan: Plan) -> None:
        self._kind, self._rate = plan.model, plan.rate
        self._tokens, self._at = 5.0, 0.0
        self._seen: deque[float] = deque()
        self._ban, self._until, self._told_at = 1.0, 0.0, 0.0

    def refuses(self, now: float) -> float:
        """Seconds to wait; 0: accepted."""
        if self._kind == "none":
            return 0.0
        if now < self._until:
            if now - self._told_at > 0.5:
                self._ban *= 2
                self._until, self._told_at = now + self._ban, now
            return self._until - now
        if self._accepts(now):
            return 0.0
        self._until, self._told_at = now + self._ban, now
        return self._ban

    def _accepts(self, now: float) -> bool:
        if self._kind.startswith("bucket"):
            most = float(self._kind.removeprefix("bucket"))
            self._tokens = most if not self._at else min(most, self._tokens + (now - self._at) * self._rate)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
        seconds = {"sliding": 1.0, "sliding3": 3.0, "fixed": 1.0}[self._kind]
        if self._kind == "fixed" and self._seen and int(self._seen[-1]) != int(now):
            self._seen.clear()
        while self._kind != "fixed" and self._seen and self._seen[0] <= now - seconds:
            self._seen.popleft()
        if len(self._seen) >= self._rate * seconds:
            return False
        self._seen.append(now)
        return True


def answer(chat_id: int, number: int) -> bytes:
    message = {
        "message_id": number,
        "from": {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
        "chat": {"id": chat_id, "first_name": "Reader", "type": "private"},
        "date": 1_790_000_000,
        "photo": [
            {"file_id": f"AgACAgIAAxkDAAIB{w}" + "x" * 60, "file_unique_id": f"AQAD{w}", "width": w, "height": h}
            for w, h in SIZES
        ],
        "caption": CAPTION,
        "caption_entities": [{"offset": 0, "length": 60, "type": "bold"}],
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "🔖 Сохранить", "callback_data": "s:1:1"}],
                [{"text": "🔗 На сайте", "url": "https://example.kz/1"}],
                [{"text": "↗ Поделиться", "url": "https://t.me/share/url?url=https%3A%2F%2Fexample.kz%2F1"}],
            ]
        },
    }
    return json.dumps({"ok": True, "result": message}, ensure_ascii=False).encode()


class Connection(asyncio.Protocol):
    def __init__(self, plan: Plan, model: Model, counts: Counter[str]) -> None:
        self._plan, self._model, self._counts = plan, model, counts
        self._received = bytearray()
        self._template = answer(5, 77)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[: end + 2])
            length = _LENGTH.search(head)
            body_length = int(length[1]) if length else 0
            if len(self._received) < end + 4 + body_length:
                return
            body = bytes(self._received[end + 4 : end + 4 + body_length])
            del self._received[: end + 4 + body_length]
            self._request(head, body)

    def _request(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /counts"):
            self._reply(200, json.dumps(self._counts).encode())
            return
        method = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].lower()
        if not method.startswith(b"send"):
            me = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
            self._reply(200, json.dumps({"ok": True, "result": me if method == b"getme" else True}).encode())
            return
        self._counts[f"first_{method.decode()}_ms"] = self._counts[f"first_{method.decode()}_ms"] or _now_ms()
        there = self._plan.delay / 2 + random.uniform(0, self._plan.jitter / 2)
        back = self._plan.delay / 2 + random.uniform(0, self._plan.jitter / 2)
        if there:
            asyncio.get_running_loop().call_later(there, self._arrive, back)
        else:
            self._arrive(back)

    def _arrive(self, back: float) -> None:
        now = time.monotonic()
        wait = self._model.refuses(now)
        self._counts["refused" if wait else "sent"] += 1
        self._counts["first_ms"] = self._counts["first_ms"] or _now_ms()
        self._counts["last_ms"] = _now_ms()
        if wait:
            told = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait:.0f}"}
            body = json.dumps({**told, "parameters": {"retry_after": int(wait + 0.999)}}).encode()
        else:
            body = self._template
        if back:
            asyncio.get_running_loop().call_later(back, self._reply, 429 if wait else 200, body)
        else:
            self._reply(429 if wait else 200, body)

    def _reply(self, status: int, body: bytes) -> None:
        head = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, len(body)) + body)


def _now_ms() -> int:
    """Of the machine's monotonic clock, which all its processes share."""
    return int(time.monotonic() * 1000)


async def main(plan: Plan) -> None:
    model, counts = Model(plan), Counter[str]()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(plan, model, counts), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


@asynccontextmanager
async def served(plan: Plan) -> AsyncIterator[tuple[str, Callable[[], Any]]]:
    """Its address, and a function that asks what it has counted."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.server", json.dumps(asdict(plan)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    port = int(await process.stdout.readline())

    async def counts() -> dict[str, int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /counts HTTP/1.1\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length
        told = json.loads(await reader.readexactly(int(length[1])))
        writer.close()
        return dict(told)

    try:
        yield f"http://127.0.0.1:{port}", counts
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(main(Plan(**json.loads(sys.argv[1]))))
