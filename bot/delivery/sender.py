"""The sending loop: fill → claim → wait for the pace → begin → call → settle.

`begin` is committed just before the call and `settle` just after it. While one commit runs, whatever becomes ready
meanwhile gathers for the next one, so commits group themselves under load and cost nothing when it is quiet. A crash
between the two commits leaves an unknown outcome, for at most as many messages as were in flight.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog
from aiogram import Bot

from bot.delivery import outcome as policy
from bot.delivery import telegram
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import FloodWait, Outcome, Refused, Sent, StopAll
from bot.delivery.post import Post
from bot.delivery.posts import Posts
from bot.delivery.session import TokenRefused
from bot.model import Delivery, DeliveryClass, Photo, PhotoResult, Settlement
from bot.texts import Texts
from storage.base import Storage, StorageError

log = structlog.get_logger()
T = TypeVar("T")

LEASE = timedelta(minutes=5)
BATCH_SECONDS = 0.5
"""A batch is claimed for about this long: what is more urgent waits behind at most one of them."""
MOST_IN_FLIGHT = 90
IDLE_LOOK = 1.0
"""Seconds after which the outbox is looked at again even if nobody called `wake`."""
TOLD_AGAIN = 60.0
"""Seconds between two complaints about storage."""
FLOOD_MEMORY = 10.0
"""A second chat that is refused within this many seconds shows that the wait concerns all of them."""


@dataclass(frozen=True, slots=True)
class _Ready:
    delivery: Delivery
    post: Post | None
    probe: Photo | None


class Sender:
    """`run()` until `drain()`; raises TokenRefused when Telegram takes nothing from this bot any more."""

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        texts: Texts,
        limiter: Limiter,
        *,
        owner: str,
        messages_per_second: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._outbox, self._limiter, self._owner = bot, storage.outbox, limiter, owner
        self._posts = Posts(storage, texts, monotonic=monotonic)
        self._now, self._sleep, self._monotonic = now, sleep, monotonic
        self._batch = max(2, int(messages_per_second * BATCH_SECONDS))
        self._held: deque[Delivery] = deque()
        self._ready: list[_Ready] = []
        self._settled: list[tuple[Settlement, PhotoResult | None]] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._beginning = 0
        self._to_fill, self._to_send = asyncio.Event(), asyncio.Event()
        self._to_begin, self._to_settle = asyncio.Event(), asyncio.Event()
        self._stopping = False
        self._stopped: StopAll | None = None
        self._storage_failing = False
        self._told_at: float | None = None
        self._last_flood: tuple[int, float] | None = None

    def wake(self) -> None:
        """Something new may be due: look at once, and let what is more urgent go first."""
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
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._stopped:
            raise TokenRefused(self._stopped.why)

    async def drain(self, within: float) -> None:
        """Claim nothing more, let the calls in flight end (for `within` seconds), give the rest back. `run` ends."""
        self._stopping = True
        self._wake_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._calls or self._settled or self._beginning or self._ready:  # noqa: ASYNC110 — four ends, not one
                    await asyncio.sleep(0.01)
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        if self._held:
            await self._storage(self._outbox.release([delivery.id for delivery in self._held], self._owner))
            self._held.clear()

    def _wake_all(self) -> None:
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
            await self._sleep(IDLE_LOOK)
            return None
        self._storage_failing = False
        return result

    async def _fill(self) -> None:
        """Turn fan-outs into deliveries, one short step at a time."""
        while not self._stopping:
            self._to_fill.clear()
            if await self._storage(self._outbox.fill(self._now())):
                self._to_send.set()
                await self._sleep(0)
                self._to_fill.set()
            await self._pause_until(self._to_fill, IDLE_LOOK)

    async def _dispatch(self) -> None:
        """Choose what leaves next, and when."""
        while not self._stopping:
            if self._to_send.is_set():
                self._to_send.clear()
                await self._let_urgent_first()
            if len(self._held) < self._batch:
                await self._claim(self._batch)
            wait = await self._release_next()
            if wait > 0:
                await self._pause_until(self._to_send, wait)

    async def _claim(self, limit: int, below: int | None = None) -> None:
        known = {delivery.id for delivery in self._held}
        claimed = await self._storage(
            self._outbox.claim(self._owner, self._now(), lease=LEASE, limit=limit, below=below)
        )
        fresh = [delivery for delivery in claimed or [] if delivery.id not in known]
        self._held = deque(sorted([*self._held, *fresh], key=lambda delivery: delivery.kind))

    async def _let_urgent_first(self) -> None:
        """Give back what is less urgent than what waits in the outbox."""
        lowest = max((delivery.kind for delivery in self._held), default=DeliveryClass.BREAKING)
        if lowest is DeliveryClass.BREAKING:
            return
        before = len(self._held)
        await self._claim(self._batch, below=lowest)
        if len(self._held) > before:
            back = [delivery for delivery in self._held if delivery.kind >= lowest]
            self._held = deque(delivery for delivery in self._held if delivery.kind < lowest)
            await self._storage(self._outbox.release([delivery.id for delivery in back], self._owner))

    async def _release_next(self) -> float:
        """Let the next one go that may; otherwise the seconds to wait before asking again."""
        if self._storage_failing:
            return IDLE_LOOK
        if not self._held:
            return await self._until_next_due()
        if len(self._calls) + self._beginning + len(self._ready) >= MOST_IN_FLIGHT:
            return 0.005
        if (delay := self._limiter.delay(None)) > 0:
            return delay
        for index, delivery in enumerate(self._held):
            if self._limiter.chat_delay(delivery.chat_id) > 0 or self._posts.waits_for_photo(delivery):
                continue
            del self._held[index]
            post = await self._rendered(delivery)
            self._limiter.take(delivery.chat_id)
            self._ready.append(_Ready(delivery, post, self._posts.probe(delivery, post)))
            self._to_begin.set()
            return 0.0
        # All that is held waits for its own chat or photo: look for others, unless there is much of it already.
        if len(self._held) < 4 * self._batch:
            await self._claim(self._batch)
        return 0.02

    async def _rendered(self, delivery: Delivery) -> Post | None:
        try:
            return await self._posts.post(delivery)
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
        return min(IDLE_LOOK, max(0.02, (due - self._now()).total_seconds()))

    async def _begin(self) -> None:
        """Commit that these calls start, together; then start them."""
        while not (self._stopping and not self._ready):
            await self._pause_until(self._to_begin, IDLE_LOOK)
            self._to_begin.clear()
            ready, self._ready = self._ready, []
            if not ready:
                continue
            self._beginning = len(ready)
            ids = [one.delivery.id for one in ready]
            begun = await self._storage(self._outbox.begin(ids, self._owner, self._now()))
            if begun and self._told_at is not None:
                log.info("posts go on")
                self._told_at = None
            if begun is None:
                self._ready = ready + self._ready
                self._to_begin.set()
            for one in ready if begun is not None else []:
                if begun and one.delivery.id in begun:
                    call = asyncio.create_task(self._call(one))
                    self._calls.add(call)
                    call.add_done_callback(self._calls.discard)
                elif one.probe and one.delivery.article_id is not None:
                    self._posts.probed(one.delivery.article_id, one.probe, None, learned=False)
            self._beginning = 0

    async def _call(self, one: _Ready) -> None:
        try:
            result: Outcome = (
                await telegram.send(self._bot, one.delivery.chat_id, one.post)
                if one.post
                else Refused("there is nothing to send any more")
            )
        except Exception as error:
            log.exception("a call failed in an unexpected way", delivery=one.delivery.id)
            result = policy.Unknown(f"{type(error).__name__}: {error}")
        self._note(one.delivery, result)
        photo = None
        if one.probe and one.delivery.article_id is not None:
            learned = isinstance(result, Sent) and (result.photo_refused or result.file_id is not None)
            file_id = result.file_id if isinstance(result, Sent) else None
            photo = self._posts.probed(one.delivery.article_id, one.probe, file_id, learned=learned)
        self._settled.append((policy.settle(one.delivery, result, self._now()), photo))
        self._to_settle.set()
        self._to_send.set()

    def _note(self, delivery: Delivery, result: Outcome) -> None:
        match result:
            case FloodWait(seconds):
                self._flooded(delivery.chat_id, seconds)
            case StopAll():
                self._stopped = result
                self._stopping = True
                self._wake_all()
            case Sent():
                pass
            case _:
                log.warning(
                    "not delivered",
                    outcome=type(result).__name__,
                    why=result.why,
                    delivery=delivery.id,
                    article=delivery.article_id,
                    broadcast=delivery.broadcast_id,
                )

    def _flooded(self, chat_id: int, seconds: float) -> None:
        """Telegram doesn't say whether a wait concerns one chat or all: it is obeyed for the chat, and for all when
        another chat meets one soon after."""
        now = self._monotonic()
        self._limiter.flood(chat_id, seconds)
        others = self._last_flood is not None and self._last_flood[0] != chat_id
        if others and self._last_flood and now - self._last_flood[1] < FLOOD_MEMORY:
            self._limiter.flood(None, seconds)
        else:
            self._limiter.flood(None, min(seconds, 1.0))
        self._last_flood = (chat_id, now)
        log.warning("flood control", seconds=seconds)

    async def _settle(self) -> None:
        """Commit how calls ended, together; kept in memory and tried again while storage fails."""
        while not (self._stopping and not self._settled and not self._calls and not self._beginning):
            await self._pause_until(self._to_settle, IDLE_LOOK if not self._stopping else 0.05)
            self._to_settle.clear()
            batch, self._settled = self._settled, []
            if not batch:
                continue
            photos = [photo for _, photo in batch if photo]
            done = await self._storage(
                self._settled_in(self._outbox.settle([settlement for settlement, _ in batch], photos, self._now()))
            )
            if not done:
                self._settled = batch + self._settled
                self._to_settle.set()

    @staticmethod
    async def _settled_in(settling: Awaitable[None]) -> bool:
        await settling
        return True

    async def _pause_until(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
