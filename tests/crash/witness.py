"""What reached the readers, told by the sandbox, which outlives the bot."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable

from bot.sandbox.client import SandboxClient, said
from tests.crash.ledger import Copy

SENDING = ("sendMessage", "sendPhoto")
AT_ONCE = 50


class Witness:
    """`look` as things happen, `count` in the end."""

    def __init__(self, chat: SandboxClient, crowd: range) -> None:
        self._chat, self._crowd, self._seen = chat, crowd, 0
        self.calls = 0
        """Of the bot, of any kind."""
        self.messages = 0
        """That reached readers of the crowd."""
        self.arrived: set[Copy] = set()
        """Those whose first line is the news: an alert, or an article on its own."""
        self.alone, self.bundled = 0, 0
        """Messages with one piece of news, and with more."""

    async def look(self) -> int:
        """Read on in the journal; how many messages have reached readers by now."""
        for call in await self._chat.journal(since=self._seen):
            self._seen = max(self._seen, call["n"])
            self.calls += 1
            if call["ok"] and call["method"] in SENDING and call["chat_id"] in self._crowd:
                self.messages += 1
                first = call["summary"].partition("\n")[0]
                self.arrived.add(Copy(call["chat_id"], re.sub(r"<[^>]*>", "", first)))
        return self.messages

    async def until(self, messages: int, *, within: float) -> bool:
        """Whether so many messages came in time."""
        try:
            async with asyncio.timeout(within):
                while await self.look() < messages:
                    await asyncio.sleep(0.005)
        except TimeoutError:
            return False
        return True

    async def count(self, news: Iterable[str]) -> Counter[Copy]:
        """How often each reader has each piece of news in the chat, on its own or as a line of a bundle."""
        known = re.compile("|".join(re.escape(one) for one in news))
        copies: Counter[Copy] = Counter()

        async def read(reader: int) -> None:
            found = await self._chat.call("GET", f"/users/{reader}/messages")
            for message in found["messages"]:
                told = known.findall(said(message))
                copies.update(Copy(reader, one) for one in told)
                self.alone += len(told) == 1
                self.bundled += len(told) > 1

        for start in range(0, len(self._crowd), AT_ONCE):
            await asyncio.gather(*(read(reader) for reader in self._crowd[start : start + AT_ONCE]))
        return copies
