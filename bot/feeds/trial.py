"""What the bot would make of a feed or of a page, before anything of it is the newsroom's."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.feeds.fetch import Fetched, Fetcher, FetchFailed
from bot.feeds.parse import ParsedFeed
from bot.feeds.worker import ParseWorker
from bot.model.articles import ParsedArticle

HTML = ("text/html", "application/xhtml+xml", "")
MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Read:
    """The article of a page, and a mark of all that it says."""

    article: ParsedArticle
    mark: str


@dataclass(frozen=True, slots=True)
class NoPage:
    """It can't be had; why, in one line for an editor."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoArticle:
    """There is nothing on it that could be one."""


class FeedTrial:
    def __init__(self, fetcher: Fetcher, worker: ParseWorker) -> None:
        self._fetcher, self._worker = fetcher, worker
        self._read: OrderedDict[str, Read] = OrderedDict()

    async def read(self, url: str) -> ParsedFeed:
        """What can't be fetched is no feed; the reason is its problem."""
        fetched = await self._fetcher.fetch(url)
        if isinstance(fetched, Fetched):
            return await self._worker.parse(fetched.body, fetched.content_type, fetched.url, datetime.now(UTC))
        return ParsedFeed("", "", (), (_reason(fetched),), is_feed=False)

    async def read_story(self, url: str, selector: str = "") -> Read | NoPage | NoArticle:
        """Fetch a page and read the article on it; `selector`: where it stands there, as Feed.page_selector."""
        fetched = await self._fetcher.fetch(url)
        if not isinstance(fetched, Fetched):
            return NoPage(_reason(fetched))
        if fetched.content_type.partition(";")[0].strip().lower() not in HTML:
            return NoArticle()
        story = await self._worker.read_story(
            fetched.body, fetched.content_type, fetched.url, selector, datetime.now(UTC)
        )
        if story is None:
            return NoArticle()
        read = Read(story, hashlib.blake2b(repr(story).encode("utf-8", "replace"), digest_size=8).hexdigest())
        self._read[read.mark] = read
        if len(self._read) > MOST_KEPT:
            self._read.popitem(last=False)
        return read

    def known(self, mark: str) -> Read | None:
        """What an editor was shown lately, exactly: pages change from one look to the next."""
        return self._read.get(mark)


def _reason(result: object) -> str:
    return result.reason if isinstance(result, FetchFailed) else "the server says that nothing has changed"
