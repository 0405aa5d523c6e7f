"""Faults, flood control and crowds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.answers import ApiError
from bot.sandbox.client import SandboxClient
from bot.sandbox.flood import Flood
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Api, Refused


async def test_errors_by_method_chat_and_words(api: Api, chat: Any, ivan: Any) -> None:
    emma = await chat.user("Emma")
    await emma.starts()
    error = {"error": {"error_code": 502, "description": "Bad Gateway"}}
    await chat.fault(["sendMessage", "sendPhoto"], error, chat_id=ivan.id, text="^срочно", times=None)
    await api.sendMessage(chat_id=emma.id, text="срочно")
    await api.sendMessage(chat_id=ivan.id, text="не срочно")
    await api.sendRichMessage(chat_id=ivan.id, rich_message={"html": "<p>срочно</p>"})
    for _ in range(2):
        with pytest.raises(Refused, match="Bad Gateway") as caught:
            await api.sendMessage(chat_id=ivan.id, text="срочно")
    assert caught.value.code == 502
    [fault] = (await chat.call("GET", "/faults"))["faults"]
    assert fault["hits"] == 2
    await chat.clear_faults()
    await api.sendMessage(chat_id=ivan.id, text="срочно")


@pytest.mark.parametrize(
    ("wanted", "hit"),
    [(7, [7]), ([6, 8], [6, 8]), ({"every": 4}, [8, 12]), ({"first": 10, "last": 11}, [10, 11]), (None, [6, 7, 8, 9])],
)
async def test_whom_a_fault_hits(api: Api, chat: Any, wanted: Any, hit: list[int]) -> None:
    for person in range(6, 13):
        await chat.new_user(str(person), id=person, started=True)
    await chat.fault("*", {"error": {"error_code": 500, "description": "x"}}, chat_id=wanted, times=4)
    failed = [n for n in range(6, 13) if not (await api.raw("sendMessage", {"chat_id": n, "text": "x"}))["ok"]]
    assert failed == hit


async def test_after_so_many_and_so_many_times(api: Api, chat: Any, ivan: Any) -> None:
    await chat.fault("sendMessage", {"error": {"error_code": 500, "description": "x"}}, after=2, times=2)
    ok = [(await api.raw("sendMessage", {"chat_id": ivan.id, "text": "x"}))["ok"] for _ in range(6)]
    assert ok == [True, True, False, False, True, True]


@pytest.mark.parametrize("upload", [False, True], ids=["call", "upload"])
async def test_cut_lost_and_torn_answers(api: Api, chat: Any, ivan: Any, upload: bool) -> None:
    """An upload takes another way through the server."""
    params: dict[str, Any] = {"chat_id": ivan.id, "text": "x", **({"file": b"x"} if upload else {})}

    async def executed() -> int:
        return sum(call["ok"] for call in await chat.journal(method="sendMessage"))

    await chat.fault("sendMessage", {"drop": "before"})
    with pytest.raises(aiohttp.ClientError):
        await api.raw("sendMessage", params)
    assert await executed() == 0
    await chat.fault("sendMessage", {"drop": "after"})
    with pytest.raises(aiohttp.ClientError):
        await api.raw("sendMessage", params)
    assert await executed() == 1
    await chat.fault("sendMessage", {"partial": 0.5})
    with pytest.raises((aiohttp.ClientError, ValueError)):
        await api.raw("sendMessage", params)
    assert await executed() == 2
    await api.raw("sendMessage", params)
    assert len(await ivan.messages()) == 4


async def test_a_gateway_that_answers_for_telegram(api: Api, chat: Any, ivan: Any) -> None:
    await chat.fault("sendMessage", {"garbage": "before"})
    await chat.fault("sendMessage", {"garbage": "after", "status": 504})
    address = f"{api.url}/bot{api.token}/sendMessage"
    for status, messages in ((502, 1), (504, 2)):
        async with api.session.post(address, json={"chat_id": ivan.id, "text": "x"}) as response:
            assert (response.status, response.content_type) == (status, "text/html")
            assert "Bad Gateway" in await response.text()
        assert len(await ivan.messages()) == messages


async def test_slowness_adds_to_other_faults(api: Api, chat: Any, ivan: Any) -> None:
    await chat.fault("*", {"delay": 0.05, "jitter": 0.02}, times=None)
    await chat.fault("sendMessage", {"hang": 0.05}, times=None)
    await chat.fault("sendMessage", {"error": {"error_code": 500, "description": "x"}})
    started = time.monotonic()
    with pytest.raises(Refused):
        await api.sendMessage(chat_id=ivan.id, text="x")
    assert time.monotonic() - started >= 0.1


async def test_a_ban(api: Api, chat: Any, ivan: Any) -> None:
    await chat.settings(growing_bans=True)
    await chat.fault("sendMessage", {"ban": 30})
    waits = []
    for _ in range(3):
        with pytest.raises(Refused, match="Too Many Requests: retry after") as caught:
            await api.sendMessage(chat_id=ivan.id, text="x")
        waits.append(caught.value.parameters["retry_after"])
    assert caught.value.code == 429
    assert waits == [60, 120, 240], "who does not wait is given longer"
    async with api.session.post(
        f"{api.url}/bot{api.token}/sendMessage", json={"chat_id": ivan.id, "text": "x"}
    ) as answer:
        assert answer.headers["Retry-After"] == "480"


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"action": {}},
        {"action": {"explode": 1}},
        {"action": {"drop": "sometimes"}},
        {"action": {"error": {"description": "x"}}},
        {"action": {"delay": 1, "hang": 1}},
        {"action": {"delay": 1}, "text": "("},
    ],
)
async def test_what_is_no_fault(chat: Any, fault: Any) -> None:
    with pytest.raises(AssertionError, match="/faults"):
        await chat.call("POST", "/faults", json=fault)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_pace_that_is_allowed() -> None:
    clock = Clock()
    flood = Flood(30, on=True, monotonic=clock)
    for chat_id in range(5):
        flood.check(chat_id)
    with pytest.raises(ApiError, match="retry after 1"):
        flood.check(99)
    sent = 0
    for step in range(1, 1001):
        clock.now = step / 100
        try:
            flood.check(1000 + step)
            sent += 1
        except ApiError:
            pass
    assert 295 <= sent <= 306, "thirty a second"


def test_one_a_second_to_a_chat_and_twenty_a_minute_to_a_group() -> None:
    clock = Clock()
    flood = Flood(1000, on=True, monotonic=clock)

    def accepted(seconds: int, *, group: bool) -> int:
        count = 0
        for _ in range(seconds * 10):
            clock.now += 0.1
            try:
                flood.check(-5 if group else 5, group=group)
                count += 1
            except ApiError:
                continue
        return count

    assert 58 <= accepted(60, group=False) <= 64
    clock.now += 600
    assert 38 <= accepted(60, group=True) <= 41, "a rested group takes its twenty at once, then one in three seconds"
    clock.now += 600
    flood.check(7, messages=10)
    with pytest.raises(ApiError):
        flood.check(7)


@pytest.fixture
async def strict() -> AsyncIterator[Sandbox]:
    async with Sandbox(messages_per_second=50) as sandbox:
        yield sandbox


async def test_a_refused_call_is_not_executed(strict: Sandbox) -> None:
    chat = SandboxClient(strict.url)
    async with aiohttp.ClientSession() as session:
        api = Api(strict.url, strict.token, session)
        ivan = await chat.user("Иван")
        await ivan.starts()
        answers = [await api.raw("sendMessage", {"chat_id": ivan.id, "text": "x"}) for _ in range(5)]
    assert [answer["ok"] for answer in answers[:3]] == [True] * 3
    refused = [answer for answer in answers if not answer["ok"]]
    assert refused
    assert refused[0]["error_code"] == 429
    assert refused[0]["parameters"]["retry_after"] >= 1
    assert sum(not call["ok"] for call in await chat.journal(method="sendMessage")) == len(refused)
    assert len(await ivan.messages()) == 1 + len(answers) - len(refused)
    await chat.close()


async def test_a_crowd_reads_silently(api: Api, chat: Any) -> None:
    first = await chat.crowd(1000)
    assert await chat.crowd(50) == first + 1000
    keyboard = {"inline_keyboard": [[{"text": "да", "callback_data": "1"}]]}
    sent = await api.sendMessage(chat_id=first, text="<b>новость</b>", parse_mode="HTML", reply_markup=keyboard)
    for reader in (first + 1, first + 2, first + 2, first + 999):
        await api.sendMessage(chat_id=reader, text="новость")
    state = await chat.call("GET", "/state")
    assert (state["crowd"], state["counts"]["sent"], len(state["users"])) == (1050, 5, 4)

    place = {"chat_id": first, "message_id": sent["message_id"]}
    edited = await api.editMessageText(**place, text="исправлено", reply_markup=keyboard)
    assert edited["text"] == "исправлено"
    [seen] = (await chat.call("GET", f"/users/{first}/messages"))["messages"]
    assert (seen["text"], seen["chat"]["id"]) == ("исправлено", first)
    query = await chat.call(
        "POST", f"/users/{first}/tap", json={"message_id": sent["message_id"], "row": 0, "column": 0}
    )
    assert await api.answerCallbackQuery(callback_query_id=query["callback_query_id"]) is True
    with pytest.raises(Refused, match="message to edit not found"):
        await api.editMessageText(chat_id=first + 5, message_id=sent["message_id"], text="x")
    await api.deleteMessage(**place)
    assert (await chat.call("GET", f"/users/{first}/messages"))["messages"] == []


async def test_copies_are_counted(api: Api, chat: Any) -> None:
    first = await chat.crowd(100)
    for number in range(99):
        await api.sendMessage(chat_id=first + number, text="Срочно: мост открыт")
    await api.sendMessage(chat_id=first, text="Срочно: мост открыт")
    await chat.fault("sendMessage", {"drop": "after"})
    with pytest.raises(aiohttp.ClientError):
        await api.sendMessage(chat_id=first + 1, text="Срочно: мост открыт")
    await chat.fault("sendMessage", {"error": {"error_code": 500, "description": "x"}})
    with pytest.raises(Refused):
        await api.sendMessage(chat_id=first + 99, text="Срочно: мост открыт")
    await api.sendMessage(chat_id=first, text="другое")
    [found] = await chat.copies("Срочно")
    assert found["copies"] == {"1": 97, "2": 2}
    assert (found["readers"], found["duplicates"], found["missing"]) == (99, 2, 1)
    assert (found["twice"], found["without"]) == ([first, first + 1], [first + 99])
    journal = await chat.journal()
    assert len(await chat.copies(since=journal[-1]["n"] - 1)) == 1
    seconds = (await chat.call("GET", "/rates?seconds=60"))["seconds"]
    assert sum(second["sent"] for second in seconds) == 102


async def test_some_of_a_crowd_have_gone(api: Api, chat: Any) -> None:
    first = await chat.crowd(400, blocked=0.25, deactivated=0.1)
    answers = await asyncio.gather(
        *(api.raw("sendMessage", {"chat_id": first + number, "text": "x"}) for number in range(400))
    )
    why = [answer.get("description", "") for answer in answers]
    assert 80 <= why.count("Forbidden: bot was blocked by the user") <= 120
    assert 25 <= why.count("Forbidden: user is deactivated") <= 55
    assert await chat.call("POST", f"/users/{first}/block") == {}
    assert not (await api.raw("sendMessage", {"chat_id": first, "text": "x"}))["ok"]


async def test_a_hundred_thousand_readers_come_at_once(api: Api, chat: Any) -> None:
    first = await chat.crowd(100_000)
    assert (await api.sendMessage(chat_id=first + 99_999, text="x"))["chat"]["id"] == first + 99_999
    with pytest.raises(Refused, match="chat not found"):
        await api.sendMessage(chat_id=first + 100_000, text="x")
