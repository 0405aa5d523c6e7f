"""What the bot would make of a feed, before it is one of the newsroom's."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.feeds.fetch import Fetched, Fetcher, FetchFailed
from bot.feeds.parse import ParsedFeed
from bot.feeds.worker import ParseWorker


class FeedTrial:
    def __init__(self, fetcher: Fetcher, worker: ParseWorker) -> None:
        self._fetcher, self._worker = fetcher, worker

    async def read(self, url: str) -> ParsedFeed:
        """What can't be fetched is no feed; the reason is its problem."""
        fetched = await self._fetcher.fetch(url)
        if isinstance(fetched, Fetched):
            return await self._worker.parse(fetched.body, fetched.content_type, fetched.url, datetime.now(UTC))
        reason = fetched.reason if isinstance(fetched, FetchFailed) else "the server says that nothing has changed"
        return ParsedFeed("", "", (), (reason,), is_feed=False)
