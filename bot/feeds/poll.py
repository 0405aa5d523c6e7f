"""One poll of a feed: fetch → parse → publish. And which feeds are due."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from yarl import URL

from bot.feeds.fetch import Fetched, Fetcher, FetchFailed, NotModified
from bot.feeds.pages import Pages
from bot.feeds.worker import ParseWorker
from bot.model.articles import CategoryLabel, ParsedArticle, Published
from bot.model.feeds import Feed
from bot.model.ids import FeedId
from storage.base import Storage, StorageError

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(hours=1)
"""Between two tries of a feed in trouble. It is never given up."""
POLLS_PER_HOST = 2
POLLS_AT_ONCE = 10
LOGGED_FAILURES = (1, 5, 20, 100)
"""A feed in trouble is logged at these numbers of failures in a row, then every 500."""
MOST_NAMED = 20
"""Articles whose ids stand in the line about a poll."""
WORTH_TELLING = 2
TOLD_AFTER = (timedelta(0), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""When editors are told of trouble that lasts, counted from its first failed poll; then once a day."""


class Told(Protocol):
    """Whoever hears of feeds in trouble. Never raises."""

    async def trouble(self, feed: Feed) -> None: ...
    async def recovered(self, feed: Feed) -> None: ...
    async def gone(self, feed: Feed) -> None: ...


class Watched(Protocol):
    """Whoever counts polls."""

    def polled(self, outcome: str, new: int = 0, changed: int = 0) -> None: ...


class Poller:
    def __init__(
        self,
        storage: Storage,
        fetcher: Fetcher,
        worker: ParseWorker,
        *,
        interval: timedelta,
        expiry: timedelta,
        on_new: Callable[[], None],
        told: Told,
        watched: Watched,
        shown_at_first: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._storage, self._fetcher, self._worker = storage, fetcher, worker
        self._pages = Pages(storage, fetcher, worker)
        self._interval, self._expiry, self._on_new = interval, expiry, on_new
        self._told, self._watched, self._now, self._chance = told, watched, now, chance
        self._shown_at_first = shown_at_first
        self._running: dict[FeedId, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(POLLS_AT_ONCE)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(POLLS_PER_HOST))

    async def poll_due(self) -> None:
        """Start a poll of every feed that is due and not being polled; returns without waiting for them, so that a
        slow feed holds up no other."""
        try:
            due = await self._storage.feeds.due(self._now())
        except StorageError as error:
            log.error("feeds can't be looked up", error=str(error))
            return
        for feed in due:
            if feed.id not in self._running:
                task = asyncio.create_task(self._guarded(feed), name=f"poll {feed.id}")
                self._running[feed.id] = task
                task.add_done_callback(partial(self._ended, feed.id))

    def _ended(self, feed_id: FeedId, _: asyncio.Task[None]) -> None:
        del self._running[feed_id]

    async def close(self) -> None:
        """Break off what runs: a poll is stored whole or not at all."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guarded(self, feed: Feed) -> None:
        structlog.contextvars.bind_contextvars(feed=feed.id, url=feed.url)
        async with self._hosts[URL(feed.url).host or ""], self._slots:
            try:
                await self.poll(feed)
                return
            except StorageError as error:
                log.error("a poll could not be stored; it comes again", error=str(error))
            except Exception:
                log.exception("a poll failed in an unexpected way")
                with suppress(StorageError):
                    await self._failed(feed, FetchFailed("an unexpected fault of ours; see the log"))
        # That it was polled is not stored, so it is still due: the pause is kept here, by not ending yet.
        await asyncio.sleep(self._interval.total_seconds())

    async def poll(self, feed: Feed) -> Published | None:
        """One poll, stored. None: nothing new, or it failed."""
        started = time.monotonic()
        result = await self._fetcher.fetch(feed.url, feed.validators)
        match result:
            case FetchFailed():
                await self._failed(feed, result)
                return None
            case NotModified():
                await self._storage.feeds.unchanged(feed.id, self._now(), self._next(feed))
                self._watched.polled("unchanged")
                await self._recovered(feed)
                return None
        return await self._read(feed, result, started)

    async def _read(self, feed: Feed, fetched: Fetched, started: float) -> Published | None:
        now = self._now()
        parsed = await self._worker.parse(fetched.body, fetched.content_type, fetched.url, now)
        if not parsed.is_feed:
            await self._failed(feed, FetchFailed(parsed.problems[0] if parsed.problems else "it can't be read"))
            return None
        articles = _as_decided(feed, await self._pages.complete(feed, parsed.articles))
        published = await self._storage.news.publish(
            feed.id,
            articles,
            title=parsed.title,
            language=feed.own_language or parsed.language,
            validators=fetched.validators,
            now=now,
            next_poll_at=self._next(feed),
            expires_at=now + self._expiry,
            moved_to=fetched.moved_to,
            shown_at_first=self._shown_at_first,
        )
        self._watched.polled("read", len(published.new), len(published.changed))
        if fetched.moved_to:
            log.info("a feed has moved for good", to=fetched.moved_to)
        await self._recovered(feed)
        if published.new or published.changed or published.baseline:
            log.info(
                "feed read",
                entries=len(parsed.articles),
                new=len(published.new),
                articles=() if published.baseline else published.new[:MOST_NAMED],
                changed=len(published.changed),
                photos=sum(len(article.photos) for article in parsed.articles),
                baseline=published.baseline,
                ms=round(1000 * (time.monotonic() - started)),
            )
        for problem in parsed.problems[:5] if published.new else ():
            log.warning("doubtful in a feed", problem=problem)
        if published.new:
            self._on_new()
        return published

    def _next(self, feed: Feed) -> datetime:
        return self._now() + (feed.interval or self._interval)

    async def _failed(self, feed: Feed, failed: FetchFailed) -> None:
        now = self._now()
        self._watched.polled("failed")
        if failed.gone:
            await self._storage.feeds.stop(feed.id, failed.reason, now)
            log.error("a feed says that it is gone for good; it is polled no more")
            await self._told.gone(feed)
            return
        pause = min(LONGEST_PAUSE, self._interval * 2 ** min(feed.failures, 12)) * (0.8 + 0.4 * self._chance())
        if failed.retry_after is not None:
            pause = max(pause, timedelta(seconds=failed.retry_after))
        feed = await self._storage.feeds.failed(feed.id, failed.reason, now, now + max(pause, self._interval))
        if feed.failures in LOGGED_FAILURES or feed.failures % 500 == 0:
            log.warning("a feed is in trouble", reason=failed.reason, failures=feed.failures)
        if (times := times_to_tell(feed, now)) > feed.told:
            await self._storage.feeds.set_told(feed.id, times)
            await self._told.trouble(feed)

    async def _recovered(self, feed: Feed) -> None:
        if feed.failures:
            log.info("a feed has recovered", failures=feed.failures)
        if feed.told:
            await self._told.recovered(feed)


def _as_decided(feed: Feed, articles: Sequence[ParsedArticle]) -> Sequence[ParsedArticle]:
    """With the language and the category that editors gave to this feed."""
    if feed.own_language:
        articles = [replace(one, language=feed.own_language) for one in articles]
    if feed.own_label:
        own = CategoryLabel(feed.own_label, True)
        articles = [replace(one, labels=(own, *one.labels)) for one in articles]
    return articles


def times_to_tell(feed: Feed, now: datetime) -> int:
    """How often editors should have heard of a feed's trouble by now. One failed poll is nobody's concern."""
    if feed.failing_since is None or feed.failures < WORTH_TELLING:
        return 0
    lasted = now - feed.failing_since
    return sum(lasted >= after for after in TOLD_AFTER) + max(0, lasted.days - 1)
