"""What a reader opens under a post: the whole article, and all of its photos.

It leaves at once, ahead of all posts, and is no delivery: when the process dies, the reader taps again. Telegram
refuses a rich message as a whole for one photo that it can't use, so the same comes with fewer photos, then as plain
texts. What Telegram now knows of the photos is kept: the next reader's copy is sent by file ids.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import structlog

from bot import keyboards
from bot.delivery.encoding import encode
from bot.delivery.errors import Meaning
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import FloodWait, NotSent, Outcome, Refused, Sent
from bot.delivery.post import AlbumPost, AudioPost, PhotoPost, Post, RichPost, TextPost, VideoPost
from bot.delivery.render.card import card
from bot.delivery.render.gallery import gallery, slideshow
from bot.delivery.render.media import best_photo, usable_photos
from bot.delivery.render.reading import reading
from bot.delivery.session import LONGEST_ANSWER_WAIT
from bot.delivery.telegram import Telegram
from bot.model.articles import Article, MediaResult, Photo
from bot.model.ids import ArticleId, ChatId
from bot.model.readers import Reader
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()

TWICE = 3.0
"""Seconds within which a second tap on the same button is a slip of the thumb."""
CARD = -1
"""In place of the first photo: the card itself was opened."""
NO_LINE = 1.0
"""Seconds between two attempts while there is no connection."""
_REFUSED_ITEM = re.compile(r"failed to send message #(\d+)")


class Reading:
    def __init__(
        self,
        storage: Storage,
        telegram: Telegram,
        limiter: Limiter,
        texts: Texts,
        *,
        zone: tzinfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage, self._telegram, self._limiter, self._texts = storage, telegram, limiter, texts
        self._zone, self._now, self._sleep, self._monotonic = zone, now, sleep, monotonic
        self._opened: dict[tuple[ChatId, ArticleId, int | None], float] = {}
        """When what was opened last; what is older than TWICE is dropped."""

    async def open(self, reader: Reader, article: Article) -> None:
        """Send the whole article: as one rich message, or as texts when the reader wants that or Telegram refuses."""
        if self._is_slip(reader.chat_id, article.id, None):
            return
        saved = await self._storage.bookmarks.has(reader.chat_id, article.id)
        keyboard = keyboards.reading(article, reader.language, self._texts, saved=saved)
        zone = ZoneInfo(reader.peace.zone) if reader.peace.zone else self._zone

        def made(version: Article) -> RichPost:
            return reading(version, reader.language, self._texts, keyboard, now=self._now(), zone=zone)

        outcome: Outcome | None = None
        if reader.rich:
            outcome = await self._send_fewer(reader.chat_id, article, made)
        if outcome is None or isinstance(outcome, Refused):
            outcome = await self._send_all(reader.chat_id, made(article).fallback)
        if isinstance(outcome, Sent):
            await self._storage.news.count_opening(article.id, self._now())
        log.info("article opened", article=article.id, rich=reader.rich, outcome=type(outcome).__name__)

    async def show_card(self, reader: Reader, article: Article) -> None:
        """Send its card, as the readers of its sections got it; simpler where Telegram can't use its photo or video."""
        if self._is_slip(reader.chat_id, article.id, CARD):
            return
        saved = await self._storage.bookmarks.has(reader.chat_id, article.id)
        keyboard = keyboards.card(article, reader.language, self._texts, saved=saved)
        zone = ZoneInfo(reader.peace.zone) if reader.peace.zone else self._zone
        post: Post | None = card(article, reader.language, self._texts, keyboard, now=self._now(), zone=zone)
        outcome: Outcome | None = None
        while post is not None:
            photo = best_photo(article) if isinstance(post, PhotoPost) else None
            outcome = await self._send_learning(reader.chat_id, article, post, [photo.url] if photo else [])
            if not isinstance(outcome, Refused) or not isinstance(post, PhotoPost | VideoPost | AudioPost):
                break
            post = post.fallback
        log.info("card opened", article=article.id, outcome=type(outcome).__name__)

    async def show_photos(self, reader: Reader, article: Article, offset: int) -> None:
        """Send the photos from that one on, of which there is at least one, with a button for the next ones."""
        if self._is_slip(reader.chat_id, article.id, offset):
            return
        outcome: Outcome | None = None
        if reader.rich:
            outcome = await self._send_slideshow(reader, article, offset)
        if outcome is None or isinstance(outcome, Refused):
            outcome = await self._send_album(reader, article, offset)
        log.info("photos opened", article=article.id, offset=offset, outcome=type(outcome).__name__)

    async def _send_slideshow(self, reader: Reader, article: Article, offset: int) -> Outcome | None:
        shown = slideshow(article, offset, reader.language, self._texts, None)
        if shown is None:
            return None
        keyboard = keyboards.gallery(article, offset + len(shown.media), reader.language, self._texts)
        return await self._send_learning(reader.chat_id, article, replace(shown, keyboard=keyboard), shown.media)

    async def _send_album(self, reader: Reader, article: Article, offset: int) -> Outcome:
        """One photo that Telegram can't use is left out; when it is not told which, the photos come as links."""
        outcome: Outcome | None = None
        photos: list[Photo] = []
        while post := gallery(article, offset, reader.language, self._texts):
            photos = usable_photos(article)[offset:][: len(post.photos) if isinstance(post, AlbumPost) else 1]
            outcome = await self._send_learning(reader.chat_id, article, post, [photo.url for photo in photos])
            refused = _refused_of(outcome, photos)
            if refused is None:
                break
            without = MediaResult(article.id, refused.url, None, refused=True)
            article = article.with_media(without)
            await self._storage.news.learn([without])
        if outcome is None or isinstance(outcome, Refused):
            links = slideshow(article, offset, reader.language, self._texts, None)
            return await self._send_all(reader.chat_id, links.fallback if links else ())
        following, total = offset + len(photos), len(usable_photos(article))
        if isinstance(outcome, Sent) and following < total:
            said = self._texts.get(reader.language, "gallery.shown", first=offset + 1, last=following, total=total)
            keyboard = keyboards.gallery(article, following, reader.language, self._texts)
            return await self._send(reader.chat_id, TextPost(said, html=False, keyboard=keyboard))
        return outcome

    async def _send_fewer(self, chat_id: ChatId, article: Article, made: Callable[[Article], RichPost]) -> Outcome:
        """With fewer and fewer photos, as long as it is for one of them that Telegram refuses it."""
        outcome: Outcome = Refused("nothing to show", Meaning.BAD_RICH)
        for version in _with_fewer_photos(article):
            post = made(version)
            outcome = await self._send_learning(chat_id, article, post, post.media)
            if not (isinstance(outcome, Refused) and outcome.meaning is Meaning.BAD_MEDIA):
                break
        if isinstance(outcome, Refused):
            log.warning("Telegram refuses a whole article", article=article.id, why=outcome.why)
        return outcome

    async def _send_learning(self, chat_id: ChatId, article: Article, post: Post, urls: Sequence[str]) -> Outcome:
        """`urls`: of the post's photos, in order."""
        outcome = await self._send(chat_id, post)
        if isinstance(outcome, Sent) and len(outcome.file_ids) == len(urls):
            unknown = {photo.url for photo in article.photos if not photo.file_id}
            learned = [
                MediaResult(article.id, url, file_id)
                for url, file_id in zip(urls, outcome.file_ids, strict=True)
                if url in unknown
            ]
            if learned:
                await self._storage.news.learn(learned)
        return outcome

    async def _send_all(self, chat_id: ChatId, posts: Sequence[Post]) -> Outcome:
        """In their order, as far as they are taken."""
        outcome: Outcome = Refused("nothing to show")
        for post in posts:
            outcome = await self._send(chat_id, post)
            if not isinstance(outcome, Sent):
                break
        return outcome

    async def _send(self, chat_id: ChatId, post: Post) -> Outcome:
        message = encode(post)
        items = len(post.photos) if isinstance(post, AlbumPost) else 1
        learn = isinstance(post, RichPost | AlbumPost | PhotoPost)
        waited = 0.0
        while True:
            await self._limiter.wait(chat_id, items)
            outcome = await self._telegram.send(chat_id, message, learn=learn)
            match outcome:
                case FloodWait(seconds):
                    self._limiter.flood(chat_id, seconds)
                    pause = seconds
                case NotSent():
                    pause = NO_LINE
                case _:
                    return outcome
            waited += pause
            if waited > LONGEST_ANSWER_WAIT:
                return outcome
            await self._sleep(pause)

    def _is_slip(self, chat_id: ChatId, article_id: ArticleId, offset: int | None) -> bool:
        now = self._monotonic()
        self._opened = {key: at for key, at in self._opened.items() if now - at < TWICE}
        key = chat_id, article_id, offset
        if key in self._opened:
            return True
        self._opened[key] = now
        return False


def _with_fewer_photos(article: Article) -> Iterator[Article]:
    """All; those that Telegram has already; none."""
    yield article
    known = tuple(photo for photo in article.photos if photo.file_id)
    if known and len(known) < len(article.photos):
        yield replace(article, photos=known)
    if article.photos:
        yield replace(article, photos=())


def _refused_of(outcome: Outcome, photos: Sequence[Photo]) -> Photo | None:
    """Which of them Telegram named as the one that it can't use."""
    if not isinstance(outcome, Refused):
        return None
    named = _REFUSED_ITEM.search(outcome.why.lower())
    at = int(named[1]) - 1 if named else 0
    if not (named or len(photos) == 1) or not 0 <= at < len(photos):
        return None
    return photos[at]
