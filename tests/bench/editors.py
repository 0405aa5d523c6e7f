"""Breaking news to 100,000 readers: how soon a pause, a correction, a stop and a recall hold, counted by the sandbox.

The bot and the sandbox are processes of their own. `python -m tests.bench.editors [readers]`
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from storage import open_storage
from tests.bench.sandbox import ROOT, running

READERS = 100_000
RATE = 1000
WRONG, RIGHT = "Погибли трое.", "Пострадали трое."


async def calls(client: SandboxClient) -> int:
    """Of any kind, so far."""
    return int((await client.call("GET", "/journal", params={"since": 10**9}))["next"])


async def prepare(folder: str, crowd: range) -> None:
    await (await open_storage(f"sqlite:///{folder}/newsbot.db")).close()
    with sqlite3.connect(f"{folder}/newsbot.db") as database:
        database.executemany(
            "INSERT INTO readers (chat_id, language, created_at) VALUES (?, 'ru', 0)", [(one,) for one in crowd]
        )
    database.close()


class Desk:
    """An editor who watches one message."""

    def __init__(self, client: SandboxClient, dana: SandboxUser, folder: str) -> None:
        self._client, self._dana, self._folder = client, dana, folder

    async def last(self, words: str, *, within: float = 900) -> Json:
        async with asyncio.timeout(within):
            while True:
                for one in reversed(await self._dana.messages()):
                    if re.search(words, said(one)):
                        return one
                await asyncio.sleep(0.1)

    async def taps(self, label: str, on: Json) -> float:
        """Seconds until the bot has decided and answered."""
        button = self._dana.button(on, label)
        assert button, label
        place = {"chat_id": on["chat"]["id"], "message_id": on["message_id"]}
        began = time.perf_counter()
        query = await self._dana._do("tap", data=button["callback_data"], **place)
        while not (await self._client.call("GET", f"/callbacks/{query['callback_query_id']}"))["answered"]:
            await asyncio.sleep(0.005)
        return time.perf_counter() - began

    def delivered(self) -> int:
        database = sqlite3.connect(f"file:{self._folder}/newsbot.db?mode=ro", uri=True, timeout=10)
        sql = "SELECT coalesce(sum(deliveries), 0) FROM figures WHERE subject = 'b1' AND state = 'sent'"
        try:
            return int(database.execute(sql).fetchone()[0])
        finally:
            database.close()

    async def until(self, number: int) -> None:
        while self.delivered() < number:
            await asyncio.sleep(0.05)

    async def leaves_after(self) -> tuple[int, int]:
        """Calls within the first second from now, and within the two after it."""
        before = await calls(self._client)
        await asyncio.sleep(1)
        first = await calls(self._client)
        await asyncio.sleep(2)
        return first - before, await calls(self._client) - first


async def measure(client: SandboxClient, folder: str, readers: int) -> None:
    dana = await client.user("Дана")
    desk = Desk(client, dana, folder)
    await dana.sends("/start")
    await desk.last("Выберите|Разделы")
    await dana.sends(f"/breaking {WRONG}")
    control = await desk.last("В точности это получ")
    began = time.perf_counter()
    print(f"{'🚀 confirmed':>24}: {await desk.taps('🚀', control) * 1000:.0f} ms")
    await desk.until(readers // 5)
    rate = readers / 5 / (time.perf_counter() - began)
    control = await desk.last("^Срочная новость №1")
    answered = await desk.taps("⏸", control)
    print(f"{'⏸ paused':>24}: {answered * 1000:.0f} ms, calls in the next second and the two after: "
          f"{await desk.leaves_after()}, at {rate:.0f} a second before")  # fmt: skip
    control = await desk.last("⏸")
    answered = await desk.taps("⏵", control)
    print(f"{'⏵ resumed':>24}: {answered * 1000:.0f} ms, calls likewise: {await desk.leaves_after()}")
    await desk.until(readers * 2 // 5)
    await desk.taps("✏️", await desk.last("^Срочная новость №1"))
    await desk.last("исправленную новость")
    await dana.sends(RIGHT)
    offer = await desk.last("Так стан")
    answered, so_far = await desk.taps("🚀", offer), desk.delivered()
    print(f"{'✏️ corrected':>24}: {answered * 1000:.0f} ms, with {so_far} delivered")
    began = time.perf_counter()
    await desk.until(readers * 7 // 10)
    answered = await desk.taps("⏹", await desk.last("^Срочная новость №1"))
    print(f"{'⏹ stopped':>24}: {answered * 1000:.0f} ms, calls likewise: {await desk.leaves_after()}")
    stopped = await desk.last("^Срочная новость №1\n⏹ Остановлено")
    print("\n".join(f"{'':>24}  {line}" for line in said(stopped).splitlines()[2:]))
    for one in await client.copies():
        if one["summary"] in (WRONG, RIGHT):
            print(f"{'':>24}  sent as {one['summary']!r}: {one['copies']}")
    await desk.last("Исправление №2[^✅]*✅")
    print(f"{'':>24}  all delivered before were edited {time.perf_counter() - began:.0f} s after the correction")
    await desk.taps("🗑", stopped)
    began = time.perf_counter()
    answered = await desk.taps("Да", await desk.last("Отозвать новость"))
    result = await desk.last("Удалено")
    print(f"{'🗑 recalled':>24}: {answered * 1000:.0f} ms, all of it after {time.perf_counter() - began:.0f} s")
    print("\n".join(f"{'':>24}  {line}" for line in said(result).splitlines()[1:]))


async def main(readers: int) -> None:
    print(f"breaking news: {readers} readers, {RATE} messages a second asked for")
    async with running() as (url, token, _):
        client = SandboxClient(url)
        with tempfile.TemporaryDirectory() as folder:
            first = await client.crowd(readers)
            await prepare(folder, range(first, first + readers))
            dana = await client.user("Дана")
            settings = {
                **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
                "PYTHONPATH": str(ROOT),
                "BOT_TOKEN": token,
                "BOT_API_URL": url,
                "ADMIN_IDS": str(dana.id),
                "DATABASE_URL": f"sqlite:///{folder}/newsbot.db",
                "MESSAGES_PER_SECOND": str(RATE),
                "UNDO_SECONDS": "0",
            }
            with (Path(folder) / "bot.log").open("wb") as told:
                bot = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "run", cwd=folder, env=settings, stderr=told
                )
                try:
                    await measure(client, folder, readers)
                finally:
                    bot.terminate()
                    await bot.wait()
        await client.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else READERS))
