"""The messages that are leaving: loaded, rendered and written out once per language, not per reader.

Also knows which article's photo is on its way to Telegram for the first time. That first delivery is a probe: until
it has ended, the article's other deliveries wait, and then they all use its file id (or go without the photo).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot import keyboards
from bot.delivery.outcome import Outcome, PhotoLost, Sent
from bot.delivery.post import AudioPost, PhotoPost, Post, TextPost, VideoPost
from bot.delivery.render.announcement import announcement
from bot.delivery.render.bundle import bundle
from bot.delivery.render.card import card
from bot.delivery.telegram import Encoded
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
    messages: dict[Language, Encoded]


class Posts:
    def __init__(
        self,
        storage: Storage,
        texts: Texts,
        encode: Callable[[Post], Encoded],
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._zone, self._now = zone, now
        self._texts = texts
        self._encode = encode
        self._monotonic = monotonic
        self._articles: OrderedDict[ArticleId, _Loaded] = OrderedDict()
        self._bundles: OrderedDict[tuple[Language, tuple[ArticleId, ...]], Encoded] = OrderedDict()
        self._broadcasts: dict[BroadcastId, Encoded] = {}
        self._probing: set[ArticleId] = set()
        self._replaced: set[ArticleId] = set()
        """Whose file id was refused once; refused again, the photo is left out."""

    def waits_for_photo(self, delivery: Delivery) -> bool:
        return delivery.article_id in self._probing and not delivery.bundled

    async def message(self, delivery: Delivery) -> Encoded | None:
        """What to send; None when there is no such article or broadcast any more."""
        if delivery.bundled:
            return await self._bundle(delivery.language, tuple(article for _, article in delivery.bundled))
        if delivery.broadcast_id is not None:
            return await self._broadcast(delivery.broadcast_id)
        assert delivery.article_id is not None
        loaded = await self._load(delivery.article_id)
        if loaded is None:
            return None
        message = loaded.messages.get(delivery.language)
        if message is None:
            keyboard = keyboards.card(loaded.article, delivery.language, self._texts)
            post = card(loaded.article, delivery.language, self._texts, keyboard, now=self._now(), zone=self._zone)
            message = loaded.messages[delivery.language] = self._encode(_still(post))
        return message

    def probe(self, delivery: Delivery, message: Encoded | None) -> Photo | None:
        """Called when the message is about to leave: the photo that it is the first to bring to Telegram, if any."""
        if message is None or delivery.article_id is None or not isinstance(message.post, PhotoPost):
            return None
        if message.post.known:
            return None
        loaded = self._articles[delivery.article_id]
        self._probing.add(delivery.article_id)
        return next(photo for photo in loaded.article.photos if not photo.refused)

    def unprobed(self, delivery: Delivery) -> None:
        """The probe did not leave after all."""
        if delivery.article_id is not None:
            self._probing.discard(delivery.article_id)

    def learned(
        self, delivery: Delivery, message: Encoded, probe: Photo | None, outcome: Outcome
    ) -> PhotoResult | None:
        """A call ended: what it taught about the post serves all that leave later. Returns what is to be recorded."""
        if probe:
            self.unprobed(delivery)
        article_id = None if delivery.bundled else delivery.article_id
        match outcome:
            case Sent(file_id=str(file_id)) if probe and article_id is not None:
                return self._photo(article_id, replace(probe, file_id=file_id))
            case Sent(simplified=TextPost()) if probe and article_id is not None:
                return self._photo(article_id, replace(probe, refused=True))
            case Sent(simplified=TextPost() | PhotoPost() as simplified):
                self._simplify(delivery, message, simplified)
            case PhotoLost() if article_id is not None and isinstance(message.post, PhotoPost):
                return self._lost(article_id, message.post.photo)
        return None

    def _photo(self, article_id: ArticleId, photo: Photo) -> PhotoResult:
        loaded = self._articles.get(article_id)
        if loaded:
            photos = tuple(photo if other.url == photo.url else other for other in loaded.article.photos)
            loaded.article = replace(loaded.article, photos=photos)
            loaded.messages.clear()
        return PhotoResult(article_id, photo.url, photo.file_id, photo.refused)

    def _lost(self, article_id: ArticleId, file_id: str) -> PhotoResult | None:
        """Of many calls that met the same refusal, the first counts."""
        loaded = self._articles.get(article_id)
        photos = loaded.article.photos if loaded else ()
        photo = next((photo for photo in photos if photo.file_id == file_id and not photo.refused), None)
        if photo is None:
            return None
        again = article_id in self._replaced
        self._replaced.add(article_id)
        return self._photo(article_id, replace(photo, file_id=None, refused=again))

    def _simplify(self, delivery: Delivery, message: Encoded, simplified: Post) -> None:
        """Telegram refused the post as it was: the others need not try it again."""
        if delivery.bundled:
            return
        if delivery.broadcast_id is not None:
            if self._broadcasts.get(delivery.broadcast_id) is message:
                self._broadcasts[delivery.broadcast_id] = self._encode(simplified)
        elif delivery.article_id is not None:
            loaded = self._articles.get(delivery.article_id)
            if loaded and loaded.messages.get(delivery.language) is message:
                loaded.messages[delivery.language] = self._encode(simplified)

    async def _load(self, article_id: ArticleId) -> _Loaded | None:
        loaded = self._articles.get(article_id)
        if loaded and (article_id in self._probing or self._monotonic() - loaded.at < FRESH):
            return loaded
        article = await self._storage.news.article(article_id)
        if article is None:
            return None
        if loaded and loaded.article == article:
            loaded.at = self._monotonic()
        else:
            loaded = self._articles[article_id] = _Loaded(article, self._monotonic(), {})
        self._articles.move_to_end(article_id)
        if len(self._articles) > MOST_KEPT:
            self._articles.popitem(last=False)
        return loaded

    async def _bundle(self, language: Language, ids: tuple[ArticleId, ...]) -> Encoded | None:
        """Many readers missed the same articles, so a bundle is kept, too."""
        message = self._bundles.get((language, ids))
        if message is None:
            found = [loaded.article for one in ids if (loaded := await self._load(one))]
            if not found:
                return None
            keyboard = keyboards.bundle(found, language, self._texts)
            post = bundle(found, language, self._texts, keyboard, now=self._now(), zone=self._zone)
            message = self._encode(post)
            self._bundles[language, ids] = message
            if len(self._bundles) > MOST_KEPT:
                self._bundles.popitem(last=False)
        return message

    async def _broadcast(self, broadcast_id: BroadcastId) -> Encoded | None:
        if broadcast_id not in self._broadcasts:
            broadcast = await self._storage.broadcasts.get(broadcast_id)
            if broadcast is None:
                return None
            self._broadcasts = {broadcast_id: self._encode(announcement(broadcast.announcement))}
        return self._broadcasts[broadcast_id]


def _still(post: PhotoPost | VideoPost | AudioPost | TextPost) -> Post:
    """Video and audio are not sent yet: the same with a photo or as text."""
    while isinstance(post, VideoPost | AudioPost):
        assert post.fallback
        post = post.fallback
    return post
