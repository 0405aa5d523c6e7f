"""Looking at a chat from outside: waiting for what should come, and printing it as one reads it."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.answers import Json
from bot.sandbox.rich.tally import plain

PAUSE = 0.03
MEDIA = ("photo", "video", "animation", "audio", "voice", "document", "rich_message")


class View(ABC):
    """A chat that is looked at. `name` is whose."""

    __slots__ = ()
    name: str

    @abstractmethod
    async def _state(self) -> Json:
        """Messages, reply keyboard, pinned ids."""

    async def messages(self) -> list[Json]:
        """The chat as it is seen now, oldest first."""
        found: list[Json] = (await self._state())["messages"]
        return found

    async def pinned(self) -> list[int]:
        found: list[int] = (await self._state())["pinned"]
        return found

    async def keyboard(self) -> Json | None:
        """The reply keyboard that stands below the chat."""
        return (await self._state()).get("keyboard")

    async def sees(self, pattern: str, *, within: float = 5.0) -> Json:
        """The newest message of the bot whose words match; waits for it."""
        return await self._wait(lambda one: bool(re.search(pattern, said(one))), f"sees /{pattern}/", within)

    async def sees_button(self, label: str, *, within: float = 5.0) -> Json:
        """The newest message with a button whose text matches."""
        return await self._wait(lambda one: self.button(one, label) is not None, f"sees a button /{label}/", within)

    async def sees_nothing(self, *, of: str = "", for_: float = 1.0) -> None:
        """No message that matches comes, for so many seconds."""
        before = len(await self.messages())
        await asyncio.sleep(for_)
        for message in (await self.messages())[before if not of else 0 :]:
            if of_bot(message) and re.search(of, said(message)):
                raise AssertionError(f"{self.name} should not see:\n{legible([message])}")

    async def calm(self) -> None:
        """Until nothing in the chat has changed for a moment."""
        before: list[Json] = []
        while (now := await self.messages()) != before:
            before = now
            await asyncio.sleep(0.15)

    async def _wait(self, fits: Callable[[Json], bool], what: str, within: float) -> Json:
        async def newest() -> Json | None:
            seen = reversed(await self.messages())
            return next((message for message in seen if of_bot(message) and fits(message)), None)

        found = await self._until(newest, lambda message: message is not None, within)
        if found is None:
            raise AssertionError(f"{self.name} never {what}. The chat:\n{legible(await self.messages())}")
        return found

    async def _until(
        self, look: Callable[[], Awaitable[Json | None]], enough: Callable[[Any], bool], within: float
    ) -> Json | None:
        try:
            async with asyncio.timeout(within):
                while True:
                    if enough(found := await look()):
                        return found
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            return None

    @staticmethod
    def button(message: Json, label: str) -> Json | None:
        """The button with this text, or else the first whose text matches; also of those inside a rich message."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons: list[Json] = [button for row in rows for button in row]
        buttons += _inner_buttons(message.get("rich_message"))
        exact = (button for button in buttons if plain(button["text"]) == label)
        return next(exact, None) or next((one for one in buttons if re.search(label, plain(one["text"]))), None)


def _inner_buttons(content: Any) -> list[Json]:
    if isinstance(content, list):
        return [button for part in content for button in _inner_buttons(part)]
    if not isinstance(content, dict):
        return []
    if content.get("type") == "buttons":
        return list(content["buttons"])
    if content.get("type") == "button":
        return [content["button"]]
    return [button for part in content.values() for button in _inner_buttons(part)]


def of_bot(message: Json) -> bool:
    """Also what it posted in a channel, and what was sent by way of it."""
    sender = message.get("from")
    return bool(sender["is_bot"]) if sender else "author_signature" not in message


def said(message: Json) -> str:
    """The words of a message."""
    if "rich_message" in message:
        return plain(message["rich_message"].get("blocks"))
    return str(message.get("text") or message.get("caption") or "")


def legible(messages: list[Json]) -> str:
    """A chat as one reads it."""
    lines = []
    for message in messages:
        who = "bot" if of_bot(message) else (message.get("from") or {}).get("first_name", "channel")
        kinds = "".join(f"[{kind}] " for kind in MEDIA if kind in message)
        lines.append(f"  {who}: {kinds}{said(message)}")
        lines += [
            "      " + " ".join(f"[{button['text']}]" for button in row)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        ]
    return "\n".join(lines) or "  (nothing)"
