"""The sending engine on its own, for benchmarks: a newsroom in a database and a sender, no chat and no feeds."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.delivery.limiter import Limiter
from bot.delivery.sender import Sender
from bot.delivery.telegram import Telegram
from bot.metrics import Metrics
from bot.model.articles import MediaResult, ParsedArticle, Photo
from bot.model.broadcasts import Announcement
from bot.model.feeds import Validators
from bot.model.ids import ArticleId, BroadcastId, ChatId
from bot.model.language import Language
from bot.texts import Texts
from storage import open_storage
from storage.figures import of_article
from storage.opening import SqliteStorage
from tests.bench.server import CAPTION

TOKEN = "123456:bench"
FILE_ID = "AgACAgIAAxkDAAIB" + "x" * 60
EDITOR = ChatId(1)


class Nobody:
    """There are no editors here, and nothing to tell them."""

    async def post_withdrawn(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        raise AssertionError(why)

    async def post_simplified(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        raise AssertionError(why)

    async def chats_unknown(self, why: str, seconds: float) -> None:
        raise AssertionError(why)

    async def chat_suspended(self, chat_id: ChatId, why: str) -> None:
        raise AssertionError(why)


@dataclass
class Engine:
    storage: SqliteStorage
    telegram: Telegram
    rate: float
    pace: float
    published: int = 0
    sender: Sender | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.sender = Sender(
            self.telegram,
            self.storage,
            Texts.load(Language.RU),
            Limiter(self.pace),
            owner="bench",
            messages_per_second=self.rate,
            told=Nobody(),
            metrics=Metrics(),
            zone=UTC,
        )
        task = asyncio.create_task(self.sender.run())
        try:
            yield
        finally:
            await self.sender.drain(5)
            await task
            self.sender = None

    def _wake(self) -> None:
        if self.sender:
            self.sender.wake()

    async def publish(self) -> None:
        """One article more, for every reader; its photo is known to Telegram already."""
        self.published += 1
        now, number = datetime.now(UTC), self.published
        photo = Photo(f"https://example.kz/{number}.jpg")
        article = ParsedArticle(
            identity=number.to_bytes(32, "big"),
            title="Мост через Или открыли раньше срока",
            link=f"https://example.kz/{number}",
            link_key=(number + 10**9).to_bytes(32, "big"),
            lead=CAPTION[:480],
            body=(),
            author="",
            language="ru",
            published_at=now,
            labels=(),
            photos=(photo,),
        )
        feed = (await self.storage.feeds.all())[0]
        found = await self.storage.news.publish(
            feed.id,
            [article],
            title="Газета",
            language="ru",
            validators=Validators(None, None, None),
            now=now,
            next_poll_at=now + timedelta(days=1),
            expires_at=now + timedelta(hours=6),
        )
        await self.storage.outbox.settle([], [MediaResult(found.new[0], photo.url, FILE_ID)], now)
        self._wake()

    async def alert(self) -> None:
        """Breaking news, confirmed without an undo window."""
        now = datetime.now(UTC)
        await self.storage.editors.set_owners([EDITOR], now)
        draft = await self.storage.broadcasts.draft(EDITOR, Announcement("Срочно"), now)
        await self.storage.broadcasts.confirm(draft.id, draft.revision, EDITOR, now, undo=timedelta(0), needed=1)
        self._wake()

    async def sent(self) -> int:
        """Deliveries of the newest article that are recorded as sent."""
        async with self.storage.database.read() as transaction:
            newest = "SELECT sum(deliveries) FROM figures WHERE state = 'sent' AND subject = $1"
            return int(await transaction.value(newest, of_article(self.published)) or 0)

    async def until_sent(self, messages: int) -> None:
        while await self.sent() < messages:
            await asyncio.sleep(0.02)


@asynccontextmanager
async def engine(
    url: str, readers: int, rate: float, *, pace: float | None = None, running: bool = True
) -> AsyncIterator[Engine]:
    """A sender after the baseline. `pace`: of the limiter, when it is not that of the rest."""
    gc.collect()
    gc.freeze()

    async def no_copy(_: str) -> None:
        return None

    with tempfile.TemporaryDirectory() as folder:
        storage = await open_storage(f"sqlite:///{folder}/bench.db")
        assert isinstance(storage, SqliteStorage)
        await storage.feeds.seed(["https://example.kz/rss"], datetime.now(UTC))
        async with storage.database.write() as transaction:
            await transaction.run_many(
                "INSERT INTO readers (chat_id, language, everything_since, created_at) VALUES ($1, 'ru', 0, 0)",
                ((n,) for n in range(1, readers + 1)),
            )
        telegram = Telegram(url, TOKEN, timeout=30, own_copy=no_copy)
        ours = Engine(storage, telegram, rate, pace or rate)
        await _baseline(ours)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(storage.close)
            stack.callback(telegram.close)
            if running:
                await stack.enter_async_context(ours.running())
            yield ours


async def _baseline(ours: Engine) -> None:
    now = datetime.now(UTC)
    feed = (await ours.storage.feeds.all())[0]
    nothing = Validators(None, None, None)
    times = {"now": now, "next_poll_at": now + timedelta(days=1), "expires_at": now + timedelta(hours=6)}
    await ours.storage.news.publish(feed.id, [], title="Газета", language="ru", validators=nothing, **times)
