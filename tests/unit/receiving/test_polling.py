"""The receiving loop against a Telegram that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramConflictError, TelegramNetworkError, TelegramUnauthorizedError
from aiogram.methods import DeleteWebhook

from bot.delivery.session import TokenRefused
from bot.receiving.polling import AnotherCopy, Polling


def said(update_id: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {}}


class Telegram(BaseSession):
    """Answers getUpdates from a script of batches and errors, then keeps silent."""

    says = "Conflict: terminated by other getUpdates request"

    def __init__(self, *script: list[dict[str, Any]] | type[Exception]) -> None:
        super().__init__()
        self.script = list(script)
        self.offsets: list[int | None] = []
        self.webhooks_removed = 0
        self.idle = asyncio.Event()

    async def make_request(self, bot: Bot, method: Any, timeout: Any = None) -> Any:
        if isinstance(method, DeleteWebhook):
            self.webhooks_removed += 1
            return True
        self.offsets.append(method.offset)
        if not self.script:
            self.idle.set()
            await asyncio.sleep(60)
        step = self.script.pop(0)
        if isinstance(step, list):
            return step
        raise step(method=method, message=self.says)

    async def close(self) -> None: ...

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        yield b""


class Setup:
    def __init__(self, telegram: Telegram) -> None:
        self.taken: list[int] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.beats = 0
        self.slept = 0.0
        self.updates = Polling(
            Bot("1:a", session=telegram),
            self._take,
            ["message"],
            beat=self._beat,
            sleep=self._sleep,
            monotonic=lambda: self.slept,
        )

    def _beat(self) -> None:
        self.beats += 1

    async def _take(self, batch: Sequence[dict[str, Any]]) -> None:
        await self.hold.wait()
        self.taken += [update["update_id"] for update in batch]

    async def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        await asyncio.sleep(0)

    async def run_until_idle(self, telegram: Telegram) -> None:
        running = asyncio.create_task(self.updates.run())
        await asyncio.wait((running, asyncio.create_task(telegram.idle.wait())), return_when=asyncio.FIRST_COMPLETED)
        self.updates.stop()
        await asyncio.wait_for(running, 5)


async def test_a_batch_is_confirmed_when_it_has_been_taken() -> None:
    telegram = Telegram([said(7), said(8)], [])
    setup = Setup(telegram)
    setup.hold.clear()
    running = asyncio.create_task(setup.run_until_idle(telegram))
    await asyncio.sleep(0.05)
    assert telegram.offsets == [None], "not confirmed while it is being stored"
    setup.hold.set()
    await running
    assert setup.taken == [7, 8]
    assert telegram.offsets == [None, 9, 9]
    assert setup.beats == 2


async def test_no_network_is_waited_out() -> None:
    telegram = Telegram(*[TelegramNetworkError] * 5, [said(1)])
    setup = Setup(telegram)
    await setup.run_until_idle(telegram)
    assert setup.taken == [1]
    assert 10 < setup.slept < 60


async def test_a_newcomer_gives_up_before_one_who_was_there() -> None:
    newcomer = Setup(Telegram(*[TelegramConflictError] * 20))
    with pytest.raises(AnotherCopy):
        await newcomer.updates.run()
    assert newcomer.slept < 20, "one who was there first waits a minute"

    telegram = Telegram([said(1)], *[TelegramConflictError] * 8, [said(2)])
    established = Setup(telegram)
    established.updates._asking_since = -3600.0
    await established.run_until_idle(telegram)
    assert established.taken == [1, 2]


async def test_a_refused_token_ends_it() -> None:
    with pytest.raises(TokenRefused):
        await Setup(Telegram(TelegramUnauthorizedError)).updates.run()


async def test_whoever_keeps_setting_a_webhook_goes_on_alone() -> None:
    telegram = Telegram(*[TelegramConflictError] * 10)
    telegram.says = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
    with pytest.raises(AnotherCopy):
        await Setup(telegram).updates.run()
    assert telegram.webhooks_removed == 3


async def test_a_webhook_set_now_and_then_is_removed_each_time() -> None:
    telegram = Telegram(*[TelegramConflictError] * 10)
    telegram.says = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
    setup = Setup(telegram)

    class Clock:
        now = 0.0

    def an_hour_later() -> float:
        Clock.now += 3600
        return Clock.now

    setup.updates._monotonic = an_hour_later
    await setup.run_until_idle(telegram)
    assert telegram.webhooks_removed == 10
