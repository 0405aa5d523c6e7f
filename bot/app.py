"""The composition root: builds the parts, starts them, and takes them down in the order that loses nothing.

The only place that knows all of them, the only importer of `handlers` and of `storage.open_storage`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import sys
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

from bot import commands
from bot.alerts.drafts import Drafts
from bot.alerts.views import Views
from bot.broadcasts import Broadcasts
from bot.config import Settings
from bot.delivery.errors import Meaning, meaning
from bot.delivery.limiter import Limiter
from bot.delivery.pictures import own_copy
from bot.delivery.sender import Sender
from bot.delivery.session import TIMEOUT, TokenRefused, open_bot
from bot.delivery.telegram import Telegram
from bot.editors import Editors
from bot.feeds.fetch import Fetched, Fetcher, FetchFailed
from bot.feeds.poll import Poller
from bot.feeds.trial import FeedTrial
from bot.feeds.worker import ParseWorker
from bot.metrics import Metrics
from bot.schedule import Schedule
from bot.texts import Texts
from bot.updates import AnotherCopy, Updates
from bot.web import PortTaken, Web
from handlers import build_router
from storage import open_storage
from storage.base import Storage, StorageError

log = structlog.get_logger()

PROGRESS = 2.0
"""Seconds between two edits of a broadcast's progress message."""
PRUNE, RETENTION = 60.0, timedelta(days=90)
"""Every so many seconds a few articles older than that are forgotten, unless somebody has saved them."""
DELIVERIES_KEPT = timedelta(days=7)
"""So long it is known which message in which chat carries an article. A newsroom with 100,000 readers and 30 articles a
day has some 2 GB of it then."""
DRAIN = 10.0
"""Seconds that messages in flight get to be answered when the bot stops."""


async def run(settings: Settings, stop: asyncio.Event) -> int:
    """Run the bot until `stop` is set or it can't go on. Returns the exit code: 0 stopped, 1 can't go on, 2 a
    setting is wrong; what an operator can mend is told in one line on standard error."""
    try:
        storage = await open_storage(settings.database_url)
    except StorageError as error:
        return _tell(str(error))
    try:
        return await _run_with(storage, settings, stop)
    except TokenRefused as refused:
        if meaning(str(refused)) is Meaning.STOP:
            return _tell("Telegram has frozen this bot and takes nothing from it any more; ask @BotSupport", 2)
        why = f"BOT_TOKEN: Telegram refuses this token ({refused}); @BotFather shows the right one (/mybots, API Token)"
        return _tell(why, 2)
    except PortTaken as taken:
        return _tell(str(taken), 2)
    except AnotherCopy:
        return _tell("another copy of this bot is running with the same token, so this one stops; end the other first")
    except StorageError as error:
        return _tell(str(error))
    finally:
        await storage.close()


def _tell(line: str, code: int = 1) -> int:
    print(f"newsbot: {line}", file=sys.stderr, flush=True)
    return code


async def _run_with(storage: Storage, settings: Settings, stop: asyncio.Event) -> int:
    assert settings.bot_token  # __main__ runs the sandbox's token when there is none
    token = settings.bot_token.get_secret_value()
    # Whatever is there by now stays. A collector that went through aiogram's models again and again would hold up
    # everybody for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    texts = Texts.load(settings.default_language)
    limiter, metrics = Limiter(settings.messages_per_second), Metrics()
    async with AsyncExitStack() as stack:
        bot = open_bot(token, settings.bot_api_url, limiter=limiter)
        stack.push_async_callback(bot.session.close)
        fetcher = Fetcher(allow_private_addresses=settings.allow_private_addresses)
        stack.push_async_callback(fetcher.close)
        telegram = Telegram(
            settings.bot_api_url,
            token,
            timeout=TIMEOUT,
            own_copy=partial(own_copy, partial(_download, fetcher)),
            paid=settings.paid_broadcast,
        )
        stack.callback(telegram.close)
        await storage.editors.set_owners(settings.admin_ids, datetime.now(UTC))
        editors = Editors(bot, storage, texts)
        sender = Sender(
            telegram,
            storage,
            texts,
            limiter,
            owner=f"{os.getpid()}-{secrets.token_hex(4)}",
            messages_per_second=settings.messages_per_second,
            told=editors,
            metrics=metrics,
            zone=settings.timezone,
        )
        views = Views(
            storage,
            bot,
            telegram,
            limiter,
            texts,
            approvals=settings.breaking_approvals,
            messages_per_second=settings.messages_per_second,
            zone=settings.timezone,
        )
        drafts = Drafts(storage, bot, texts, views, look=partial(_look, fetcher))
        stack.push_async_callback(drafts.close)
        broadcasts = Broadcasts(
            storage,
            views,
            wake=sender.wake,
            undo=timedelta(seconds=settings.undo_seconds),
            approvals=settings.breaking_approvals,
        )
        worker = ParseWorker(zone=settings.timezone)
        stack.push_async_callback(worker.close)
        poller = Poller(
            storage,
            fetcher,
            worker,
            interval=timedelta(seconds=settings.poll_interval),
            expiry=timedelta(hours=settings.expiry),
            on_new=sender.wake,
            told=editors,
        )
        if settings.http_port:
            web = Web(storage, metrics, settings.http_host, settings.http_port)
            await web.start()
            stack.push_async_callback(web.stop)
        await storage.feeds.seed(settings.feed_urls, datetime.now(UTC))
        stack.push_async_callback(poller.close)
        schedule = Schedule()
        stack.push_async_callback(schedule.stop)
        schedule.every(min(1.0, settings.poll_interval), poller.poll_due, "poll")
        if not await _greet_telegram(bot, stop):
            return 0
        schedule.every(PRUNE, partial(_prune, storage), "prune")
        schedule.every(PROGRESS, views.show_progress, "progress")
        dispatcher = Dispatcher()
        dispatcher.include_router(build_router())
        dispatcher.workflow_data.update(
            storage=storage,
            texts=texts,
            settings=settings,
            broadcasts=broadcasts,
            drafts=drafts,
            views=views,
            feed_trial=FeedTrial(fetcher, worker),
        )
        await _live(bot, dispatcher, sender, storage, texts, settings, stop)
    return 0


async def _prune(storage: Storage) -> None:
    with suppress(StorageError):
        now = datetime.now(UTC)
        if pruned := await storage.news.prune(now - RETENTION):
            log.info("old articles forgotten", articles=pruned)
        while await storage.outbox.prune(now - DELIVERIES_KEPT):  # noqa: ASYNC110 — room for all else, not a wait
            await asyncio.sleep(0.05)


async def _download(fetcher: Fetcher, url: str) -> bytes | None:
    fetched = await fetcher.fetch(url)
    return fetched.body if isinstance(fetched, Fetched) else None


async def _look(fetcher: Fetcher, url: str) -> str | None:
    """Why nobody can open that address; None: it opens."""
    fetched = await fetcher.fetch(url)
    return fetched.reason if isinstance(fetched, FetchFailed) else None


async def _greet_telegram(bot: Bot, stop: asyncio.Event) -> bool:
    """Wait until Telegram knows us, however long the network is away. False: asked to stop meanwhile."""
    wait = 1.0
    while not stop.is_set():
        try:
            me = await bot.get_me()
            await bot.delete_webhook()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise TokenRefused(error.message) from None
        except AiogramError as error:
            log.warning("can't reach Telegram, trying on", error=str(error), next_try_in=wait)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = min(wait * 2, 30.0)
        else:
            log.info("connected to Telegram", bot=f"@{me.username}")
            return True
    return False


async def _register(bot: Bot, storage: Storage, texts: Texts, settings: Settings) -> None:
    await commands.register(bot, texts, settings, [editor.user_id for editor in await storage.editors.all()])


async def _live(
    bot: Bot,
    dispatcher: Dispatcher,
    sender: Sender,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    stop: asyncio.Event,
) -> None:
    """Receive and send until told to stop or until one of the two can't go on; then drain."""
    updates = Updates(bot, dispatcher)
    receiving = asyncio.create_task(updates.run(), name="updates")
    sending = asyncio.create_task(sender.run(), name="sender")
    registering = asyncio.create_task(_register(bot, storage, texts, settings), name="commands")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait((receiving, sending, stopping), return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        updates.stop()
        await sender.drain(DRAIN)
        # The sender goes on trying to record what it sent; a disk that stays full must not keep the process.
        await asyncio.wait((receiving, sending), timeout=DRAIN)
        for ended in (receiving, sending):
            if ended.done():
                ended.result()
    finally:
        for task in (receiving, sending, stopping, registering):
            task.cancel()
        await asyncio.gather(receiving, sending, stopping, registering, return_exceptions=True)
