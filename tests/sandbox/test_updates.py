"""Updates: long polling, what is wanted, how long it lives, and webhooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram.types import Update
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Api, Refused, picture


class Clock:
    now = 1_797_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(flood_control=False, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def chat(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    client = SandboxClient(sandbox.url)
    yield client
    await client.close()


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sandbox.url, sandbox.token, session)


async def test_offsets_confirm(api: Api, ivan: Any) -> None:
    for number in range(5):
        await ivan.sends(str(number))
    first = (await api.getUpdates(limit=2))[0]["update_id"]
    assert len(await api.getUpdates()) == 5, "what was not confirmed comes again"
    assert [update["message"]["text"] for update in await api.getUpdates(offset=first + 2, limit=2)] == ["2", "3"]
    assert len(await api.getUpdates()) == 3
    [last] = await api.getUpdates(offset=-1)
    assert last["message"]["text"] == "4"
    assert len(await api.getUpdates()) == 1, "the ones before are forgotten"


async def test_a_second_poller_ends_the_first(api: Api, ivan: Any) -> None:
    first = asyncio.create_task(api.raw("getUpdates", {"timeout": 30}))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(api.raw("getUpdates", {"timeout": 30}))
    answer = await first
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await ivan.sends("x")
    assert len((await second)["result"]) == 1


async def test_updates_grow_old(api: Api, ivan: Any, clock: Clock) -> None:
    keyboard = {"inline_keyboard": [[{"text": "да", "callback_data": "1"}]]}
    sent = await api.sendMessage(chat_id=ivan.id, text="x", reply_markup=keyboard)

    async def everything() -> list[str]:
        await ivan.client.call("POST", f"/users/{ivan.id}/inline", json={"query": "x"})
        await ivan.client.call("POST", f"/users/{ivan.id}/tap", json={"message_id": sent["message_id"], "data": "1"})
        await ivan.sends("y")
        return await waiting()

    async def waiting() -> list[str]:
        return [key for update in await api.getUpdates() for key in update if key != "update_id"]

    assert await everything() == ["inline_query", "callback_query", "message"]
    clock.now += 31
    assert await waiting() == ["callback_query", "message"]
    clock.now += 120
    assert await waiting() == ["message"]
    clock.now += 23 * 3600
    assert await waiting() == ["message"]
    clock.now += 3600
    assert await waiting() == []


async def test_only_what_is_allowed(api: Api, ivan: Any) -> None:
    await api.getUpdates(allowed_updates=["edited_message"])
    message = await ivan.sends("раз")
    assert await api.getUpdates() == []
    await ivan.edits(message, "два")
    [update] = await api.getUpdates()
    assert update["edited_message"]["text"] == "два"
    Update.model_validate(update)
    await ivan.sends("три")
    assert len(await api.getUpdates()) == 1, "left out, the setting stays"
    await api.getUpdates(allowed_updates=[])
    await ivan.sends("четыре")
    assert len(await api.getUpdates()) == 2, "empty, it is the default"


async def test_what_people_can_send(api: Api, chat: Any, ivan: Any) -> None:
    sent = await api.sendMessage(chat_id=ivan.id, text="от бота")
    await ivan.sends("текст", entities=[{"type": "bold", "offset": 0, "length": 5}])
    await ivan.sends_photo(picture(), "подпись")
    await ivan.sends_file("document", b"%PDF-1", "отчёт.pdf")
    await ivan.sends_file("video", b"\0\0\0\x18ftypisom", "v.mp4")
    await ivan.sends(album=[{"photo": "demo", "caption": "a"}, {"photo": "demo"}])
    await ivan.forwards(sent)
    await ivan.sends(forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "Кто-то"}, text="чужое")
    await ivan.sends(location={"latitude": 51.1, "longitude": 71.4})
    await ivan.sends(contact={"phone_number": "+7701", "first_name": "Иван"})
    await ivan.sends("ответ", reply_to_message_id=sent["message_id"])
    await ivan.starts("story_5")
    messages = [update["message"] for update in await api.getUpdates()]
    for update in await api.getUpdates():
        Update.model_validate(update)
    assert messages[0]["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert messages[2]["document"]["file_name"] == "отчёт.pdf"
    assert messages[4]["media_group_id"] == messages[5]["media_group_id"]
    assert messages[6]["forward_origin"]["sender_user"]["is_bot"] is True
    assert messages[7]["forward_origin"]["type"] == "hidden_user"
    assert messages[10]["reply_to_message"]["text"] == "от бота"
    assert messages[11]["text"] == "/start story_5"
    assert messages[11]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_message_of_any_shape(api: Api, ivan: Any) -> None:
    rich: Any = "x"
    for _ in range(30):
        rich = {"type": "bold", "text": [rich]}
    await ivan.sends(raw={"rich_message": {"blocks": [{"type": "hologram", "text": rich}]}})
    await ivan.client.call("POST", "/updates", json={"poll_answer": {"poll_id": "1", "option_ids": [0]}})
    message, poll = await api.getUpdates()
    assert message["message"]["rich_message"]["blocks"][0]["type"] == "hologram"
    assert poll["poll_answer"]["poll_id"] == "1"
    with pytest.raises(AssertionError, match="kind of the Bot API"):
        await ivan.client.call("POST", "/updates", json={"telegram": {}})


@dataclass
class Hook:
    """A bot's own address."""

    url: str = ""
    answers: list[tuple[int, Any]] = field(default_factory=list)
    """For the next requests; then 200."""
    headers: dict[str, str] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    slow_chat: int = 0
    open_slowly: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if update.get("message", {}).get("chat", {}).get("id") == self.slow_chat:
            await self.open_slowly.wait()
        self.received.append(update)
        status, body = self.answers.pop(0) if self.answers else (200, None)
        return web.Response(status=status, text=json.dumps(body) if body else "", content_type="application/json",
                            headers=self.headers)  # fmt: skip

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.received) < count:
                await asyncio.sleep(0.01)
        return [update["message"]["text"] for update in self.received]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    server = TestServer(app)
    await server.start_server()
    hook.url = str(server.make_url("/hook"))
    yield hook
    hook.open_slowly.set()
    await server.close()


async def test_a_webhook_is_brought_updates(api: Api, ivan: Any, hook: Hook) -> None:
    await ivan.sends("до")
    assert await api.setWebhook(url=hook.url, secret_token="s3cret_-", max_connections=10) is True
    await ivan.sends("после")
    assert await hook.until(2) == ["до", "после"]
    assert hook.secrets == ["s3cret_-"] * 2
    info = await api.getWebhookInfo()
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (hook.url, 0, 10)
    with pytest.raises(Refused, match="can't use getUpdates method while webhook is active") as caught:
        await api.getUpdates()
    assert caught.value.code == 409
    assert await api.deleteWebhook() is True
    await ivan.sends("опять сам")
    assert len(await api.getUpdates()) == 1


async def test_a_webhook_ends_a_poll(api: Api, hook: Hook, ivan: Any) -> None:
    poll = asyncio.create_task(api.raw("getUpdates", {"timeout": 30}))
    await asyncio.sleep(0.1)
    await api.setWebhook(url=hook.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_a_webhook_that_fails_stalls_only_its_chat(api: Api, chat: Any, ivan: Any, hook: Hook) -> None:
    await chat.settings(webhook_first_pause=0.02)
    emma = await chat.user("Emma")
    hook.slow_chat = ivan.id
    await api.setWebhook(url=hook.url)
    await ivan.sends("иван 1")
    await ivan.sends("иван 2")
    await emma.sends("emma 1")
    await emma.sends("emma 2")
    assert await hook.until(2) == ["emma 1", "emma 2"]
    hook.answers = [(500, None), (500, None)]
    hook.open_slowly.set()
    assert (await hook.until(6))[2:] == ["иван 1", "иван 1", "иван 1", "иван 2"], "in their order, again and again"
    info = await api.getWebhookInfo()
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_what_is_too_old_is_not_brought_any_more(
    api: Api, chat: Any, ivan: Any, hook: Hook, clock: Clock
) -> None:
    await chat.settings(webhook_first_pause=0.02)
    hook.answers = [(500, None)] * 3
    await api.setWebhook(url=hook.url)
    await ivan.sends("старое")
    await hook.until(1)
    clock.now += 25 * 3600
    await ivan.sends("новое")
    async with asyncio.timeout(5):
        while hook.received[-1]["message"]["text"] != "новое":
            await asyncio.sleep(0.01)


async def test_a_webhook_that_is_gone_for_a_day_is_removed(
    api: Api, chat: Any, ivan: Any, hook: Hook, clock: Clock
) -> None:
    await chat.settings(webhook_first_pause=0.02)
    hook.answers = [(410, None)] * 100
    await api.setWebhook(url=hook.url)
    await ivan.sends("x")
    await hook.until(2)
    assert (await api.getWebhookInfo())["url"] == hook.url
    clock.now += 23.5 * 3600
    async with asyncio.timeout(5):
        while (await api.getWebhookInfo())["url"]:
            await asyncio.sleep(0.01)


async def test_a_webhook_may_ask_for_a_pause(api: Api, chat: Any, ivan: Any, hook: Hook) -> None:
    await chat.settings(webhook_first_pause=0.02)
    hook.answers, hook.headers = [(503, None)], {"Retry-After": "1"}
    await api.setWebhook(url=hook.url)
    await ivan.sends("x")
    await hook.until(1)
    started = asyncio.get_running_loop().time()
    await hook.until(2)
    assert asyncio.get_running_loop().time() - started > 0.9


async def test_a_method_in_the_answer_is_called(api: Api, chat: Any, ivan: Any, hook: Hook) -> None:
    hook.answers = [
        (200, {"method": "sendMessage", "chat_id": ivan.id, "text": "ответ"}),
        (200, {"method": "getMe"}),
        (200, {"method": "sendMessage", "chat_id": ivan.id, "text": ""}),
    ]
    await api.setWebhook(url=hook.url)
    for number in range(3):
        await ivan.sends(str(number))
    await ivan.sees("ответ")
    await hook.until(3)
    async with asyncio.timeout(5):
        while len(calls := await chat.journal(method="sendMessage")) < 2:
            await asyncio.sleep(0.01)
    assert [call["ok"] for call in calls] == [True, False], "nobody learns of the error"
    assert await chat.journal(method="getMe") == []


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"url": "http://example.kz/hook"}, "bad webhook: HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.kz:8080/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://nowhere/hook"}, "bad webhook: Failed to resolve host"),
        ({"url": "https://example.kz/", "secret_token": "тайна"}, "secret token contains unallowed characters"),
        ({"url": "https://example.kz/", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "https://example.kz/", "max_connections": 101}, "max_connections must be from 1 to 100"),
    ],
)
async def test_webhooks_that_are_refused(api: Api, params: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        await api.setWebhook(**params)


async def test_loopback_can_be_refused_as_telegram_does(api: Api, chat: Any, hook: Hook) -> None:
    await chat.settings(webhook_on_loopback=False)
    with pytest.raises(Refused, match="HTTPS URL must be provided"):
        await api.setWebhook(url=hook.url)
    with pytest.raises(Refused, match="is reserved"):
        await api.setWebhook(url="https://127.0.0.1/hook")


async def test_waiting_updates_can_be_dropped(api: Api, ivan: Any) -> None:
    await ivan.sends("x")
    assert (await api.getWebhookInfo())["pending_update_count"] == 1
    await api.deleteWebhook(drop_pending_updates=True)
    assert await api.getUpdates() == []
