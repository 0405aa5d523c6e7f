"""What the chat page asks of the sandbox beyond what tests need."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Api, picture


async def test_a_chat_page_by_page(api: Api, ivan: Any, chat: Any) -> None:
    for number in range(5):
        await api.sendMessage(chat_id=ivan.id, text=f"№ {number}")
    path = f"/users/{ivan.id}/messages"
    last = await chat.call("GET", path, params={"limit": 2})
    assert [one["text"] for one in last["messages"]] == ["№ 3", "№ 4"]
    assert last["more"]
    older = await chat.call("GET", path, params={"limit": 10, "before": last["messages"][0]["message_id"]})
    assert [one["text"] for one in older["messages"]] == ["/start", "№ 0", "№ 1", "№ 2"]
    assert not older["more"]
    state = await chat.call("GET", "/state")
    assert state["last"][str(ivan.id)]["text"] == "№ 4"


async def test_the_newest_calls_and_those_refused(api: Api, ivan: Any, chat: Any) -> None:
    for text in ("a", "", "b", "", "c"):
        await api.raw("sendMessage", {"chat_id": ivan.id, "text": text})
    asked = {"method": "sendMessage", "last": 2}
    found = await chat.call("GET", "/journal", params=asked)
    assert [one["summary"] for one in found["calls"]] == ["", "c"]
    refused = await chat.call("GET", "/journal", params={**asked, "errors": 1, "last": 9})
    assert [one["error_code"] for one in refused["calls"]] == [400, 400]
    assert refused["next"] == found["next"]


async def test_faults_that_are_through_are_remembered(api: Api, ivan: Any, chat: Any) -> None:
    await chat.fault("sendMessage", {"error": {"error_code": 500, "description": "x"}}, times=2)
    for _ in range(3):
        await api.raw("sendMessage", {"chat_id": ivan.id, "text": "x"})
    told = await chat.call("GET", "/faults")
    assert told["faults"] == []
    assert [one["hits"] for one in told["spent"]] == [2]
    await chat.clear_faults()
    assert (await chat.call("GET", "/faults"))["spent"] == []


@pytest.mark.parametrize("asking", [{"force_reply": True}, {"keyboard": [["да"]], "one_time_keyboard": True}])
async def test_what_was_asked_once_is_not_asked_again(api: Api, ivan: Any, asking: dict[str, Any]) -> None:
    await api.sendMessage(chat_id=ivan.id, text="?", reply_markup=asking)
    assert await ivan.keyboard()
    await ivan.sends("да")
    assert await ivan.keyboard() is None


async def test_the_picture_beside_an_inline_result(api: Api, ivan: Any, chat: Any, files: Any) -> None:
    address = files.add("a.jpg", "image/jpeg", picture(90, 90))
    asked = await chat.call("POST", f"/users/{ivan.id}/inline", json={"query": "x"})
    content = {"input_message_content": {"message_text": "x"}}
    results = [
        {"type": "article", "id": "1", "title": "x", "thumbnail_url": address, **content},
        {"type": "article", "id": "2", "title": "y", **content},
    ]
    await api.answerInlineQuery(inline_query_id=asked["query_id"], results=results)
    place = f"{api.url}/sandbox/inline/{asked['query_id']}/pictures"
    async with api.session.get(f"{place}/0") as response:
        assert response.content_type == "image/jpeg"
        assert await response.read() == picture(90, 90)
    for number in (1, 2):
        async with api.session.get(f"{place}/{number}") as response:
            assert response.status == 400


async def test_feeds_are_read_by_whom_it_was_given() -> None:
    async def try_feed(url: str) -> dict[str, Any]:
        return {"text": f"read {url}", "problems": ["no photos"]}

    async with aiohttp.ClientSession() as session:
        for hook, status, told in (
            (None, 400, {"error": "this sandbox reads no feeds"}),
            (try_feed, 200, {"text": "read https://example.kz/rss", "problems": ["no photos"]}),
        ):
            async with Sandbox(try_feed=hook) as sandbox:
                async with session.get(f"{sandbox.url}/sandbox/state") as response:
                    assert (await response.json())["can_try_feeds"] is (hook is not None)
                given = {"url": "https://example.kz/rss"}
                async with session.post(f"{sandbox.url}/sandbox/feed", json=given) as response:
                    assert (response.status, await response.json()) == (status, told)
                async with session.post(f"{sandbox.url}/sandbox/feed", json={"url": "file:///etc/passwd"}) as response:
                    assert response.status == 400


async def test_pages_show_nothing_from_elsewhere(api: Api) -> None:
    for path in ("/", "/panel", "/static/app.js"):
        async with api.session.get(api.url + path) as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            text = await response.text()
            assert "http://" not in text.replace("http://www.w3.org", "").replace("http://${words}", "")
