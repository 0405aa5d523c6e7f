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
from pathlib import Path

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

from bot import commands
from bot.backups import Backups
from bot.broadcasts import Broadcasts
from bot.config import Settings
from bot.delivery.errors import Meaning, meaning
from bot.delivery.limiter import Limiter
from bot.delivery.pictures import own_copy
from bot.delivery.sender import Sender
from bot.delivery.session import TIMEOUT, TokenRefused, open_bot
from bot.delivery.telegram import Telegram
from bot.editors import Editors
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.poll import Poller
from bot.feeds.worker import ParseWorker
from bot.health import Heartbeats
from bot.metrics import Metrics
from bot.receiving.inbox import Inbox
from bot.receiving.polling import AnotherCopy, Polling
from bot.receiving.webhook import Webhook, WrongWebhook
from bot.schedule import Schedule, Tick
from bot.texts import Texts
from bot.upkeep import prune, tell_delivered
from bot.version import VERSION
from bot.web import PortTaken, Web
from handlers import build_router
from storage import open_storage
from storage.backup import database_path
from storage.base import Storage, StorageError

log = structlog.get_logger()

PROGRESS = 2.0
"""Seconds between two edits of a broadcast's progress message."""
PRUNE, DELIVERED, BACKUP = 60.0, 10.0, 60.0
"""Seconds between two looks for what is old, for what has been delivered, and whether a backup is due."""
SILENCE = {"polls": 30.0, "sender": 30.0, "updates": 150.0}
"""Seconds after which a part counts as dead: ticks and the sender's loop come every second; Telegram answers a poll
within 30 seconds and is asked for the webhook's state every 60."""
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
    except (PortTaken, WrongWebhook) as wrong:
        return _tell(str(wrong), 2)
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
    receiving = "webhook" if settings.webhook_url else "polling"
    log.info("starting", version=VERSION, database=settings.database_url, receiving=receiving, pid=os.getpid())
    texts = Texts.load(settings.default_language)
    limiter, metrics, heartbeats = Limiter(settings.messages_per_second), Metrics(), Heartbeats(SILENCE)
    async with AsyncExitStack() as stack:
        bot = open_bot(token, settings.bot_api_url, limiter=limiter, flooded=metrics.flooded)
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
        editors = Editors(bot, storage, texts, settings.admin_ids)
        sender = Sender(
            telegram,
            storage,
            texts,
            limiter,
            owner=f"{os.getpid()}-{secrets.token_hex(4)}",
            messages_per_second=settings.messages_per_second,
            told=editors,
            metrics=metrics,
            alive=partial(heartbeats.beat, "sender"),
            zone=settings.timezone,
        )
        broadcasts = Broadcasts(
            storage,
            bot,
            telegram,
            limiter,
            texts,
            wake=sender.wake,
            undo=timedelta(seconds=settings.undo_seconds),
            messages_per_second=settings.messages_per_second,
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
            watched=metrics,
        )
        dispatcher = Dispatcher()
        dispatcher.include_router(build_router())
        dispatcher.workflow_data.update(storage=storage, texts=texts, settings=settings, broadcasts=broadcasts)
        inbox = Inbox(bot, dispatcher, storage.updates, watched=metrics)
        receiver = _receiver(bot, inbox, dispatcher.resolve_used_update_types(), settings, heartbeats)
        if settings.http_port:
            web = Web(storage, metrics, heartbeats, settings.http_host, settings.http_port)
            if isinstance(receiver, Webhook):
                web.post(receiver.path, receiver.receive)
            await web.start()
            stack.push_async_callback(web.stop)
        await storage.feeds.seed(settings.feed_urls, datetime.now(UTC))
        stack.push_async_callback(poller.close)
        schedule = Schedule()
        stack.push_async_callback(schedule.stop)
        schedule.every(min(1.0, settings.poll_interval), _beating(poller.poll_due, heartbeats, "polls"), "poll")
        if not await _greet_telegram(bot, receiver, stop):
            return 0
        schedule.every(PRUNE, partial(prune, storage), "prune")
        schedule.every(DELIVERED, partial(tell_delivered, storage), "delivered")
        schedule.every(PROGRESS, broadcasts.show_progress, "progress")
        if settings.backup_dir and not storage.shared:
            schedule.every(BACKUP, _backups(settings, metrics).due, "backup")
        await _live(bot, inbox, receiver, sender, texts, settings, stop)
    log.info("stopped")
    return 0


def _receiver(
    bot: Bot, inbox: Inbox, kinds: list[str], settings: Settings, heartbeats: Heartbeats
) -> Polling | Webhook:
    beat = partial(heartbeats.beat, "updates")
    if not settings.webhook_url:
        return Polling(bot, inbox.take, kinds, beat=beat)
    return Webhook(
        bot,
        inbox.take,
        kinds,
        url=settings.webhook_url,
        secret=settings.hook_secret(),
        proxies=settings.trusted_proxy if settings.webhook_telegram_only else None,
        beat=beat,
    )


def _backups(settings: Settings, metrics: Metrics) -> Backups:
    return Backups(
        database_path(settings.database_url),
        Path(settings.backup_dir),
        timedelta(hours=settings.backup_hours),
        settings.backup_keep,
        made=metrics.backed_up,
    )


def _beating(tick: Tick, heartbeats: Heartbeats, part: str) -> Tick:
    async def run() -> None:
        await tick()
        heartbeats.beat(part)

    return run


async def _download(fetcher: Fetcher, url: str) -> bytes | None:
    fetched = await fetcher.fetch(url)
    return fetched.body if isinstance(fetched, Fetched) else None


async def _greet_telegram(bot: Bot, receiver: Polling | Webhook, stop: asyncio.Event) -> bool:
    """Wait until Telegram knows us and the way of updates to us, however long the network is away. False: asked to
    stop meanwhile. Raises TokenRefused or WrongWebhook."""
    wait = 1.0
    while not stop.is_set():
        try:
            me = await bot.get_me()
            await receiver.begin()
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


async def _live(
    bot: Bot,
    inbox: Inbox,
    receiver: Polling | Webhook,
    sender: Sender,
    texts: Texts,
    settings: Settings,
    stop: asyncio.Event,
) -> None:
    """Receive and send until told to stop or until one of the two can't go on; then drain."""
    await inbox.open()
    receiving = asyncio.create_task(receiver.run(), name="updates")
    sending = asyncio.create_task(sender.run(), name="sender")
    registering = asyncio.create_task(commands.register(bot, texts, settings), name="commands")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait((receiving, sending, stopping), return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        receiver.stop()
        await asyncio.gather(sender.drain(DRAIN), inbox.close())
        # The sender goes on trying to record what it sent; a disk that stays full must not keep the process.
        await asyncio.wait((receiving, sending), timeout=DRAIN)
        for ended in (receiving, sending):
            if ended.done():
                ended.result()
    finally:
        for task in (receiving, sending, stopping, registering):
            task.cancel()
        await asyncio.gather(receiving, sending, stopping, registering, return_exceptions=True)
