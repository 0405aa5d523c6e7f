"""A small newsroom in a database, for the contract tests: one feed after its baseline, a clock, short verbs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.articles import CategoryLabel, ParsedArticle, Photo, Published
from bot.model.body import Paragraph, Run
from bot.model.broadcasts import Announcement, Broadcast
from bot.model.deliveries import Delivery, DeliveryState, MessageForm, Settlement
from bot.model.feeds import Feed, Validators
from bot.model.ids import ArticleId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Confirmation, Started
from bot.model.readers import Mode
from storage.base import Storage

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EDITOR, OTHER_EDITOR = ChatId(1), ChatId(2)


def article(name: str, section: str = "Политика", **changes: object) -> ParsedArticle:
    plain = ParsedArticle(
        identity=hashlib.sha256(name.encode()).digest(),
        title=name,
        link=f"https://example.kz/{name}",
        link_key=hashlib.sha256(f"link {name}".encode()).digest(),
        lead=f"Лид: {name}",
        body=(),
        author="",
        language="ru",
        published_at=NOON,
        labels=(CategoryLabel(section, True),) if section else (),
        photos=(Photo(f"https://example.kz/{name}.jpg"),),
    )
    if isinstance(text := changes.pop("text", None), str):
        changes["body"] = (Paragraph((Run(text),)),)
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    storage: Storage
    now: datetime = NOON

    async def begin(self) -> None:
        await self.storage.editors.set_owners([EDITOR, OTHER_EDITOR], self.now)
        await self.storage.feeds.seed(["https://example.kz/rss"], self.now)
        self.feed = (await self.storage.feeds.all())[0]
        await self.publish(article("старая"))

    def later(self, minutes: float = 1) -> datetime:
        self.now += minutes * MINUTE
        return self.now

    async def publish(
        self, *articles: ParsedArticle, feed: Feed | None = None, title: str = "Газета", **more: Any
    ) -> Published:
        return await self.storage.news.publish(
            (feed or self.feed).id,
            articles,
            title=title,
            language="ru",
            validators=Validators('"1"', None, b"hash"),
            now=self.now,
            next_poll_at=self.now + MINUTE,
            expires_at=self.now + 360 * MINUTE,
            **more,
        )

    async def other_feed(self, url: str = "https://example.kz/sport") -> Feed:
        """Another feed of the newsroom, after its baseline."""
        await self.storage.feeds.seed([url], self.now)
        feed = next(feed for feed in await self.storage.feeds.all() if feed.url == url)
        await self.publish(feed=feed, title="Спорт")
        return feed

    async def reader(self, chat_id: int, *, everything: bool = True) -> ChatId:
        await self.storage.readers.arrive(ChatId(chat_id), Language.RU, self.now)
        if everything:
            await self.storage.readers.set_everything(ChatId(chat_id), Mode.NOW, self.now)
        return ChatId(chat_id)

    async def fill(self, step: int = 1000) -> None:
        while await self.storage.outbox.fill(self.now, step=step):
            pass

    async def claim(self, owner: str = "one", limit: int = 1000, **more: int) -> list[Delivery]:
        return await self.storage.outbox.claim(owner, self.now, lease=5 * MINUTE, limit=limit, **more)

    async def begin_all(self, owner: str = "one") -> list[Delivery]:
        """Claim and begin whatever is due."""
        claimed = await self.claim(owner)
        ids = [number for one in claimed for number in one.ids]
        begun = await self.storage.outbox.begin(ids, owner, self.now)
        return [one for one in claimed if one.id in begun]

    async def begun_article(self) -> ArticleId:
        """The newest one."""
        return (await self.storage.news.latest(limit=1)).articles[0].id

    async def settle(self, delivery: Delivery, state: DeliveryState, **more: object) -> None:
        settlement = Settlement(delivery.id, state, 7, MessageForm.TEXT)
        await self.storage.outbox.settle([replace(settlement, **more)], [], self.now)  # type: ignore[arg-type]

    async def broadcast(self, text: str = "Срочно") -> Broadcast:
        """Confirmed and due."""
        draft = await self.storage.broadcasts.draft(EDITOR, Announcement(text), self.now)
        started = await self.confirm(draft)
        assert isinstance(started, Started)
        return started.broadcast

    async def confirm(self, draft: Broadcast, by: ChatId = EDITOR, *, needed: int = 1, undo: float = 0) -> Confirmation:
        return await self.storage.broadcasts.confirm(
            draft.id, draft.revision, by, self.now, undo=undo * MINUTE, needed=needed
        )
