"""One article to one person who asks for it, now: not an outbox matter, since who gets nothing asks again."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import structlog

from bot import keyboards
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Sent
from bot.delivery.render.card import card
from bot.delivery.telegram import Telegram
from bot.model import Article, ArticleId, Reader
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()


class Cards:
    def __init__(self, storage: Storage, telegram: Telegram, limiter: Limiter, texts: Texts, *, zone: tzinfo) -> None:
        self._zone = zone
        self._storage = storage
        self._telegram = telegram
        self._limiter = limiter
        self._texts = texts

    async def show(self, article_id: ArticleId, reader: Reader, now: datetime) -> bool:
        """Whether it was sent; False also when there is no such article (any more)."""
        article = await self._storage.news.article(article_id)
        return article is not None and await self._send(article, reader, now)

    async def show_newest(self, reader: Reader, now: datetime) -> bool:
        """Of what the reader chose, or of all when that is nothing yet. False: there is none."""
        found = await self._storage.news.categories(now)
        chosen = [one.id for one in found if reader.wants(one.id)] or [one.id for one in found]
        article = await self._storage.news.newest(chosen, reader.peace.languages)
        return article is not None and await self._send(article, reader, now)

    async def _send(self, article: Article, reader: Reader, now: datetime) -> bool:
        saved = await self._storage.bookmarks.has(reader.chat_id, article.id)
        keyboard = keyboards.card(article, reader.language, self._texts, saved=saved)
        zone = ZoneInfo(reader.peace.zone) if reader.peace.zone else self._zone
        post = card(article, reader.language, self._texts, keyboard, now=now, zone=zone)
        await self._limiter.wait(reader.chat_id, 1)
        outcome = await self._telegram.send(reader.chat_id, self._telegram.encode(post))
        if not isinstance(outcome, Sent):
            log.info("an article could not be shown", article=article.id, reader=reader.chat_id, outcome=str(outcome))
            return False
        return True
