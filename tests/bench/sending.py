"""What one delivered photo post costs the client in CPU: the whole sender with its outbox, beside others without one.

Every contender sends the same post (file_id, 530 characters of caption, three buttons) to a server in another process.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.delivery.limiter import Limiter
from bot.delivery.sender import Sender
from bot.delivery.telegram import Telegram
from bot.metrics import Metrics
from bot.model import ArticleId, BroadcastId, ChatId, Language, ParsedArticle, Photo, PhotoResult, Validators
from bot.texts import Texts
from storage import open_storage
from storage.opening import SqliteStorage
from tests.bench.server import CAPTION, Plan, served

TOKEN = "123456:bench"
MESSAGES = 2000
ROUNDS = 5
CONCURRENT = 50
FILE_ID = "AgACAgIAAxkDAAIB" + "x" * 60
BUTTONS = [
    ("🔖 Сохранить", None, "s:1:1"),
    ("🔗 На сайте", "https://example.kz/1", None),
    ("↗ Поделиться", "https://t.me/share/url?url=https%3A%2F%2Fexample.kz%2F1", None),
]


class Nobody:
    """There are no editors here."""

    async def post_withdrawn(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        raise AssertionError(why)

    async def chats_unknown(self, why: str, seconds: float) -> None:
        raise AssertionError(why)

    async def chat_suspended(self, chat_id: ChatId, why: str) -> None:
        raise AssertionError(why)


async def newsroom(path: str, readers: int) -> SqliteStorage:
    """A database after its baseline, with readers of everything."""
    storage = await open_storage(f"sqlite:///{path}")
    assert isinstance(storage, SqliteStorage)
    now = datetime.now(UTC)
    await storage.feeds.seed(["https://example.kz/rss"], now)
    async with storage.database.write() as transaction:
        await transaction.run_many(
            "INSERT INTO readers (chat_id, language, everything_since, created_at) VALUES ($1, 'ru', 0, 0)",
            ((n,) for n in range(1, readers + 1)),
        )
    await publish(storage, 0)
    return storage


async def publish(storage: SqliteStorage, number: int) -> None:
    """One article more, its photo known to Telegram already."""
    now = datetime.now(UTC)
    photo = Photo(f"https://example.kz/{number}.jpg")
    article = ParsedArticle(
        identity=number.to_bytes(32, "big"),
        title="Мост через Или открыли раньше срока",
        link="https://example.kz/1",
        link_key=(number + 10**9).to_bytes(32, "big"),
        lead=CAPTION[:480],
        body=(),
        author="",
        language="ru",
        published_at=now,
        labels=(),
        photos=(photo,),
    )
    feed = (await storage.feeds.all())[0]
    await storage.news.publish(
        feed.id,
        [article],
        title="Газета",
        language="ru",
        validators=Validators(None, None, None),
        now=now,
        next_poll_at=now + timedelta(days=1),
        expires_at=now + timedelta(hours=6),
    )
    async with storage.database.read() as transaction:
        newest = await transaction.value("SELECT max(id) FROM articles")
    await storage.outbox.settle([], [PhotoResult(newest, photo.url, FILE_ID)], now)


def make_sender(storage: SqliteStorage, url: str, rate: float, *, paced: bool = True) -> tuple[Sender, Telegram]:
    async def no_copy(_: str) -> None:
        return None

    telegram = Telegram(url, TOKEN, timeout=30, own_copy=no_copy)
    sender = Sender(
        telegram,
        storage,
        Texts.load(Language.RU),
        Limiter(rate if paced else 1e6),
        owner="bench",
        messages_per_second=rate,
        told=Nobody(),
        metrics=Metrics(),
    )
    return sender, telegram


async def until_sent(storage: SqliteStorage, messages: int) -> None:
    """Until so many deliveries of the newest article are recorded as sent."""
    newest = "SELECT sum(deliveries) FROM figures WHERE state = 'sent' AND subject = (SELECT max(id) FROM articles)"
    while True:
        async with storage.database.read() as transaction:
            if await transaction.value(newest) == messages:
                return
        await asyncio.sleep(0.02)


async def ours(url: str) -> Callable[[], Awaitable[None]]:
    folder = tempfile.TemporaryDirectory()
    storage = await newsroom(f"{folder.name}/bench.db", MESSAGES)
    sender, _ = make_sender(storage, url, 5000, paced=False)
    running = asyncio.create_task(sender.run())
    number = 0

    async def send() -> None:
        nonlocal number
        assert folder  # kept until the end
        assert not running.done()
        number += 1
        await publish(storage, number)
        sender.wake()
        await until_sent(storage, MESSAGES)

    return send


async def bare_aiogram(url: str) -> Callable[[], Awaitable[None]]:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=t, url=u, callback_data=d)] for t, u, d in BUTTONS]
    )

    async def send() -> None:
        chats = iter(range(1, MESSAGES + 1))

        async def worker() -> None:
            for chat_id in chats:
                await bot.send_photo(chat_id, FILE_ID, caption=CAPTION, parse_mode="HTML", reply_markup=keyboard)

        await asyncio.gather(*[worker() for _ in range(CONCURRENT)])

    return send


async def aiogram_broadcaster(url: str) -> Callable[[], Awaitable[None]]:
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import PhotoContent

    logging.disable(logging.INFO)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=t, url=u, callback_data=d)] for t, u, d in BUTTONS]
    )
    broadcaster = Broadcaster(bot)

    async def send() -> None:
        content = PhotoContent(photo=FILE_ID, caption=CAPTION, parse_mode="HTML", reply_markup=keyboard)
        mailer = await broadcaster.create_mailer(chats=range(1, MESSAGES + 1), content=content)
        await mailer.start()

    return send


async def python_telegram_bot(url: str) -> Callable[[], Awaitable[None]]:
    import telegram
    from telegram.request import HTTPXRequest

    logging.getLogger("httpx").setLevel(logging.WARNING)
    bot = telegram.Bot(TOKEN, base_url=f"{url}/bot", request=HTTPXRequest(connection_pool_size=CONCURRENT))
    await bot.initialize()
    keyboard = telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton(text=t, url=u, callback_data=d)] for t, u, d in BUTTONS]
    )

    async def send() -> None:
        chats = iter(range(1, MESSAGES + 1))

        async def worker() -> None:
            for chat_id in chats:
                await bot.send_photo(chat_id, FILE_ID, caption=CAPTION, parse_mode="HTML", reply_markup=keyboard)

        await asyncio.gather(*[worker() for _ in range(CONCURRENT)])

    return send


async def main() -> None:
    print(f"sending: client CPU per delivered photo post, {ROUNDS} rounds of {MESSAGES}, loopback")
    contenders = (ours, bare_aiogram, aiogram_broadcaster, python_telegram_bot)
    taken: dict[str, list[float]] = {contender.__name__: [] for contender in contenders}
    async with served(Plan()) as (url, _):
        ready = {contender.__name__: await contender(url) for contender in contenders}
        for _ in range(ROUNDS):
            for name, send in ready.items():
                started = time.process_time()
                await send()
                taken[name].append((time.process_time() - started) / MESSAGES)
    medians = {name: median(found) for name, found in taken.items()}
    for name, seconds in medians.items():
        ratio = "" if name == "ours" else f"  {seconds / medians['ours']:5.1f} times ours"
        without = "outbox commits included" if name == "ours" else "no outbox"
        print(f"{name.replace('_', ' '):>20}: {seconds * 1e6:6.0f} µs, {without}{ratio}")
    print()


if __name__ == "__main__":
    asyncio.run(main())
