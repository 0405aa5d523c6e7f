"""What the page and the tests can watch."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Api, picture


async def events(response: aiohttp.ClientResponse) -> Any:
    async for line in response.content:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


async def test_events_as_they_happen(api: Api, ivan: Any, chat: Any) -> None:
    emma = await chat.user("Emma")
    async with api.session.get(f"{api.url}/sandbox/events?user={ivan.id}") as response:
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        await emma.starts()
        sent = await api.sendMessage(chat_id=ivan.id, text="x")
        place = {"chat_id": ivan.id, "message_id": sent["message_id"]}
        await api.editMessageText(**place, text="y")
        await api.pinChatMessage(**place)
        await api.sendChatAction(chat_id=ivan.id, action="typing")
        await api.sendMessage(chat_id=ivan.id, text="z", reply_markup={"keyboard": [["да"]]})
        await api.deleteMessage(**place)
        await ivan.blocks()
        seen = []
        async with asyncio.timeout(5):
            async for event in events(response):
                assert event["chat_id"] in (ivan.id, 0)
                seen.append(event["type"])
                if event["type"] == "user":
                    break
    assert seen == ["message", "edit", "message", "pinned", "chat_action", "keyboard", "message", "delete", "user"]


async def test_open_events_do_not_hold_up_the_end() -> None:
    async with aiohttp.ClientSession() as session:
        sandbox = Sandbox()
        await sandbox.start()
        async with session.get(f"{sandbox.url}/sandbox/events") as response:
            await response.content.readline()
            await asyncio.wait_for(sandbox.stop(), 3)
            assert await response.content.read() is not None


async def test_smaller_sizes_of_photos_are_smaller(api: Api, ivan: Any) -> None:
    sent = await api.sendPhoto(chat_id=ivan.id, photo=picture(1600, 900))
    sizes = []
    for size in sent["photo"]:
        async with api.session.get(f"{api.url}/sandbox/photos/{size['file_unique_id']}") as response:
            assert response.content_type.startswith("image/")
            sizes.append(len(await response.read()))
    assert sizes == sorted(sizes)
    path = (await api.getFile(file_id=sent["photo"][0]["file_id"]))["file_path"]
    async with api.session.get(f"{api.url}/file/bot{api.token}/{path}") as response:
        assert len(await response.read()) == sizes[0]


async def test_mistakes_are_told(chat: Any) -> None:
    for verb, path, body in (
        ("POST", "/users", {}),
        ("POST", "/users", {"first_name": "Иван", "id": 710000001}),
        ("POST", "/crowd", {"count": 0}),
        ("POST", "/crowd", {"count": "many"}),
        ("POST", "/chats", {"type": "salon", "title": "x"}),
        ("GET", "/users/5/messages", None),
        ("GET", "/callbacks/5", None),
        ("GET", "/photos/none", None),
        ("POST", "/users/710000001/send", {}),
        ("POST", "/users/710000001/send", {"photo": "не base64"}),
    ):
        with pytest.raises(AssertionError, match=f"{verb} {path}: ."):
            await chat.call(verb, path, json=body)
