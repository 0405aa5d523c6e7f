"""The sending loop: fill → claim → wait for the pace → begin → call → settle.

`begin` is committed just before the call and `settle` just after it. While one commit runs, whatever becomes ready
meanwhile gathers for the next one, so commits group themselves under load and cost nothing when it is quiet. A crash
between the two commits leaves an unknown outcome, for at most as many messages as were in flight.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from bot.delivery import outcome as policy
from bot.delivery.breaker import Breaker
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import FloodWait, Missing, Outcome, Refused, Sent, StopAll, Suspended
from bot.delivery.posts import Posts
from bot.delivery.session import TokenRefused
from bot.delivery.telegram import Encoded, Telegram
from bot.model import (
    ArticleId,
    BroadcastId,
    ChatId,
    Delivery,
    DeliveryClass,
    MessageForm,
    Photo,
    PhotoResult,
    Settlement,
)
from bot.texts import Texts
from storage.base import Storage, StorageError

log = structlog.get_logger()
T = TypeVar("T")

LEASE = timedelta(minutes=5)
BATCH_SECONDS = 0.5
"""A batch is claimed for about this long: what is more urgent waits behind at most one of them."""
IN_FLIGHT, IN_FLIGHT_SECONDS = 90, 0.3
"""Calls under way at most: at 30/s enough for answers that take three seconds, at 1,000/s for a third of one. A crash
leaves at most so many unknown outcomes."""
IDLE_LOOK = 1.0
"""Seconds after which the outbox is looked at again even if nobody called `wake`."""
EMPTY_LOOK = 0.25
"""Seconds for which an outbox that gave less than was asked for is not asked again without a reason."""
TOLD_AGAIN = 60.0
"""Seconds between two complaints about storage."""
LONG_WAIT = 5.0
"""A post whose chat has to wait longer goes back into the outbox, so that it holds up nobody else's."""
HOPELESS = 20
"""A post that so many chats refused and none took is withdrawn, and editors are told."""


class Told(Protocol):
    """Whom to tell what needs a person."""

    async def post_withdrawn(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None: ...
    async def chats_unknown(self, why: str, seconds: float) -> None: ...
    async def chat_suspended(self, chat_id: ChatId, why: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Ready:
    delivery: Delivery
    message: Encoded | None
    probe: Photo | None


class Sender:
    """`run()` until `drain()`; raises TokenRefused when Telegram takes nothing from this bot any more."""

    def __init__(
        self,
        telegram: Telegram,
        storage: Storage,
        texts: Texts,
        limiter: Limiter,
        *,
        owner: str,
        messages_per_second: float,
        told: Told,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._telegram, self._outbox, self._limiter, self._owner = telegram, storage.outbox, limiter, owner
        self._posts = Posts(storage, texts, telegram.encode, monotonic=monotonic)
        self._breaker = Breaker(monotonic=monotonic)
        self._now, self._monotonic, self._told = now, monotonic, told
        self._batch = max(2, int(messages_per_second * BATCH_SECONDS))
        self._most_in_flight = max(IN_FLIGHT, int(messages_per_second * IN_FLIGHT_SECONDS))
        self._held: list[Delivery] = []
        """Claimed, in the order in which they are to leave."""
        self._ready: list[_Ready] = []
        """Let go by the pace; their begin is to be committed."""
        self._settled: list[tuple[list[Settlement], PhotoResult | None]] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._busy: set[ChatId] = set()
        """Chats with a message under way: their next one waits, so that each reads in order."""
        self._beginning = 0
        self._to_fill, self._to_send = asyncio.Event(), asyncio.Event()
        self._to_begin, self._to_settle = asyncio.Event(), asyncio.Event()
        self._urgent = False
        self._empty_until = 0.0
        self._stopping = False
        self._stopped: StopAll | None = None
        self._storage_failing = False
        self._told_at: float | None = None
        self._refusals: Counter[tuple[ArticleId | None, BroadcastId | None]] = Counter()
        self._suspended: set[ChatId] = set()
        self._telling: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something new may be due: look at once, and let what is more urgent go first."""
        self._urgent = True
        self._to_fill.set()
        self._to_send.set()

    async def run(self) -> None:
        recovered = await self._outbox.recover(self._owner, self._now())
        if recovered.resent or recovered.unknown:
            log.warning("recovered after a crash", resent=recovered.resent, unknown=recovered.unknown)
        loops: list[Coroutine[None, None, None]] = [self._fill(), self._dispatch(), self._begin(), self._settle()]
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in [*tasks, *self._telling]:
                task.cancel()
            await asyncio.gather(*tasks, *self._telling, return_exceptions=True)
        if self._stopped:
            raise TokenRefused(self._stopped.why)

    async def drain(self, within: float) -> None:
        """Claim nothing more, let the calls in flight end (for `within` seconds), give the rest back. `run` ends."""
        self._stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._calls or self._settled or self._beginning or self._ready:  # noqa: ASYNC110 — four ends, not one
                    await asyncio.sleep(0.01)
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        if self._held:
            await self._release(self._held)
            self._held.clear()

    def _stop(self) -> None:
        self._stopping = True
        for event in (self._to_fill, self._to_send, self._to_begin, self._to_settle):
            event.set()

    async def _storage(self, call: Awaitable[T]) -> T | None:
        """The result, or None after a pause when storage fails (a full disk): nothing leaves that could not be
        recorded, and all goes on when there is room again."""
        try:
            result = await call
        except StorageError as error:
            if self._told_at is None or self._monotonic() - self._told_at > TOLD_AGAIN:
                log.error("posts are held back", error=str(error))
                self._told_at = self._monotonic()
            self._storage_failing = True
            await asyncio.sleep(IDLE_LOOK)
            return None
        if self._storage_failing:
            log.info("posts go on")
            self._storage_failing, self._told_at = False, None
        return result

    async def _fill(self) -> None:
        """Turn fan-outs into deliveries, one short step at a time."""
        while not self._stopping:
            self._to_fill.clear()
            if await self._storage(self._outbox.fill(self._now())):
                self._urgent = True
                self._empty_until = 0.0
                self._to_send.set()
                # A breath, so that a long fan-out leaves room for readers' taps and for what is leaving.
                await asyncio.sleep(0.002)
                continue
            await _pause(self._to_fill, IDLE_LOOK)

    async def _dispatch(self) -> None:
        """Choose what leaves next, and when."""
        while not self._stopping:
            self._to_send.clear()
            if self._urgent:
                self._urgent = False
                self._empty_until = 0.0
                await self._let_urgent_first()
            if len(self._held) <= self._batch // 2 and self._monotonic() >= self._empty_until:
                await self._claim()
            wait = await self._let_go()
            if wait > 0:
                await _pause(self._to_send, wait)

    async def _claim(self, below: int | None = None) -> bool:
        """More to hold; whether there was any."""
        claimed = await self._storage(
            self._outbox.claim(self._owner, self._now(), lease=LEASE, limit=self._batch, below=below)
        )
        claimed = claimed or []
        if len(claimed) < self._batch and below is None:
            self._empty_until = self._monotonic() + EMPTY_LOOK
        known = {delivery.id for delivery in self._held} | {one.delivery.id for one in self._ready}
        fresh = [delivery for delivery in claimed if delivery.id not in known]
        # Ids grow with time: oldest first within a class, and so in order for each reader.
        self._held = sorted([*self._held, *fresh], key=lambda delivery: (delivery.kind, delivery.id))
        return bool(fresh)

    async def _let_urgent_first(self) -> None:
        """Give back what is less urgent than what waits in the outbox."""
        lowest = max((delivery.kind for delivery in self._held), default=DeliveryClass.BREAKING)
        if lowest is not DeliveryClass.BREAKING and await self._claim(below=lowest):
            back = [delivery for delivery in self._held if delivery.kind >= lowest]
            self._held = [delivery for delivery in self._held if delivery.kind < lowest]
            await self._release(back)

    async def _release(self, deliveries: list[Delivery], due_at: datetime | None = None) -> None:
        ids = [one for delivery in deliveries for one in delivery.ids]
        await self._storage(self._outbox.release(ids, self._owner, due_at))

    async def _let_go(self) -> float:
        """Let those go that may; returns the seconds to wait before asking again."""
        if self._storage_failing:
            return IDLE_LOOK
        index = 0
        while index < len(self._held):
            if (wait := self._overall_wait()) > 0:
                return wait
            delivery = self._held[index]
            chat_wait = self._limiter.chat_delay(delivery.chat_id)
            if chat_wait > LONG_WAIT:
                del self._held[index]
                await self._release([delivery], self._now() + timedelta(seconds=chat_wait))
            elif chat_wait > 0 or delivery.chat_id in self._busy or self._posts.waits_for_photo(delivery):
                index += 1
            else:
                del self._held[index]
                message = await self._rendered(delivery)
                self._limiter.take(delivery.chat_id)
                self._busy.add(delivery.chat_id)
                self._ready.append(_Ready(delivery, message, self._posts.probe(delivery, message)))
                self._to_begin.set()
        if not self._held:
            return await self._until_next_due()
        # All that is held waits for its own chat or photo: look for others, unless there is much of it already.
        if len(self._held) < 4 * self._batch and self._monotonic() >= self._empty_until and await self._claim():
            return 0.0
        return 0.02

    def _overall_wait(self) -> float:
        under_way = len(self._calls) + self._beginning + len(self._ready)
        if under_way >= (1 if self._breaker.on_trial else self._most_in_flight):
            return 0.05
        if self._limiter.people_waiting:
            return 0.005
        return self._limiter.delay(None)

    async def _rendered(self, delivery: Delivery) -> Encoded | None:
        try:
            return await self._posts.message(delivery)
        except StorageError:
            raise
        except Exception:
            # A bug in one article's rendering must not hold up all the others.
            log.exception("a post can't be made", article=delivery.article_id, broadcast=delivery.broadcast_id)
            return None

    async def _until_next_due(self) -> float:
        due = await self._storage(self._outbox.next_due(self._now()))
        if due is None:
            return IDLE_LOOK
        self._empty_until = 0.0
        return min(IDLE_LOOK, max(0.02, (due - self._now()).total_seconds()))

    async def _begin(self) -> None:
        """Commit that these calls start, together; then start them."""
        while not (self._stopping and not self._ready):
            if not self._ready:
                await _pause(self._to_begin, IDLE_LOOK)
            self._to_begin.clear()
            ready, self._ready = self._ready, []
            if not ready:
                continue
            self._beginning = len(ready)
            ids = [one for each in ready for one in each.delivery.ids]
            begun = await self._storage(self._outbox.begin(ids, self._owner, self._now()))
            if begun is None:
                self._ready = ready + self._ready
            else:
                for one in ready:
                    self._start(one, [number for number in one.delivery.ids if number in begun])
            self._beginning = 0

    def _start(self, one: _Ready, begun: list[int]) -> None:
        if len(begun) == len(one.delivery.ids):
            call = asyncio.create_task(self._call(one))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            return
        # It is not wanted any more, or a part of a bundle is not: what is left of that is put together anew.
        self._busy.discard(one.delivery.chat_id)
        if one.probe:
            self._posts.unprobed(one.delivery)
        if begun:
            again = policy.settle(one.delivery, FloodWait(0), self._now())
            self._settled.append(([replace(again, delivery_id=number) for number in one.delivery.ids], None))
            self._to_settle.set()

    async def _call(self, one: _Ready) -> None:
        delivery = one.delivery
        trouble = self._breaker.begin()
        try:
            result: Outcome = (
                await self._telegram.send(delivery.chat_id, one.message, learn_photo=one.probe is not None)
                if one.message
                else Refused("there is nothing to send any more")
            )
        except Exception as error:
            log.exception("a call failed in an unexpected way", delivery=delivery.id)
            result = policy.Unknown(f"{type(error).__name__}: {error}")
        if pause := self._breaker.end(trouble, delivery.chat_id, result):
            self._limiter.flood(None, pause)
        photo = self._posts.learned(delivery, one.message, one.probe, result) if one.message else None
        settlement = policy.settle(delivery, result, self._now())
        if isinstance(result, Missing) and self._breaker.doubtful:
            settlement = policy.settle(delivery, FloodWait(pause), self._now())
        self._note(delivery, result, pause)
        if settlement.due_at:
            self._limiter.flood(delivery.chat_id, (settlement.due_at - self._now()).total_seconds())
        if delivery.bundled and settlement.form:
            settlement = replace(settlement, form=MessageForm.BUNDLE)
        self._settled.append(([replace(settlement, delivery_id=number) for number in delivery.ids], photo))
        self._busy.discard(delivery.chat_id)
        self._to_settle.set()
        self._to_send.set()

    def _note(self, delivery: Delivery, result: Outcome, pause: float) -> None:
        """Log it, and tell editors what needs them."""
        subject = (delivery.article_id, delivery.broadcast_id)
        match result:
            case Sent():
                if self._refusals:
                    self._refusals.pop(subject, None)
                return
            case FloodWait(seconds):
                self._limiter.slow_down()
                log.warning("flood control", seconds=seconds, everybody_for=pause, pace=round(self._limiter.pace, 1))
                return
            case StopAll():
                self._stopped = result
                self._stop()
                return
            case Refused(why) if not delivery.bundled:
                self._refusals[subject] += 1
                if self._refusals[subject] == HOPELESS:
                    self._tell(self._withdraw(why, *subject))
            case Missing(why) if self._breaker.doubtful and pause:
                self._tell(self._told.chats_unknown(why, pause))
            case Suspended(why) if delivery.chat_id not in self._suspended:
                self._suspended.add(delivery.chat_id)
                self._tell(self._told.chat_suspended(delivery.chat_id, why))
        log.warning(
            "not delivered",
            outcome=type(result).__name__,
            why=getattr(result, "why", ""),
            delivery=delivery.id,
            article=delivery.article_id,
            broadcast=delivery.broadcast_id,
        )

    async def _withdraw(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        await self._storage(self._outbox.withdraw(article_id=article, broadcast_id=broadcast, now=self._now()))
        await self._told.post_withdrawn(why, article, broadcast)

    def _tell(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _settle(self) -> None:
        """Commit how calls ended, together; kept in memory and tried again while storage fails."""
        while not (self._stopping and not self._settled and not self._calls and not self._beginning):
            if not self._settled:
                await _pause(self._to_settle, IDLE_LOOK if not self._stopping else 0.05)
            self._to_settle.clear()
            batch, self._settled = self._settled, []
            if not batch:
                continue
            settlements = [settlement for each, _ in batch for settlement in each]
            photos = [photo for _, photo in batch if photo]
            if not await self._storage(_done(self._outbox.settle(settlements, photos, self._now()))):
                self._settled = batch + self._settled


async def _done(settling: Awaitable[None]) -> bool:
    await settling
    return True


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set or the time is over. (asyncio.wait_for costs ten times as much.)"""
    alarm = asyncio.get_running_loop().call_later(seconds, event.set)
    try:
        await event.wait()
    finally:
        alarm.cancel()
