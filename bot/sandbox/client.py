"""A small client to be people in the sandbox, for tests that read like a chat.

    chat = SandboxClient("http://127.0.0.1:8088")
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.taps("Спорт")
    await ivan.sees("Матч завершился")

What is expected and doesn't come raises AssertionError with the whole chat, printed as one reads it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.answers import Json
from bot.sandbox.viewing import View, legible, said

__all__ = ["Json", "SandboxChat", "SandboxClient", "SandboxUser", "legible", "said"]


class SandboxClient:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def call(self, verb: str, path: str, **options: Any) -> Json:
        """One call of the sandbox's own interface (`bot.sandbox.control` tells what there is)."""
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

    async def new_user(self, name: str, language: str = "ru", **more: Any) -> SandboxUser:
        """`more`: role="editor", username=, started=True, id=."""
        user = await self.call("POST", "/users", json={"first_name": name, "language_code": language, **more})
        return SandboxUser(self, user["id"], name)

    async def crowd(self, count: int, **more: float) -> int:
        """So many silent readers, who have all pressed START; returns the first id of their unbroken row. `blocked=`
        and `deactivated=` are shares of them."""
        return int((await self.call("POST", "/crowd", json={"count": count, **more}))["first_id"])

    async def group(self, title: str, kind: str = "supergroup", **more: Any) -> SandboxChat:
        """A new group, supergroup or channel: creator=, members=[ids], is_forum=True, username=, bot="member" or
        "administrator", rights={…} of the bot."""
        chat = await self.call("POST", "/chats", json={"type": kind, "title": title, **more})
        return SandboxChat(self, chat["id"], title)

    async def fault(self, method: str | list[str], action: Json, *, times: int | None = 1, **more: Any) -> int:
        """`more`: chat_id=, text=, after=. Returns its id."""
        given = {"method": method, "action": action, "times": times, **more}
        return int((await self.call("POST", "/faults", json=given))["id"])

    async def clear_faults(self) -> None:
        await self.call("DELETE", "/faults")

    async def settings(self, **changed: Any) -> Json:
        return await self.call("POST", "/settings", json=changed)

    async def journal(self, *, since: int = 0, method: str = "") -> list[Json]:
        """What the bot called."""
        calls: list[Json] = (await self.call("GET", "/journal", params={"since": since, "method": method}))["calls"]
        return calls

    async def copies(self, text: str = "", *, since: int = 0, **readers: int) -> list[Json]:
        """How many copies of each message the readers got: the crowd, or first_id= and count=."""
        asked = {"text": text, "since": since, **readers}
        found: list[Json] = (await self.call("GET", "/copies", params=asked))["messages"]
        return found

    async def warnings(self) -> list[str]:
        return [one["warning"] for one in (await self.call("GET", "/warnings"))["warnings"]]


@dataclass(frozen=True, slots=True)
class SandboxUser(View):
    """A person. Everything they send goes to the bot, or with chat_id= into a group or channel."""

    client: SandboxClient
    id: int
    name: str

    async def _state(self) -> Json:
        return await self.client.call("GET", f"/users/{self.id}/messages")

    async def _do(self, act: str, **content: Any) -> Json:
        return await self.client.call("POST", f"/users/{self.id}/{act}", json=content)

    async def sends(self, text: str = "", **content: Any) -> Json:
        """Text, or photo= (and the other media) with caption=, entities=, reply_to_message_id=, album=, forward=, raw=;
        `bot.sandbox.control` has them all."""
        return await self._do("send", **({"text": text} if text else {}), **content)

    async def sends_photo(self, photo: bytes | str = "demo", caption: str = "", **content: Any) -> Json:
        data = photo if isinstance(photo, str) else base64.b64encode(photo).decode()
        return await self._do("send", photo=data, caption=caption, **content)

    async def sends_file(self, kind: str, data: bytes, name: str = "", caption: str = "", **content: Any) -> Json:
        """`kind`: video, animation, audio, voice or document."""
        encoded = base64.b64encode(data).decode()
        return await self._do("send", **{kind: encoded}, file_name=name, caption=caption, **content)

    async def starts(self, payload: str = "") -> Json:
        """START, or a deep link t.me/bot?start=payload."""
        return await self._do("send", text=f"/start {payload}".strip())

    async def forwards(self, message: Json, **content: Any) -> Json:
        wanted = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        return await self._do("send", forward=wanted, **content)

    async def edits(self, message: Json, text: str) -> Json:
        field = "text" if "text" in message else "caption"
        place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        return await self._do("edit", **{field: text}, **place)

    async def commands(self) -> list[Json]:
        found: list[Json] = (await self.client.call("GET", f"/users/{self.id}/commands"))["commands"]
        return found

    async def taps(self, label: str, *, on: Json | None = None, within: float = 5.0) -> str:
        """Tap the button (of the newest message that has it, or of `on`) and wait for the answer; returns its text.
        Other buttons than callback ones can't be tapped."""
        message = on or await self.sees_button(label, within=within)
        button = self.button(message, label)
        if button is None or "callback_data" not in button:
            raise AssertionError(f"{self.name} finds no button /{label}/ to tap on:\n{legible([message])}")
        place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        query = await self._do("tap", data=button["callback_data"], **place)
        return await self.answer_to(query["callback_query_id"], within=within)

    async def answer_to(self, query: str, *, within: float = 5.0) -> str:
        """The notice that answers a tap. Waits also until the bot has finished what it edits afterwards."""
        answer = await self._until(
            lambda: self.client.call("GET", f"/callbacks/{query}"), lambda told: told["answered"], within
        )
        if answer is None:
            raise AssertionError(f"{self.name}'s tap was not answered:\n{legible(await self.messages())}")
        await self.calm()
        return str(answer["text"])

    async def inline(self, query: str, *, within: float = 5.0, **more: Any) -> Json:
        """Type @bot and some words; the answer, with `results` and `query_id`. `more`: offset=, chat_id=."""
        asked = await self._do("inline", query=query, **more)
        path = f"/inline/{asked['query_id']}"
        answer = await self._until(lambda: self.client.call("GET", path), lambda told: told["answered"], within)
        if answer is None:
            raise AssertionError(f"{self.name}'s inline query {query!r} was not answered")
        return answer

    async def chooses(self, answer: Json, result: int = 0) -> Json:
        """One of an inline answer's results goes into the chat."""
        return await self._do("choose", query_id=answer["query_id"], result_id=answer["results"][result]["id"])

    async def blocks(self) -> None:
        await self._do("block")

    async def unblocks(self) -> None:
        await self._do("unblock")

    async def disappears(self) -> None:
        """The account is deleted."""
        await self._do("deactivate")


@dataclass(frozen=True, slots=True)
class SandboxChat(View):
    """A group, supergroup or channel."""

    client: SandboxClient
    id: int
    name: str

    async def _state(self) -> Json:
        return await self.client.call("GET", f"/chats/{self.id}/messages")

    async def _do(self, act: str, **content: Any) -> Json:
        return await self.client.call("POST", f"/chats/{self.id}/{act}", json=content)

    async def about(self) -> Json:
        return await self.client.call("GET", f"/chats/{self.id}")

    async def sets(self, user: SandboxUser | str | int, status: str, **more: Any) -> Json:
        """Make somebody ("bot": the bot) creator, administrator, member, restricted, left or kicked; rights=, by=."""
        user_id = user.id if isinstance(user, SandboxUser) else user
        return await self._do("members", user_id=user_id, status=status, **more)

    async def permits(self, **permissions: bool) -> Json:
        """What all members may do: can_send_photos=False."""
        return await self._do("permissions", **permissions)

    async def opens_topic(self, name: str) -> int:
        return int((await self._do("topics", name=name))["id"])

    async def closes_topic(self, topic: int) -> None:
        await self._do(f"topics/{topic}", closed=True)

    async def deletes_topic(self, topic: int) -> None:
        await self._do(f"topics/{topic}", deleted=True)

    async def migrates(self) -> SandboxChat:
        """A group becomes a supergroup; returns it."""
        return SandboxChat(self.client, (await self._do("migrate"))["id"], self.name)

    async def removes(self) -> None:
        await self._do("remove")
