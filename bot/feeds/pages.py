"""Completing the new articles of a feed from their pages, where an editor switched that on for the feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.worker import ParseWorker
from bot.model.articles import ParsedArticle
from bot.model.feeds import Feed
from storage.base import Storage

log = structlog.get_logger()

MOST_PAGES = 20
"""Pages fetched in one poll, one after the other: the site is a guest's host."""


class Pages:
    def __init__(self, storage: Storage, fetcher: Fetcher, worker: ParseWorker) -> None:
        self._storage, self._fetcher, self._worker = storage, fetcher, worker

    async def complete(self, feed: Feed, articles: Sequence[ParsedArticle]) -> Sequence[ParsedArticle]:
        """The articles, those that this feed brings for the first time with what their pages add. A page that can't
        be had leaves its article as the feed has it. Not for the baseline, which nobody is sent."""
        if feed.page_selector is None or feed.baseline_at is None:
            return articles
        unknown = await self._storage.news.unknown(feed.id, [article.identity for article in articles])
        wanting = [one for one in articles if one.identity in unknown and one.link and not (one.body and one.photos)]
        completed = {one.identity: await self._completed(one, feed.page_selector) for one in wanting[-MOST_PAGES:]}
        return [completed.get(article.identity, article) for article in articles]

    async def _completed(self, article: ParsedArticle, selector: str) -> ParsedArticle:
        fetched = await self._fetcher.fetch(article.link)
        if not isinstance(fetched, Fetched):
            log.info("an article's page could not be had", link=article.link, result=str(fetched)[:200])
            return article
        page = await self._worker.read_page(fetched.body, fetched.content_type, fetched.url, selector, article.title)
        return replace(article, page_body=page.body, page_photos=page.photos, page_attachments=page.attachments)
