"""The inbox: stored before it is confirmed, each person in order, handled once, nothing lost when storage fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Message

from bot.model.updates import ReceivedUpdate
from bot.receiving import inbox as inbox_module
from bot.receiving.inbox import Inbox
from storage.base import StorageFull

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def said(update_id: int, person: int, text: str) -> dict[str, Any]:
    someone = {"id": person, "is_bot": False, "first_name": "X"}
    chat = {"id": person, "type": "private"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "date": 0, "chat": chat, "from": someone, "text": text},
    }


def tapped(update_id: int, person: int, data: str) -> dict[str, Any]:
    someone = {"id": person, "is_bot": False, "first_name": "X"}
    return {"update_id": update_id, "callback_query": {"id": "1", "from": someone, "chat_instance": "1", "data": data}}


class Rows:
    """The updates table, in memory."""

    def __init__(self) -> None:
        self.left: list[ReceivedUpdate] = []
        self.known: set[int] = set()
        self.done: list[int] = []
        self.full = False

    async def receive(
        self, updates: Mapping[int, Mapping[str, Any]], now: datetime, *, owner: str | None = None
    ) -> set[int]:
        if self.full:
            raise StorageFull("the disk is full")
        fresh = updates.keys() - self.known
        self.known |= fresh
        return fresh

    async def handled(self, ids: Sequence[int], now: datetime) -> None:
        if self.full:
            raise StorageFull("the disk is full")
        self.done += ids

    async def unhandled(self, now: datetime, *, owner: str | None = None) -> list[ReceivedUpdate]:
        return self.left

    async def prune(self, before: datetime, *, limit: int = 1000) -> int:
        return 0


class Setup:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.hold: dict[str, asyncio.Event] = {}
        self.counted: list[str] = []
        self.rows = Rows()
        dispatcher = Dispatcher()
        dispatcher.message.register(self._hear)
        dispatcher.callback_query.register(self._feel)
        self.inbox = Inbox(Bot("1:a"), dispatcher, self.rows, watched=self, now=lambda: NOW)

    def handled(self, kind: str, seconds: float) -> None:
        self.counted.append(kind)

    async def _hear(self, message: Message) -> None:
        text = message.text or ""
        if text in self.hold:
            await self.hold[text].wait()
        if text == "boom":
            raise ValueError("a handler's fault")
        self.heard.append(text)

    async def _feel(self, query: CallbackQuery) -> None:
        self.heard.append(query.data or "")

    async def until_heard(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                await asyncio.sleep(0.005)


@pytest.fixture
async def setup(monkeypatch: pytest.MonkeyPatch) -> Setup:
    monkeypatch.setattr(inbox_module, "PATIENCE", 0.2)
    return Setup()


async def test_it_is_taken_when_it_is_stored_not_when_it_is_handled(setup: Setup) -> None:
    setup.hold["slow"] = asyncio.Event()
    await setup.inbox.open()
    await setup.inbox.take([said(7, 1, "slow")])
    assert setup.rows.known == {7}
    assert setup.heard == []
    setup.hold["slow"].set()
    await setup.inbox.close()
    assert setup.heard == ["slow"]
    assert setup.rows.done == [7]
    assert setup.counted == ["message"]


async def test_one_person_is_heard_in_order_and_holds_up_nobody_else(setup: Setup) -> None:
    setup.hold["slow"] = asyncio.Event()
    await setup.inbox.open()
    await setup.inbox.take([said(1, 1, "slow"), said(2, 1, "after"), said(3, 2, "other")])
    await setup.until_heard(1)
    assert setup.heard == ["other"]
    setup.hold["slow"].set()
    await setup.inbox.close()
    assert setup.heard == ["other", "slow", "after"]


async def test_what_comes_twice_is_handled_once(setup: Setup) -> None:
    setup.hold["a"] = asyncio.Event()
    await setup.inbox.open()
    await setup.inbox.take([said(1, 1, "a")])
    await setup.inbox.take([said(1, 1, "a")])
    setup.hold["a"].set()
    await setup.until_heard(1)
    await setup.inbox.take([said(1, 1, "a"), said(2, 1, "b")])
    await setup.inbox.close()
    assert setup.heard == ["a", "b"]


async def test_an_unreadable_update_and_a_handlers_fault_stop_nobody(setup: Setup) -> None:
    await setup.inbox.open()
    await setup.inbox.take([{"update_id": 1, "message": {"message_id": "?"}}, said(2, 1, "boom"), said(3, 1, "fine")])
    await setup.inbox.close()
    assert setup.heard == ["fine"]
    assert sorted(setup.rows.done) == [1, 2, 3], "they don't come again at the next start"


async def test_what_had_not_ended_comes_first_at_the_next_start(setup: Setup) -> None:
    setup.hold["slow"] = asyncio.Event()
    await setup.inbox.open()
    await setup.inbox.take([said(1, 1, "slow")])
    await setup.inbox.close()
    assert (setup.heard, setup.rows.done) == ([], [])

    after = Setup()
    after.rows.left = [ReceivedUpdate(1, said(1, 1, "slow"), NOW, 1)]
    await after.inbox.open()
    await after.inbox.take([said(2, 1, "new")])
    await after.inbox.close()
    assert after.heard == ["slow", "new"]
    assert sorted(after.rows.done) == [1, 2]


async def test_what_is_too_old_or_was_tried_too_often_is_dropped(setup: Setup) -> None:
    def left(number: int, content: dict[str, Any], age: timedelta, tries: int = 1) -> ReceivedUpdate:
        return ReceivedUpdate(number, content, NOW - age, tries)

    second, day = timedelta(seconds=1), timedelta(days=1)
    setup.rows.left = [
        left(1, tapped(1, 1, "a fresh tap"), 149 * second),
        left(2, tapped(2, 1, "an old tap"), 151 * second),
        left(3, said(3, 1, "words of this morning"), day - second),
        left(4, said(4, 1, "words of yesterday"), day + second),
        left(5, said(5, 1, "words that end the process"), second, tries=4),
    ]
    await setup.inbox.open()
    await setup.inbox.close()
    assert setup.heard == ["a fresh tap", "words of this morning"]
    assert sorted(setup.rows.done) == [1, 2, 3, 4, 5]


async def test_with_a_full_disk_people_are_still_heard_before_it_is_confirmed(setup: Setup) -> None:
    setup.rows.full = True
    setup.hold["slow"] = asyncio.Event()
    await setup.inbox.open()
    await setup.inbox.take([said(1, 1, "quick")])
    assert setup.heard == ["quick"], "not taken before it was handled"
    await setup.inbox.take([said(2, 1, "slow")])
    assert setup.heard == ["quick"], "one that is slow keeps Telegram waiting only so long"
    setup.rows.full = False
    setup.hold["slow"].set()
    await setup.inbox.close()
    assert setup.heard == ["quick", "slow"]
    assert setup.rows.done == [], "there is nothing to mark"


async def test_more_than_it_can_hold_stays_with_telegram(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "MOST_OPEN", 2)
    setup.hold["slow"] = asyncio.Event()
    await setup.inbox.open()
    await setup.inbox.take([said(1, 1, "slow"), said(2, 1, "slow")])
    taking = asyncio.create_task(setup.inbox.take([said(3, 2, "third")]))
    await asyncio.sleep(0.05)
    assert not taking.done()
    setup.hold["slow"].set()
    await taking
    await setup.inbox.close()
    assert sorted(setup.heard) == ["slow", "slow", "third"]
