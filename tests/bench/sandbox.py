"""How many sendMessage a second the sandbox takes on one core, so that it is never what a test waits for.

The sandbox runs in a process of its own; this one sends over raw sockets, as many calls in flight as there are
connections, to a crowd of silent readers. What counts is the sandbox's own CPU time, since the machine has other work.
`python -m tests.bench.sandbox`
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.client import SandboxClient

ROOT = Path(__file__).parent.parent.parent
CALLS = 30_000
CONNECTIONS = 50
READERS = 100_000
TEXT = "<b>Мост через Или открыли раньше срока</b>\n\n" + "Движение началось утром. " * 18 + "#Экономика"
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "🔖 Сохранить", "callback_data": "s:1:1"}, {"text": "📖 Читать здесь", "callback_data": "r:1"}],
        [{"text": "🔗 На сайте", "url": "https://example.kz/1"}],
    ]
}
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)")


async def load(host: str, port: int, token: str, first: int, body: bytes, method: bytes, calls: int) -> float:
    """Seconds that so many calls take; each is answered well."""
    numbers = iter(range(calls))

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for number in numbers:
            content = b'{"chat_id":%d,' % (first + number % READERS) + body
            writer.write(
                b"POST /bot%s/%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % (token.encode(), method, len(content))
                + content
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            assert length
            answer = await reader.readexactly(int(length[1]))
            assert answer.startswith(b'{"ok":true'), answer[:200]
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return time.perf_counter() - started


@asynccontextmanager
async def running() -> AsyncIterator[tuple[str, str, int]]:
    """Address, token and process id of a sandbox."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--port", "0", "--no-newsroom", "--no-flood-control",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    told = {}
    while len(told) < 3:
        name, _, value = (await process.stdout.readline()).decode().strip().replace(" ", "=", 1).partition("=")
        told[name] = value.strip()
    try:
        yield told["BOT_API_URL"], told["BOT_TOKEN"], process.pid
    finally:
        process.terminate()
        await process.wait()


def used(pid: int) -> tuple[float, float]:
    """CPU seconds and megabytes of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def main() -> None:
    text = json.dumps({"text": TEXT, "parse_mode": "HTML", "reply_markup": KEYBOARD}, ensure_ascii=False)
    block = {"type": "paragraph", "text": TEXT}
    rich = json.dumps({"rich_message": {"blocks": [block] * 8, "skip_entity_detection": True}}, ensure_ascii=False)
    print(f"sandbox: {CALLS} calls over {CONNECTIONS} connections, {READERS} silent readers")
    async with running() as (url, token, pid):
        client = SandboxClient(url)
        host, _, port = url.removeprefix("http://").partition(":")
        before = used(pid)
        first = await client.crowd(READERS)
        print(f"{'a crowd of 100,000':>20}: {used(pid)[1] - before[1]:.1f} MB")
        for name, method, content in (("text", b"sendMessage", text), ("rich message", b"sendRichMessage", rich)):
            before = used(pid)
            seconds = await load(host, int(port), token, first, content[1:].encode(), method, CALLS)
            after = used(pid)
            cpu, memory = after[0] - before[0], (after[1] - before[1]) * 2**20 / CALLS
            print(
                f"{name:>20}: {CALLS / cpu:6.0f} a second of its CPU ({cpu / CALLS * 1e6:.0f} µs each), "
                f"{CALLS / seconds:.0f} a second by the clock, {memory:.0f} bytes kept for each"
            )
        found = await client.copies()
        print(f"{'copies counted':>20}: " + ", ".join(str(one["copies"]) for one in found))
        await client.close()
    print()


if __name__ == "__main__":
    asyncio.run(main())
