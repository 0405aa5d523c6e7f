"""The sending loop: fill → claim → choose → begin → wait for the pace → call → settle.

`begin` is committed just before the call and `settle` just after it, both in groups. A crash between the two commits
leaves an unknown outcome, for at most as many messages as were in flight.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

import structlog

from bot.delivery.breaker import Breaker
from bot.delivery.commits import Commits, Guard
from bot.delivery.departures import Departures
from bot.delivery.encoding import Encoded
from bot.delivery.incidents import Incidents, Told
from bot.delivery.limiter import Limiter, most_in_flight
from bot.delivery.outcome import FloodWait, Missing, Outcome, Refused, Sent, StopAll, Unknown, settle
from bot.delivery.posts import Posts, Probe
from bot.delivery.session import TokenRefused
from bot.delivery.telegram import Telegram
from bot.metrics import Metrics
from bot.model.articles import MediaResult
from bot.model.deliveries import Action, Delivery, DeliveryClass, MessageForm, Settlement
from bot.model.ids import ArticleId, BroadcastId, ChatId
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
BATCH_SECONDS = 0.5
"""A batch is claimed for about this long: what is more urgent waits behind at most one of them."""
IDLE_LOOK = 1.0
"""Seconds after which the outbox is looked at again even if nobody called `wake`."""
EMPTY_LOOK = 0.25
"""Seconds for which an outbox that gave less than was asked for is not asked again without a reason."""
LONG_WAIT = 5.0
"""A post whose chat has to wait longer goes back into the outbox, so that it holds up nobody else's."""
AHEAD_SECONDS = 0.04
"""Messages are begun for about this long ahead of the pace, which covers two commits; so they leave evenly, not in the
groups of the commits."""
LONG_PAUSE = 1.0
"""When everything has to wait longer, what was begun ahead is given back: it has not left, and is not unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    delivery: Delivery
    message: Encoded | None
    probe: Probe | None


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
        metrics: Metrics,
        alive: Callable[[], None] = lambda: None,
        zone: tzinfo = UTC,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._telegram, self._outbox, self._limiter, self._owner = telegram, storage.outbox, limiter, owner
        self._metrics, self._alive, self._zone, self._now, self._monotonic = metrics, alive, zone, now, monotonic
        self._posts = Posts(storage, texts, telegram.encode, zone=zone, now=now, monotonic=monotonic)
        self._breaker = Breaker(monotonic=monotonic)
        self._incidents = Incidents(told, self._withdraw)
        self._guard = Guard(monotonic=monotonic)
        self._batch = max(2, int(messages_per_second * BATCH_SECONDS))
        self._most_in_flight = most_in_flight(messages_per_second)
        self._ahead = max(1, int(messages_per_second * AHEAD_SECONDS))
        self._departures = Departures(monotonic=monotonic)
        self._begins = Commits(self._begin)
        self._begun: deque[_Ready] = deque()
        """Begun; they leave as soon as the pace allows."""
        self._settles: Commits[tuple[list[Settlement], MediaResult | None]] = Commits(self._settle)
        self._calls: dict[_Ready, int] = {}
        """Under way, with what the breaker said at their beginning."""
        self._busy: set[ChatId] = set()
        """Chats with a message under way: their next one waits, so that each reads in order."""
        self._to_fill, self._to_claim = asyncio.Event(), asyncio.Event()
        self._to_choose, self._to_start = asyncio.Event(), asyncio.Event()
        self._reached_at: datetime | None = None
        """When the last post arrived."""
        self._paused_until = 0.0
        """Posts wait; what people and editors are told does not."""
        self._urgent = False
        self._exhausted = False
        """The outbox gave less than was asked for, so it is not asked again for a while."""
        self._stopping = False
        self._ended = asyncio.Event()
        self._stopped: StopAll | None = None

    def wake(self) -> None:
        """Something new may be due: look at once, and let what is more urgent go first."""
        self._urgent = True
        self._to_fill.set()
        self._to_claim.set()

    async def run(self) -> None:
        recovered = await self._outbox.recover(self._owner, self._now())
        self._reached_at = await self._outbox.last_sent()
        if recovered.resent or recovered.unknown:
            log.warning("recovered after a crash", resent=recovered.resent, unknown=recovered.unknown)
        loops = (self._fill(), self._claim_all(), self._choose_all(), self._begins.run(), self._start_all())
        tasks = [asyncio.create_task(loop) for loop in (*loops, self._settles.run())]
        try:
            await asyncio.gather(*tasks)
        finally:
            self._ended.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._incidents.close()
        if self._stopped:
            raise TokenRefused(self._stopped.why)

    async def drain(self, within: float) -> None:
        """Claim nothing more, let the calls in flight end (for `within` seconds), give the rest back. `run` ends."""
        self._stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), within)
        for one in list(self._calls):
            # What is known of it is recorded all the same.
            self._ended_with(one, Unknown("the bot stopped before the answer came"))

    def _stop(self) -> None:
        self._stopping = True
        for event in (self._to_fill, self._to_claim, self._to_choose, self._to_start):
            event.set()

    async def _fill(self) -> None:
        """Turn fan-outs into deliveries, one short step at a time."""
        while not self._stopping:
            self._to_fill.clear()
            if await self._guard(self._outbox.fill(self._now(), zone=self._zone)):
                self._urgent = True
                self._to_claim.set()
                # A breath, so that a long fan-out leaves room for readers' taps and for what is leaving.
                await asyncio.sleep(0.002)
            else:
                await _pause(self._to_fill, IDLE_LOOK)

    async def _claim_all(self) -> None:
        """Keep at hand what leaves next."""
        while not self._stopping:
            self._to_claim.clear()
            if self._urgent:
                self._urgent = False
                await self._let_urgent_first()
            # What stands aside holds up nobody, unless there is very much of it.
            if self._departures.ready > self._batch // 2 or len(self._departures) > 4 * self._batch:
                await _pause(self._to_claim, IDLE_LOOK)
            elif await self._claim() < self._batch:
                self._exhausted = True
                await _pause(self._to_claim, await self._until_next())
                self._exhausted = False

    async def _claim(self, below: int | None = None) -> int:
        """More to hold; how many there were."""
        claimed = await self._guard(
            self._outbox.claim(self._owner, self._now(), lease=LEASE, limit=self._batch, below=below)
        )
        fresh = self._departures.add(claimed or [])
        self._to_choose.set()
        return fresh

    async def _let_urgent_first(self) -> None:
        """Give back what is less urgent than what waits in the outbox."""
        lowest = self._departures.lowest()
        if lowest and await self._claim(below=lowest):
            await self._release(self._departures.take_back(lowest))

    async def _release(self, deliveries: list[Delivery], due_at: datetime | None = None) -> None:
        if deliveries:
            ids = [one for delivery in deliveries for one in delivery.ids]
            await self._guard(self._outbox.release(ids, self._owner, due_at))

    async def _until_next(self) -> float:
        """Seconds after which the outbox may have something to claim."""
        if len(self._departures):
            return EMPTY_LOOK
        due = await self._guard(self._outbox.next_due(self._now()))
        return IDLE_LOOK if due is None else min(IDLE_LOOK, max(0.02, (due - self._now()).total_seconds()))

    async def _choose_all(self) -> None:
        """Take what is first and may leave, a little ahead of the pace; in the end give back the rest."""
        while not self._stopping:
            self._to_choose.clear()
            while self._may_choose() and (delivery := self._departures.next()):
                await self._choose(delivery)
            if self._departures.ready <= self._batch // 2 and not self._exhausted:
                self._to_claim.set()
            moment = self._departures.next_moment()
            await _pause(self._to_choose, IDLE_LOOK if moment is None else min(IDLE_LOOK, moment + 0.001))
        self._begins.close()
        await self._release(self._departures.take_back(DeliveryClass.BREAKING))

    def _may_choose(self) -> bool:
        ahead = len(self._begins) + len(self._begun)
        if self._breaker.on_trial:
            return ahead + len(self._calls) < 1
        return ahead < self._ahead and ahead + len(self._calls) < self._most_in_flight

    async def _choose(self, delivery: Delivery) -> None:
        chat_wait = self._limiter.chat_delay(delivery.chat_id)
        if chat_wait > LONG_WAIT:
            self._departures.end(delivery)
            await self._release([delivery], self._now() + timedelta(seconds=chat_wait))
        elif chat_wait > 0:
            self._departures.later(delivery, chat_wait)
        elif delivery.chat_id in self._busy:
            self._departures.behind(delivery, delivery.chat_id)
        elif self._posts.waits_for_photo(delivery):
            self._departures.behind(delivery, _photo_of(delivery))
        else:
            await self._make_ready(delivery)

    async def _make_ready(self, delivery: Delivery) -> None:
        try:
            message = await self._guard(self._posts.message(delivery))
        except Exception:
            # A bug in one article's rendering must not hold up all the others.
            log.exception("a post can't be made", article=delivery.article_id, broadcast=delivery.broadcast_id)
            message = None
        if self._guard.failing:
            self._departures.later(delivery, 0)
            return
        self._busy.add(delivery.chat_id)
        self._begins.add(_Ready(delivery, message, self._posts.probe(delivery, message)))

    async def _begin(self, group: list[_Ready]) -> bool:
        """Commit that these calls start, together; then start them."""
        ids = [one for each in group for one in each.delivery.ids]
        begun = await self._guard(self._outbox.begin(ids, self._owner, self._now()))
        if begun is None:
            return False
        for one in group:
            self._departures.end(one.delivery)
            if begun.issuperset(one.delivery.ids):
                self._begun.append(one)
            else:
                # It is not wanted any more, or a part of a bundle is not: what is left is put together anew.
                self._not_left(one, 0.0)
        self._to_start.set()
        return True

    async def _start_all(self) -> None:
        """Start the calls, each when the pace allows it; in the end, wait for them."""
        while not self._stopping:
            self._to_start.clear()
            self._alive()
            wait = self._overall_wait() if self._begun else IDLE_LOOK
            if self._begun and wait <= 0:
                self._start(self._begun.popleft())
                continue
            if wait > LONG_PAUSE:
                self._give_back_begun(wait)
            await _pause(self._to_start, min(wait, IDLE_LOOK))
        while len(self._begins):  # noqa: ASYNC110 — commits that may fail and come again
            await asyncio.sleep(0.005)
        self._give_back_begun(0.0)
        while self._calls:  # noqa: ASYNC110 — they end by callbacks
            await asyncio.sleep(0.005)
        self._settles.close()

    def _overall_wait(self) -> float:
        if self._guard.failing:
            return IDLE_LOOK
        if self._limiter.people_waiting:
            return 0.005
        return max(self._limiter.delay(None), self._paused_until - self._monotonic())

    def _start(self, one: _Ready) -> None:
        self._limiter.take(one.delivery.chat_id)
        self._calls[one] = self._breaker.begin()
        if one.message is None:
            self._ended_with(one, Refused("there is nothing to send any more"))
        else:
            self._telegram.start(
                one.delivery.chat_id,
                one.message,
                partial(self._ended_with, one),
                target=one.delivery.target,
                silent=one.delivery.silent,
                thread_id=one.delivery.thread_id,
                reply_to=one.delivery.reply_to,
                learn=one.probe is not None,
            )
        # Not for each one, so that the next commit again has a group.
        if len(self._begun) <= self._ahead // 2:
            self._to_choose.set()

    def _give_back_begun(self, wait: float) -> None:
        while self._begun:
            self._not_left(self._begun.popleft(), wait)

    def _not_left(self, one: _Ready, wait: float) -> None:
        if one.probe:
            self._posts.unprobed(one.delivery)
        self._settled(one.delivery, settle(one.delivery, FloodWait(wait), self._now()), None)

    def _ended_with(self, one: _Ready, outcome: Outcome) -> None:
        """A call is over; called once for each, unless the bot stops and waits no longer."""
        trouble = self._calls.pop(one, None)
        if trouble is None:
            return
        delivery = one.delivery
        pause = self._breaker.end(trouble, delivery.chat_id, outcome)
        self._paused_until = max(self._paused_until, self._monotonic() + pause)
        if isinstance(outcome, FloodWait):
            log.warning("flood control", chat_for=outcome.seconds, everybody_for=pause, delivery=delivery.id)
            self._metrics.flooded()
            if self._breaker.flooded:
                self._limiter.flood(None, pause)
                self._limiter.slow_down()
        self._incidents.note(delivery, outcome, pause)
        if isinstance(outcome, StopAll):
            self._stopped = outcome
            self._stop()
        photo = self._posts.learned(delivery, one.message, one.probe, outcome) if one.message else None
        now = self._now()
        if isinstance(outcome, Sent):
            self._reached_at = now
        settlement = settle(delivery, outcome, now, doubtful=isinstance(outcome, Missing) and self._doubtful(delivery))
        if settlement.due_at:
            self._limiter.flood(delivery.chat_id, (settlement.due_at - now).total_seconds())
        self._settled(delivery, settlement, photo)

    def _doubtful(self, delivery: Delivery) -> bool:
        """The token may be another bot's: then nobody has been reached since this post is waiting."""
        return self._breaker.doubtful or self._reached_at is None or self._reached_at < delivery.waiting_since

    def _settled(self, delivery: Delivery, settlement: Settlement, photo: MediaResult | None) -> None:
        """Record it, and let what stood behind it come forward."""
        self._metrics.settled(delivery, settlement)
        log.debug(
            "post ended",
            delivery=delivery.id,
            article=delivery.article_id,
            broadcast=delivery.broadcast_id,
            state=settlement.state.value,
            message=settlement.message_id,
        )
        if delivery.bundled and delivery.action is Action.SEND:
            form = settlement.form and MessageForm.BUNDLE
            whole = replace(settlement, form=form, bundle=delivery.id)
            settlements = [replace(whole, delivery_id=number) for number in delivery.ids]
        else:
            settlements = [settlement]
        self._settles.add((settlements, photo))
        self._busy.discard(delivery.chat_id)
        self._departures.clear(delivery.chat_id)
        if not self._posts.waits_for_photo(delivery):
            self._departures.clear(_photo_of(delivery))
        if not self._begun:
            self._to_choose.set()

    async def _settle(self, group: list[tuple[list[Settlement], MediaResult | None]]) -> bool:
        """Commit how calls ended, together; kept in memory and tried again while storage fails."""
        settlements = [settlement for each, _ in group for settlement in each]
        photos = [photo for _, photo in group if photo]
        return await self._guard.done(self._outbox.settle(settlements, photos, self._now()))

    async def _withdraw(self, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        await self._guard(self._outbox.withdraw(article_id=article, broadcast_id=broadcast, now=self._now()))


def _photo_of(delivery: Delivery) -> tuple[str, ArticleId | None]:
    return "photo", delivery.article_id


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set or the time is over. (asyncio.wait_for costs ten times as much.)"""
    alarm = asyncio.get_running_loop().call_later(seconds, event.set)
    try:
        await event.wait()
    finally:
        alarm.cancel()
