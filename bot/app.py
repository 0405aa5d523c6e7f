"""The composition root: builds the parts, starts them, and takes them down in the order that loses nothing.

The only place that knows all of them, the only importer of `handlers` and of `storage.open_storage`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

from bot import commands
from bot.alerts.drafts import Drafts
from bot.alerts.views import Views
from bot.backups import Backups
from bot.broadcasts import Broadcasts
from bot.config import Settings
from bot.delivery.errors import Meaning, meaning
from bot.delivery.limiter import Limiter
from bot.delivery.pictures import own_copy
from bot.delivery.sender import Sender
from bot.delivery.session import TIMEOUT, TokenRefused, open_bot
from bot.delivery.shared_limiter import SharedLimiter
from bot.delivery.telegram import Telegram
from bot.editors import Editors
from bot.feeds.fetch import Fetched, Fetcher, FetchFailed
from bot.feeds.poll import Poller
from bot.feeds.trial import FeedTrial
from bot.feeds.worker import ParseWorker
from bot.health import Heartbeats
from bot.metrics import Metrics
from bot.reading import Reading
from bot.receiving.inbox import Inbox
from bot.receiving.polling import AnotherCopy, Polling
from bot.receiving.webhook import Webhook, WrongWebhook
from bot.schedule import Schedule, Tick
from bot.sharing import RENEW, Sharing
from bot.texts import Texts
from bot.upkeep import index, prune, tell_delivered
from bot.version import VERSION
from bot.web import PortTaken, Web
from handlers import build_router
from storage import open_storage
from storage.backup import database_path
from storage.base import Storage, StorageError

log = structlog.get_logger()

Part = Callable[[], Awaitable[object]]

PROGRESS = 2.0
"""Seconds between two edits of a broadcast's progress message."""
PRUNE, DELIVERED, BACKUP = 60.0, 10.0, 60.0
"""Seconds between two looks for what is old, for what has been delivered, and whether a backup is due."""
SILENCE = {"polls": 30.0, "sender": 30.0, "updates": 150.0}
"""Seconds after which a part counts as dead: ticks and the sender's loop come every second; Telegram answers a poll
within 30 seconds and is asked for the webhook's state every 60."""
INDEXING = 2.0
"""Seconds between two steps of bringing an archive into the search index; each holds up other writes for 50 ms."""
DRAIN = 10.0
"""Seconds that messages in flight get to be answered when the bot stops."""
WEB, FEEDS, SENDER = "web", "feeds", "sender"
ROLES = (WEB, FEEDS, SENDER)
"""What `run --only` knows: what people type and tap; news in; posts out."""
PARTS = {WEB: "updates", FEEDS: "polls", SENDER: "sender"}


async def run(
    settings: Settings,
    stop: asyncio.Event,
    *,
    opened: Callable[[Storage], None] = lambda _: None,
    shown_at_first: int = 0,
    only: str | None = None,
) -> int:
    """Run the bot until `stop` is set or it can't go on. Returns the exit code: 0 stopped, 1 can't go on, 2 a
    setting is wrong; what an operator can mend is told in one line on standard error. `opened` is called with the
    open storage; `shown_at_first`: so many of a new feed's articles are announced at its first poll; `only`: one of
    ROLES, while other processes do the others."""
    try:
        storage = await open_storage(settings.database_url)
    except StorageError as error:
        return _tell(str(error))
    try:
        opened(storage)
        if only and not storage.shared:
            return _tell("--only needs PostgreSQL (DATABASE_URL): on SQLite one process does everything", 2)
        return await _run_with(storage, settings, stop, shown_at_first, (only,) if only else ROLES)
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


async def _run_with(
    storage: Storage, settings: Settings, stop: asyncio.Event, shown_at_first: int, roles: Collection[str]
) -> int:
    assert settings.bot_token  # __main__ runs the sandbox's token when there is none
    token = settings.bot_token.get_secret_value()
    # Whatever is there by now stays. A collector that went through aiogram's models again and again would hold up
    # everybody for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    receiving = "webhook" if settings.webhook_url else "polling"
    about = {"version": VERSION, "database": settings.database_url, "receiving": receiving, "pid": os.getpid()}
    log.info("starting", **about, **({} if len(roles) > 1 else {"only": next(iter(roles))}))
    texts = Texts.load(settings.default_language)
    limiter = _limiter(storage, settings, roles)
    metrics, heartbeats = Metrics(), Heartbeats({PARTS[role]: SILENCE[PARTS[role]] for role in roles})
    sharing = Sharing(storage, f"{os.getpid()}-{secrets.token_hex(4)}")
    await sharing.show_life()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(sharing.leave)
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
        await storage.editors.set_owners(settings.admin_ids, datetime.now(UTC))
        editors = Editors(bot, storage, texts)
        sender = Sender(
            telegram,
            storage,
            texts,
            limiter,
            owner=sharing.owner,
            messages_per_second=settings.messages_per_second,
            told=editors,
            metrics=metrics,
            alive=partial(heartbeats.beat, "sender"),
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
        reading = Reading(storage, telegram, limiter, texts, zone=settings.timezone)
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
            shown_at_first=shown_at_first,
            watched=metrics,
        )
        dispatcher = Dispatcher()
        dispatcher.include_router(build_router())
        dispatcher.workflow_data.update(
            storage=storage,
            texts=texts,
            settings=settings,
            broadcasts=broadcasts,
            drafts=drafts,
            views=views,
            reading=reading,
            feed_trial=FeedTrial(fetcher, worker),
        )
        inbox = Inbox(bot, dispatcher, storage.updates, watched=metrics, owner=sharing.owner)
        receiver = _receiver(bot, inbox, dispatcher.resolve_used_update_types(), settings, heartbeats)
        if settings.http_port:
            web = Web(storage, metrics, heartbeats, settings.http_host, settings.http_port)
            if WEB in roles and isinstance(receiver, Webhook):
                web.post(receiver.path, receiver.receive)
            await web.start()
            stack.push_async_callback(web.stop)
        await storage.feeds.seed(settings.feed_urls, datetime.now(UTC))
        stack.push_async_callback(poller.close)
        schedule = Schedule()
        stack.push_async_callback(schedule.stop)
        if storage.shared:
            taken_up: dict[str, Part] = {WEB: inbox.take_up, SENDER: partial(_recover, storage, sharing.owner)}
            acts = [taken_up[role] for role in roles if role in taken_up]
            schedule.every(RENEW, sharing.after_deaths(*acts), "leases")
        if FEEDS in roles:
            polling = _beating(sharing.alone("feeds", poller.poll_due), heartbeats, "polls")
            schedule.every(min(1.0, settings.poll_interval), polling, "poll")
        if not await _greet_telegram(bot, receiver if WEB in roles else None, stop):
            return 0
        if FEEDS in roles:
            schedule.every(PRUNE, sharing.alone("prune", partial(prune, storage)), "prune")
            schedule.every(DELIVERED, sharing.alone("delivered", partial(tell_delivered, storage)), "delivered")
            schedule.every(INDEXING, sharing.alone("index", partial(index, storage)), "index")
        if WEB in roles:
            schedule.every(PROGRESS, sharing.alone("progress", views.show_progress), "progress")
        if settings.backup_dir and not storage.shared:
            schedule.every(BACKUP, _backups(settings, metrics).due, "backup")
        parts: list[tuple[Part, Part]] = []
        if WEB in roles:
            await inbox.open()
            receive = partial(_receive, receiver, sharing, heartbeats, stop)
            parts.append((receive, partial(_stop_receiving, receiver, inbox)))
            stack.enter_context(_in_background(_register(bot, storage, texts, settings)))
        if SENDER in roles:
            parts.append((sender.run, partial(sender.drain, DRAIN)))
        await _live(parts, stop)
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


async def _look(fetcher: Fetcher, url: str) -> str | None:
    """Why nobody can open that address; None: it opens."""
    fetched = await fetcher.fetch(url)
    return fetched.reason if isinstance(fetched, FetchFailed) else None


async def _greet_telegram(bot: Bot, receiver: Polling | Webhook | None, stop: asyncio.Event) -> bool:
    """Wait until Telegram knows us and the way of updates to us, however long the network is away. False: asked to
    stop meanwhile. Raises TokenRefused or WrongWebhook."""
    wait = 1.0
    while not stop.is_set():
        try:
            me = await bot.get_me()
            if receiver:
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


async def _register(bot: Bot, storage: Storage, texts: Texts, settings: Settings) -> None:
    await commands.register(bot, texts, settings, [editor.user_id for editor in await storage.editors.all()])


def _limiter(storage: Storage, settings: Settings, roles: Collection[str]) -> Limiter:
    if storage.shared:
        return SharedLimiter(settings.messages_per_second, storage.pace, posts=SENDER in roles)
    return Limiter(settings.messages_per_second)


async def _recover(storage: Storage, owner: str) -> None:
    recovered = await storage.outbox.recover(owner, datetime.now(UTC))
    if recovered.resent or recovered.unknown:
        log.warning("another sender has died", resent=recovered.resent, unknown=recovered.unknown)


async def _receive(receiver: Polling | Webhook, sharing: Sharing, heartbeats: Heartbeats, stop: asyncio.Event) -> None:
    """Updates may be brought to any number of processes, but asked for by one only."""
    waiting = partial(heartbeats.beat, "updates")
    if isinstance(receiver, Webhook) or await sharing.become("polling", stop, waiting):
        await receiver.run()


async def _stop_receiving(receiver: Polling | Webhook, inbox: Inbox) -> None:
    receiver.stop()
    await inbox.close()


@contextmanager
def _in_background(act: Coroutine[None, None, object]) -> Iterator[None]:
    task = asyncio.create_task(act)
    try:
        yield
    finally:
        task.cancel()


async def _live(parts: Sequence[tuple[Part, Part]], stop: asyncio.Event) -> None:
    """Run the first of each pair until told to stop or until one of them can't go on; the second ends it."""
    running = [asyncio.ensure_future(run()) for run, _ in parts]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait((*running, stopping), return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        stop.set()
        await asyncio.gather(*(end() for _, end in parts))
        # The sender goes on trying to record what it sent; a disk that stays full must not keep the process.
        if running:
            await asyncio.wait(running, timeout=DRAIN)
        for ended in running:
            if ended.done():
                ended.result()
    finally:
        for task in (*running, stopping):
            task.cancel()
        await asyncio.gather(*running, stopping, return_exceptions=True)
