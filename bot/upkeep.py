"""What is done now and then while the bot runs: forgetting what is old, and telling the log what has arrived."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from bot.model.deliveries import DeliveryState, Progress
from storage.base import Storage, StorageError

log = structlog.get_logger()

RETENTION = timedelta(days=90)
"""Articles first seen before that are forgotten, a few at a time, unless somebody has saved them."""
DELIVERIES_KEPT = timedelta(days=7)
"""So long it is known which message in which chat carries an article. A newsroom with 100,000 readers and 30 articles a
day has some 2 GB of it then."""
REMOVED_KEPT = timedelta(days=1)
"""So long a bookmark that was removed can be restored."""
SEARCHES_KEPT = timedelta(days=30)
"""So long the pages of a search can be turned."""
TITLE_LIMIT = 80
UPDATES_KEPT = timedelta(days=1)
"""So long an update that Telegram brings again is recognised; Telegram itself keeps none longer."""


async def prune(storage: Storage) -> None:
    now = datetime.now(UTC)
    try:
        await storage.bookmarks.prune(now - REMOVED_KEPT)
        await storage.search.prune(now - SEARCHES_KEPT)
        if pruned := await storage.news.prune(now - RETENTION):
            log.info("old articles forgotten", articles=pruned)
        while await storage.outbox.prune(now - DELIVERIES_KEPT):  # noqa: ASYNC110 — room for all else, not a wait
            await asyncio.sleep(0.05)
        await storage.updates.prune(now - UPDATES_KEPT)
    except StorageError as error:
        log.warning("what is old can't be forgotten now", error=str(error))


async def index(storage: Storage) -> None:
    """Bring an archive into the search index, a step at a time."""
    try:
        await storage.search.index()
    except StorageError as error:
        log.warning("articles can't be indexed now", error=str(error))


async def tell_delivered(storage: Storage) -> None:
    """A line for each article that has reached everybody whom it could reach."""
    try:
        delivered = await storage.outbox.delivered(datetime.now(UTC))
    except StorageError as error:
        log.warning("what was delivered can't be looked up", error=str(error))
        return
    for one in delivered:
        title = one.progress.title[:TITLE_LIMIT]
        figures = _figures(one.progress)
        log.info("article delivered", article=one.article_id, feed=one.feed_id, title=title, **figures)


def _figures(progress: Progress) -> dict[str, object]:
    """How many by how it ended, and after how many seconds the first, half, 99 % and the last had it."""
    sent = progress.by_state.get(DeliveryState.SENT, 0)
    others = {state.value: n for state, n in progress.by_state.items() if state is not DeliveryState.SENT and n}
    times = {"first": progress.first, "half": progress.half, "most": progress.most, "last": progress.last}
    after = {name: round(time.total_seconds()) for name, time in times.items() if time is not None}
    return {"readers": progress.recipients, "sent": sent, **others, **after}
