"""The receiving loop against a Telegram that misbehaves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramConflictError, TelegramNetworkError, TelegramUnauthorizedError
from aiogram.types import Message

from bot.delivery.session import TokenRefused
from bot.updates import AnotherCopy, Updates


def said(update_id: int, person: int, text: str) -> dict[str, Any]:
    someone = {"id": person, "is_bot": False, "first_name": "X"}
    message = {
        "message_id": update_id,
        "date": 0,
        "chat": {"id": person, "type": "private"},
        "from": someone,
        "text": text,
    }
    return {"update_id": update_id, "message": message}


class Telegram(BaseSession):
    """Answers getUpdates from a script of batches and errors, then keeps silent."""

    def __init__(self, *script: list[dict[str, Any]] | type[Exception]) -> None:
        super().__init__()
        self.script = list(script)
        self.offsets: list[int | None] = []
        self.idle = asyncio.Event()

    async def make_request(self, bot: Bot, method: Any, timeout: Any = None) -> Any:
        self.offsets.append(method.offset)
        if not self.script:
            self.idle.set()
            await asyncio.sleep(60)
        step = self.script.pop(0)
        if isinstance(step, list):
            return step
        raise step(method=method, message="Conflict: terminated by other getUpdates request")

    async def close(self) -> None: ...

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        yield b""


class Setup:
    def __init__(self, telegram: Telegram) -> None:
        self.heard: list[str] = []
        self.hold: dict[str, asyncio.Event] = {}
        self.slept = 0.0
        dispatcher = Dispatcher()
        dispatcher.message.register(self._hear)
        self.updates = Updates(
            Bot("1:a", session=telegram), dispatcher, sleep=self._sleep, monotonic=lambda: self.slept
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        await asyncio.sleep(0)

    async def _hear(self, message: Message) -> None:
        text = message.text or ""
        if text in self.hold:
            await self.hold[text].wait()
        if text == "boom":
            raise ValueError("a handler's fault")
        self.heard.append(text)

    async def run_until_idle(self, telegram: Telegram) -> None:
        running = asyncio.create_task(self.updates.run())
        await asyncio.wait((running, asyncio.create_task(telegram.idle.wait())), return_when=asyncio.FIRST_COMPLETED)
        self.updates.stop()
        await asyncio.wait_for(running, 5)


async def test_a_batch_is_confirmed_after_it_was_handled() -> None:
    telegram = Telegram([said(7, 1, "a"), said(8, 2, "b")])
    setup = Setup(telegram)
    await setup.run_until_idle(telegram)
    assert sorted(setup.heard) == ["a", "b"]
    assert telegram.offsets == [None, 9]


async def test_one_person_is_heard_in_order_and_holds_up_nobody_else() -> None:
    telegram = Telegram([said(1, 1, "slow"), said(2, 1, "after"), said(3, 2, "other")])
    setup = Setup(telegram)
    setup.hold["slow"] = asyncio.Event()
    running = asyncio.create_task(setup.run_until_idle(telegram))
    while "other" not in setup.heard:
        await asyncio.sleep(0.01)
    assert setup.heard == ["other"]
    assert telegram.offsets == [None], "not confirmed while it is being handled"
    setup.hold["slow"].set()
    await running
    assert setup.heard == ["other", "slow", "after"]


async def test_an_unreadable_update_hides_no_other() -> None:
    telegram = Telegram([{"update_id": 1, "message": {"message_id": "?"}}, said(2, 1, "fine")])
    setup = Setup(telegram)
    await setup.run_until_idle(telegram)
    assert setup.heard == ["fine"]
    assert telegram.offsets[-1] == 3


async def test_a_handlers_fault_stops_nobody() -> None:
    telegram = Telegram([said(1, 1, "boom"), said(2, 1, "next")])
    setup = Setup(telegram)
    await setup.run_until_idle(telegram)
    assert setup.heard == ["next"]


async def test_no_network_is_waited_out() -> None:
    telegram = Telegram(*[TelegramNetworkError] * 5, [said(1, 1, "at last")])
    setup = Setup(telegram)
    await setup.run_until_idle(telegram)
    assert setup.heard == ["at last"]
    assert 10 < setup.slept < 60


async def test_a_newcomer_gives_up_before_one_who_was_there() -> None:
    newcomer = Setup(Telegram(*[TelegramConflictError] * 20))
    with pytest.raises(AnotherCopy):
        await newcomer.updates.run()
    assert newcomer.slept < 20, "one who was there first waits a minute"

    telegram = Telegram([said(1, 1, "before")], *[TelegramConflictError] * 8, [said(2, 1, "after")])
    established = Setup(telegram)
    established.updates._asking_since = -3600.0
    await established.run_until_idle(telegram)
    assert established.heard == ["before", "after"]


async def test_a_refused_token_ends_it() -> None:
    with pytest.raises(TokenRefused):
        await Setup(Telegram(TelegramUnauthorizedError)).updates.run()
