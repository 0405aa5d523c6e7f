"""What one delivered photo post costs the client in CPU: the whole sender with its outbox, beside others without one.

Every contender sends the same post (file_id, 530 characters of caption, three buttons) to a server in another process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.bench.engine import FILE_ID, TOKEN, engine
from tests.bench.server import CAPTION, Plan, served

MESSAGES = 2000
ROUNDS = 7
CONCURRENT = 50
UNPACED = 1e6
BUTTONS = [
    ("🔖 Сохранить", None, "s:1:1"),
    ("🔗 На сайте", "https://example.kz/1", None),
    ("↗ Поделиться", "https://t.me/share/url?url=https%3A%2F%2Fexample.kz%2F1", None),
]
Send = Callable[[], Awaitable[None]]


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Send]:
    async with engine(url, MESSAGES, 5000, pace=UNPACED) as one:

        async def send() -> None:
            await one.publish()
            await one.until_sent(MESSAGES)

        yield send


async def _concurrently(send: Callable[[int], Awaitable[object]]) -> None:
    chats = iter(range(1, MESSAGES + 1))

    async def worker() -> None:
        for chat_id in chats:
            await send(chat_id)

    await asyncio.gather(*[worker() for _ in range(CONCURRENT)])


@asynccontextmanager
async def bare_aiogram(url: str) -> AsyncIterator[Send]:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=t, url=u, callback_data=d)] for t, u, d in BUTTONS]
    )
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        yield lambda: _concurrently(
            lambda chat_id: bot.send_photo(chat_id, FILE_ID, caption=CAPTION, parse_mode="HTML", reply_markup=keyboard)
        )


@asynccontextmanager
async def aiogram_broadcaster(url: str) -> AsyncIterator[Send]:
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import PhotoContent

    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=t, url=u, callback_data=d)] for t, u, d in BUTTONS]
    )
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        broadcaster = Broadcaster(bot)

        async def send() -> None:
            content = PhotoContent(photo=FILE_ID, caption=CAPTION, parse_mode="HTML", reply_markup=keyboard)
            mailer = await broadcaster.create_mailer(chats=range(1, MESSAGES + 1), content=content)
            await mailer.start()

        yield send


@asynccontextmanager
async def python_telegram_bot(url: str) -> AsyncIterator[Send]:
    import telegram
    from telegram.request import HTTPXRequest

    keyboard = telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton(text=t, url=u, callback_data=d)] for t, u, d in BUTTONS]
    )
    request = HTTPXRequest(connection_pool_size=CONCURRENT)
    async with telegram.Bot(TOKEN, base_url=f"{url}/bot", request=request) as bot:
        yield lambda: _concurrently(
            lambda chat_id: bot.send_photo(chat_id, FILE_ID, caption=CAPTION, parse_mode="HTML", reply_markup=keyboard)
        )


async def main() -> None:
    logging.disable(logging.INFO)
    print(f"sending: client CPU per delivered photo post, {ROUNDS} rounds of {MESSAGES}, loopback")
    contenders = (ours, bare_aiogram, aiogram_broadcaster, python_telegram_bot)
    taken: dict[str, list[float]] = {contender.__name__: [] for contender in contenders}
    async with served(Plan()) as (url, _), AsyncExitStack() as stack:
        ready = {contender.__name__: await stack.enter_async_context(contender(url)) for contender in contenders}
        for send in ready.values():
            await send()
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
