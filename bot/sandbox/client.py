"""A small client to be people in the sandbox, for tests that read like a chat.

    chat = SandboxClient("http://127.0.0.1:8088")
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.taps("Спорт")
    await ivan.sees("Матч завершился")

What is expected and doesn't come raises AssertionError with the whole chat, printed as one reads it.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import aiohttp

Json = dict[str, Any]
PAUSE = 0.03


class SandboxClient:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def call(self, verb: str, path: str, **options: Any) -> Json:
        """One call of the sandbox's own interface."""
        self._session = self._session or aiohttp.ClientSession()
        async with self._session.request(verb, f"{self._url}/sandbox{path}", **options) as response:
            content: Json = await response.json()
            if response.status != 200:
                raise AssertionError(f"{verb} {path}: {content.get('error', content)}")
            return content

    async def user(self, who: str | int) -> SandboxUser:
        """One of the people there, by name or id."""
        for user in (await self.call("GET", "/state"))["users"]:
            if who in (user["id"], user["first_name"]):
                return SandboxUser(self, user["id"], user["first_name"])
        raise AssertionError(f"nobody here is {who}")

    async def new_user(self, name: str, language: str = "ru") -> SandboxUser:
        user = await self.call("POST", "/users", json={"first_name": name, "language_code": language})
        return SandboxUser(self, user["id"], name)

    async def crowd(self, count: int, *, silent: bool = True) -> int:
        """So many readers, who have all pressed START; returns the first id of their unbroken row. Of the messages to
        silent ones only the number is kept."""
        return int((await self.call("POST", "/crowd", json={"count": count, "silent": silent}))["first_id"])

    async def fault(self, method: str, action: Json, *, times: int | None = 1, **more: Any) -> None:
        await self.call("POST", "/faults", json={"method": method, "action": action, "times": times, **more})

    async def journal(self, *, since: int = 0, method: str = "") -> list[Json]:
        """What the bot called."""
        calls: list[Json] = (await self.call("GET", "/journal", params={"since": since, "method": method}))["calls"]
        return calls


@dataclass(frozen=True, slots=True)
class SandboxUser:
    client: SandboxClient
    id: int
    name: str

    async def sends(self, text: str = "", **content: Any) -> Json:
        """A message to the bot: text, or photo= with caption=, entities=, reply_to_message_id=."""
        if text:
            content["text"] = text
        return await self.client.call("POST", f"/users/{self.id}/send", json=content)

    async def messages(self) -> list[Json]:
        """The chat as this person sees it now, oldest first."""
        found: list[Json] = (await self.client.call("GET", f"/users/{self.id}/messages"))["messages"]
        return found

    async def commands(self) -> list[Json]:
        found: list[Json] = (await self.client.call("GET", f"/users/{self.id}/commands"))["commands"]
        return found

    async def sees(self, pattern: str, *, within: float = 5.0) -> Json:
        """The newest message of the bot whose text or caption matches; waits for it."""
        return await self._wait(lambda one: bool(re.search(pattern, said(one))), f"sees /{pattern}/", within)

    async def sees_button(self, label: str, *, within: float = 5.0) -> Json:
        """The newest message with a button whose text matches."""
        return await self._wait(lambda one: _find(one, label) is not None, f"sees a button /{label}/", within)

    async def sees_nothing(self, *, of: str = "", for_: float = 1.0) -> None:
        """No message that matches comes, for so many seconds."""
        before = len(await self.messages())
        await asyncio.sleep(for_)
        for message in (await self.messages())[before if not of else 0 :]:
            if message["from"]["is_bot"] and re.search(of, said(message)):
                raise AssertionError(f"{self.name} should not see:\n{legible([message])}")

    async def taps(self, label: str, *, on: Json | None = None, within: float = 5.0) -> str:
        """Tap the button (of the newest message that has it, or of `on`) and wait for the answer; returns its text."""
        message = on or await self.sees_button(label, within=within)
        button = _find(message, label)
        if button is None or "callback_data" not in button:
            raise AssertionError(f"{self.name} finds no button /{label}/ to tap on:\n{legible([message])}")
        tap = {"message_id": message["message_id"], "data": button["callback_data"]}
        query = await self.client.call("POST", f"/users/{self.id}/tap", json=tap)
        return await self.answer_to(query["callback_query_id"], within=within)

    async def answer_to(self, query: str, *, within: float = 5.0) -> str:
        """The notice that answers a tap. Waits also until the bot has finished what it edits afterwards."""
        try:
            async with asyncio.timeout(within):
                while True:
                    answer = await self.client.call("GET", f"/callbacks/{query}")
                    if answer["answered"]:
                        await self._calm()
                        return str(answer["text"])
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            raise AssertionError(f"{self.name}'s tap was not answered:\n{legible(await self.messages())}") from None

    async def blocks(self) -> None:
        await self.client.call("POST", f"/users/{self.id}/block")

    async def unblocks(self) -> None:
        await self.client.call("POST", f"/users/{self.id}/unblock")

    async def _calm(self) -> None:
        """Until nothing in the chat has changed for a moment."""
        before: list[Json] = []
        while (now := await self.messages()) != before:
            before = now
            await asyncio.sleep(0.15)

    async def _wait(self, fits: Any, what: str, within: float) -> Json:
        try:
            async with asyncio.timeout(within):
                while True:
                    for message in reversed(await self.messages()):
                        if message["from"]["is_bot"] and fits(message):
                            return message
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            raise AssertionError(f"{self.name} never {what}. The chat:\n{legible(await self.messages())}") from None


def said(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def legible(messages: list[Json]) -> str:
    """A chat as one reads it."""
    lines = []
    for message in messages:
        who = "bot" if message["from"]["is_bot"] else message["from"]["first_name"]
        lines.append(f"  {who}: {'[photo] ' if 'photo' in message else ''}{said(message)}")
        lines += [
            "      " + " ".join(f"[{button['text']}]" for button in row)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        ]
    return "\n".join(lines) or "  (nothing)"


def _find(message: Json, label: str) -> Json | None:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons: list[Json] = [button for row in rows for button in row]
    exact = (button for button in buttons if button["text"] == label)
    return next(exact, None) or next((button for button in buttons if re.search(label, button["text"])), None)
