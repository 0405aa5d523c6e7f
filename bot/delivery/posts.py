"""The posts of the articles and broadcasts that are leaving: loaded and rendered once per language, not per reader.

Also knows which article's photo is on its way to Telegram for the first time. That first delivery is a probe: until
it has ended, the article's other deliveries wait, and then they all use its file id (or go without the photo).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import keyboards
from bot.delivery import render
from bot.delivery.post import PhotoPost, Post
from bot.model import Article, ArticleId, BroadcastId, Delivery, Language, Photo, PhotoResult
from bot.texts import Texts
from storage.base import Storage

MOST_KEPT = 200
FRESH = 30.0
"""Seconds for which a loaded article is used: an edit of it reaches posts that leave later."""


@dataclass(slots=True)
class _Loaded:
    article: Article
    at: float
    posts: dict[Language, Post]


class Posts:
    def __init__(self, storage: Storage, texts: Texts, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._storage = storage
        self._texts = texts
        self._monotonic = monotonic
        self._articles: dict[ArticleId, _Loaded] = {}
        self._broadcasts: dict[BroadcastId, Post] = {}
        self._probing: set[ArticleId] = set()

    def waits_for_photo(self, delivery: Delivery) -> bool:
        return delivery.article_id in self._probing

    async def post(self, delivery: Delivery) -> Post | None:
        """What to send; None when there is no such article or broadcast any more."""
        if delivery.broadcast_id is not None:
            return await self._broadcast(delivery.broadcast_id)
        assert delivery.article_id is not None
        loaded = await self._load(delivery.article_id)
        if loaded is None:
            return None
        if delivery.language not in loaded.posts:
            keyboard = keyboards.card(loaded.article, delivery.language, self._texts)
            loaded.posts[delivery.language] = render.card(loaded.article, delivery.language, self._texts, keyboard)
        return loaded.posts[delivery.language]

    def probe(self, delivery: Delivery, post: Post | None) -> Photo | None:
        """Called when the post is about to leave: the photo that it is the first to bring to Telegram, if any."""
        if delivery.article_id is None or not isinstance(post, PhotoPost):
            return None
        photo = next(photo for photo in self._articles[delivery.article_id].article.photos if not photo.refused)
        if photo.file_id is not None:
            return None
        self._probing.add(delivery.article_id)
        return photo

    def probed(self, article_id: ArticleId, photo: Photo, file_id: str | None, *, learned: bool) -> PhotoResult | None:
        """The probe ended. `learned`: its file id is known, or (None) that Telegram can't use the photo; otherwise
        the article's next delivery is a probe again."""
        self._probing.discard(article_id)
        if not learned:
            return None
        loaded = self._articles.get(article_id)
        if loaded:
            known = replace(photo, file_id=file_id, refused=file_id is None)
            photos = tuple(known if other.url == photo.url else other for other in loaded.article.photos)
            loaded.article = replace(loaded.article, photos=photos)
            loaded.posts.clear()
        return PhotoResult(article_id, photo.url, file_id)

    async def _load(self, article_id: ArticleId) -> _Loaded | None:
        loaded = self._articles.get(article_id)
        if loaded and (article_id in self._probing or self._monotonic() - loaded.at < FRESH):
            return loaded
        article = await self._storage.news.article(article_id)
        if article is None:
            return None
        loaded = self._articles[article_id] = _Loaded(article, self._monotonic(), {})
        while len(self._articles) > MOST_KEPT:
            oldest = next(kept for kept in self._articles if kept != article_id)
            del self._articles[oldest]
        return loaded

    async def _broadcast(self, broadcast_id: BroadcastId) -> Post | None:
        if broadcast_id not in self._broadcasts:
            broadcast = await self._storage.broadcasts.get(broadcast_id)
            if broadcast is None:
                return None
            self._broadcasts = {broadcast_id: render.announcement(broadcast.announcement)}
        return self._broadcasts[broadcast_id]
