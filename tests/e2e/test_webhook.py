"""Updates by webhook, as Telegram brings them, through the sandbox."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from bot.config import Settings
from bot.receiving import webhook
from bot.sandbox.client import SandboxClient
from tests.conftest import BotStarter, RunningBot

HEADER = webhook.SECRET_HEADER


@pytest.fixture
def hook() -> dict[str, Any]:
    port = unused_port()
    return {"webhook_url": f"http://127.0.0.1:{port}/telegram/updates", "http_port": port}


async def test_a_readers_whole_chat(start_bot: BotStarter, chat: SandboxClient, newspaper, hook) -> None:
    newspaper.publish("Старая новость")
    await start_bot(**hook)
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    assert await ivan.taps("Все новости|Барлық жаңалық")
    newspaper.publish("Мост открыт")
    post = await ivan.sees("Мост открыт")
    await ivan.taps("🔖", on=post)
    await ivan.sends("/bookmarks")
    await ivan.sees("Закладки")
    methods = [call["method"] for call in await chat.journal()]
    assert "setWebhook" in methods
    assert "getUpdates" not in methods
    async with asyncio.timeout(5):
        while (await chat.call("GET", "/state"))["pending_updates"]:
            await asyncio.sleep(0.05)


async def test_strangers_are_refused(start_bot: BotStarter, settings: Settings, hook, capfd) -> None:
    await start_bot(**hook)
    url, secret = hook["webhook_url"], settings.hook_secret()
    update = {"update_id": 5, "message": {"message_id": 1}}

    async with ClientSession() as session:

        async def status(*, body: Any = update, **more: Any) -> int:
            async with session.post(url, json=body, **more) as response:
                return response.status

        assert await status() == 403
        assert await status(headers={HEADER: ""}) == 403
        assert await status(headers={HEADER: secret[:-1]}) == 403
        assert await status(headers={HEADER: secret + "x"}) == 403
        assert await status(headers={HEADER: "пароль"}) == 403
        right = {HEADER: secret}
        assert await status(headers=right) == 200
        for wrong in ([], {}, {"update_id": "5"}, {"update_id": True}, {"update_id": -1}, {"update_id": 2**70}, None):
            assert await status(headers=right, body=wrong) == 400, wrong
        for raw in (b"", b"\xff", b"{", b"[" * 100_000):
            async with session.post(url, data=raw, headers=right) as response:
                assert response.status == 400, raw[:10]
        async with session.post(url, data=io.BytesIO(b"x" * 1_100_000), headers=right) as response:
            assert response.status == 413
        async with session.get(url, headers=right) as response:
            assert response.status == 405
    printed = "".join(capfd.readouterr())
    assert printed.count("its secret is wrong") == 1, "once a minute"
    assert secret not in printed
    assert "Traceback" not in printed


async def test_only_telegrams_addresses_when_asked_for(start_bot: BotStarter, settings: Settings, hook) -> None:
    from ipaddress import ip_network

    await start_bot(**hook, webhook_telegram_only=True, trusted_proxy=(ip_network("127.0.0.1"),))
    right = {HEADER: settings.hook_secret()}
    async with ClientSession() as session:
        for forwarded, status in (("", 403), ("203.0.113.5", 403), ("149.154.167.220", 200)):
            headers = {**right, "X-Forwarded-For": forwarded}
            async with session.post(hook["webhook_url"], json={"update_id": 5}, headers=headers) as response:
                assert response.status == status, forwarded


async def test_an_update_that_comes_again_is_handled_once(
    start_bot: BotStarter, settings: Settings, chat: SandboxClient, hook
) -> None:
    await start_bot(**hook)
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    person = {"id": ivan.id, "is_bot": False, "first_name": "Иван"}
    here = {"id": ivan.id, "type": "private"}
    message = {"message_id": 1, "date": 0, "chat": here, "from": person, "text": "/help"}
    update = {"update_id": 77, "message": message}
    async with ClientSession() as session:
        for _ in range(3):
            async with session.post(
                hook["webhook_url"], json=update, headers={HEADER: settings.hook_secret()}
            ) as response:
                assert response.status == 200
    await ivan.sees("/categories — ")
    await _answers(chat, "Иван", 2)
    helped = [one for one in await ivan.messages() if "/categories — " in one.get("text", "")]
    assert len(helped) == 2, helped


async def _answers(chat: SandboxClient, name: str, count: int) -> None:
    """The person writes, and gets another answer."""
    person = await chat.user(name)
    await person.sends("/help")
    async with asyncio.timeout(10):
        while len([one for one in await person.messages() if "/categories — " in one.get("text", "")]) < count:
            await asyncio.sleep(0.05)


Stop = Callable[[RunningBot], Awaitable[None]]


async def test_from_polling_to_webhook_and_back(start_bot: BotStarter, chat: SandboxClient, hook) -> None:
    """What is said while nobody listens is answered by whoever comes next."""
    ways = [{}, hook, {}, hook]
    for count, way in enumerate(ways, 1):
        since = len(await chat.journal())
        bot = await start_bot(wait=False, **way)
        await _answers(chat, "Иван", count)
        assert await bot.stops() == 0
        methods = {call["method"] for call in (await chat.journal())[since:]}
        assert ("getUpdates" in methods) is (way == {})
        if count < len(ways):
            emma = await chat.user("Emma")
            await emma.sends("/start")


async def test_a_webhook_that_somebody_removes_is_set_again(
    start_bot: BotStarter, chat: SandboxClient, sandbox, hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "LOOK", 0.3)
    await start_bot(**hook)
    async with ClientSession() as session, session.post(f"{sandbox.url}/bot{sandbox.token}/deleteWebhook") as response:
        assert response.status == 200
    await _answers(chat, "Иван", 1)


async def test_an_address_that_telegram_does_not_take_is_one_line(start_bot: BotStarter, chat, capfd) -> None:
    bot = await start_bot(wait=False, webhook_url="http://bot.example.kz/hook", http_port=unused_port())
    assert await bot.task == 2
    printed = capfd.readouterr().err
    assert "newsbot: WEBHOOK_URL: Telegram does not take http://bot.example.kz/hook" in printed
    assert "HTTPS URL must be provided" in printed
    assert "Traceback" not in printed


async def test_what_people_wrote_does_not_stay(start_bot: BotStarter, chat, sqlite_file: Path, hook) -> None:
    bot = await start_bot(**hook)
    ivan = await chat.user("Иван")
    await ivan.sends("моя тайна")
    await ivan.sees("не понимаю")
    await bot.stops()
    with sqlite3.connect(sqlite_file) as database:
        rows = database.execute("SELECT content, handled_at FROM updates").fetchall()
    database.close()
    assert rows
    assert all(content == "" and handled_at for content, handled_at in rows), rows
