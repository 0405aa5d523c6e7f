"""The process is killed (SIGKILL) again and again while a correction and a recall are on their way to a crowd.

In the end every copy says what it should, and after the recall there is none. The sandbox is the witness.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from bot.sandbox.server import Sandbox
from tests.crash.process import WarmParent, environment
from tests.crash.witness import Witness
from tests.crowd import subscribe
from tests.newspaper import Newspaper

READERS = 600
RATE = 200
KILLS = 4
"""Of each kind of change."""
WRONG, RIGHT = "Погибли трое.", "Пострадали трое."


async def last(editor: SandboxUser, words: str, *, within: float = 30) -> Json:
    """The newest message that says this, whether it came so or was edited."""
    async with asyncio.timeout(within):
        while True:
            found = [one for one in await editor.messages() if words in said(one)]
            if found:
                return found[-1]
            await asyncio.sleep(0.05)


class Changes:
    """How many changes of one kind reached the crowd."""

    def __init__(self, chat: SandboxClient, crowd: range, method: str) -> None:
        self._chat, self._crowd, self._method = chat, crowd, method

    async def done(self) -> int:
        calls = await self._chat.journal(method=self._method)
        return sum(call["ok"] and call["chat_id"] in self._crowd for call in calls)

    async def until(self, number: int, *, within: float = 20) -> None:
        async with asyncio.timeout(within):
            while await self.done() < number:
                await asyncio.sleep(0.01)


@pytest.mark.timeout(240)
async def test_killed_while_correcting_and_recalling(
    parent: WarmParent,
    sandbox: Sandbox,
    newspaper: Newspaper,
    chat: SandboxClient,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    dana = await chat.user("Дана")
    crowd = await subscribe(chat, READERS, tmp_path)
    settings = environment(sandbox, newspaper, tmp_path, MESSAGES_PER_SECOND=str(RATE), UNDO_SECONDS="0")
    newspaper.publish("До начала")
    bot = await parent.start(settings, tmp_path)
    await dana.sends("/start")
    await dana.sends(f"/breaking {WRONG}")
    await dana.taps("🚀", on=await dana.sees_button("🚀", within=20))
    control = await last(dana, f"Доставлено: {READERS + 1}")
    await dana.taps("✏️", on=control)
    await last(dana, "исправленную новость")
    await dana.sends(RIGHT)
    await dana.taps("🚀", on=await dana.sees_button("🚀", within=20))

    async def killed_at(changes: Changes) -> None:
        nonlocal bot
        for number in range(KILLS):
            await changes.until((number + 1) * READERS // (KILLS + 2))
            await bot.kill()
            bot = await parent.start(settings, tmp_path)

    edits, deletions = Changes(chat, crowd, "editMessageText"), Changes(chat, crowd, "deleteMessage")
    await killed_at(edits)
    await last(dana, f"Доставлено: {READERS + 1}\nПоловина", within=60)
    async with asyncio.timeout(60):
        while "✅" not in said(await last(dana, "Исправление №2 новости")):
            await asyncio.sleep(0.1)
    copies = await Witness(chat, crowd).count([WRONG, RIGHT])
    assert {copy.news for copy in copies} == {RIGHT}
    assert (len(copies), copies.total()) == (READERS, READERS)
    assert await edits.done() >= READERS

    control = await last(dana, "Срочная новость №1")
    await dana.taps("🗑", on=control, within=20)
    await dana.taps("Да, отозвать", on=await dana.sees_button("Да, отозвать"))
    await killed_at(deletions)
    await last(dana, "Удалено", within=60)
    assert (await Witness(chat, crowd).count([WRONG, RIGHT])).total() == 0
    record_property("counts", f"{2 * KILLS} kills; {await edits.done()} edits and {await deletions.done()} deletions")
    bot.terminate()
    assert await bot.ends() == 0
