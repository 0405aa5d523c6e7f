"""Breaking news: draft → preview → confirm → progress → tally, or cancel.

The draft, its confirmation and the message that shows its progress are rows, so each survives a restart at any point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import InlineKeyboardMarkup

from bot import keyboards
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Sent
from bot.delivery.post import CAPTION_LIMIT, TEXT_LIMIT, length
from bot.delivery.render.announcement import announcement
from bot.delivery.telegram import Telegram
from bot.model import Announcement, Broadcast, BroadcastId, BroadcastState, ChatId, DeliveryState, Language, Tally
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()

BAR = 12
"""Squares of the progress bar."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a message can't be sent: a key of the catalogues with its arguments."""

    key: str
    args: dict[str, object]


class Broadcasts:
    def __init__(
        self,
        storage: Storage,
        bot: Bot,
        telegram: Telegram,
        limiter: Limiter,
        texts: Texts,
        *,
        wake: Callable[[], None],
        undo: timedelta,
        messages_per_second: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage, self._bot, self._texts = storage, bot, texts
        self._telegram, self._limiter = telegram, limiter
        self._wake, self._undo, self._rate, self._now = wake, undo, messages_per_second, now
        self._shown: dict[BroadcastId, str] = {}
        """What each progress message shows, so that it is edited only when that changes."""

    async def propose(self, author: ChatId, written: Announcement, language: Language) -> Complaint | None:
        """Store the draft and show it to its author, exactly as readers will see it, with the buttons to send or
        drop it. A complaint: it can't be sent like this, and nothing is left of it."""
        limit = CAPTION_LIMIT if written.photo_file_id else TEXT_LIMIT
        if length(written.text) > limit:
            return Complaint("breaking.too_long", {"length": length(written.text), "limit": limit})
        await self._limiter.wait(author)
        outcome = await self._telegram.send(author, self._telegram.encode(announcement(written)))
        if not isinstance(outcome, Sent):
            why = getattr(outcome, "why", type(outcome).__name__)
            return Complaint("breaking.preview_failed", {"why": why})
        broadcast = await self._storage.broadcasts.draft(author, written, self._now())
        message = await self._bot.send_message(
            author, await self._offer(language), reply_markup=keyboards.draft(broadcast, language, self._texts)
        )
        await self._storage.broadcasts.set_progress_message(broadcast.id, message.message_id)
        log.info("breaking news drafted", broadcast=broadcast.id, author=author)
        return None

    async def _offer(self, language: Language) -> str:
        readers = await self._storage.readers.count_receiving()
        minutes = math.ceil(readers / self._rate / 60)
        offer = self._texts.count(language, "breaking.audience", readers)
        return f"{offer}\n{self._texts.count(language, 'breaking.takes', minutes)}" if minutes > 1 else offer

    async def confirm(self, broadcast_id: BroadcastId, revision: int, by: ChatId) -> bool:
        """🚀. False: it is no draft any more, or that preview is stale."""
        now = self._now()
        broadcast = await self._storage.broadcasts.confirm(broadcast_id, revision, now, now + self._undo)
        if broadcast is None:
            return False
        log.info("breaking news confirmed", broadcast=broadcast.id, by=by)
        self._wake()
        await self._show(broadcast)
        return True

    async def cancel(self, broadcast_id: BroadcastId, by: ChatId) -> bool:
        """✖. False: too late."""
        broadcast = await self._storage.broadcasts.cancel(broadcast_id, self._now())
        if broadcast is None:
            return False
        log.info("breaking news dropped", broadcast=broadcast.id, by=by)
        language = await self._language(broadcast.author)
        await self._edit(broadcast, self._texts.get(language, "breaking.cancelled"), None)
        return True

    async def show_progress(self) -> None:
        """Called every couple of seconds: bring every progress message up to date, and the finished to their tally."""
        for broadcast in await self._storage.broadcasts.unfinished():
            await self._show(broadcast)

    async def _show(self, broadcast: Broadcast) -> None:
        language = await self._language(broadcast.author)
        if broadcast.starts_at and broadcast.starts_at > self._now():
            waiting = self._texts.get(language, "breaking.waiting")
            await self._edit(broadcast, waiting, keyboards.undo(broadcast, language, self._texts))
            return
        tally = await self._storage.broadcasts.tally(broadcast.id)
        if not tally.finished:
            await self._edit(broadcast, self._progress(tally, language), None)
            return
        await self._edit(broadcast, self._result(tally, language), None)
        await self._storage.broadcasts.finish(broadcast.id, self._now())
        log.info(
            "breaking news has left",
            broadcast=broadcast.id,
            **{state.value: n for state, n in tally.by_state.items()},
        )

    def _progress(self, tally: Tally, language: Language) -> str:
        sent, failed = tally.count(DeliveryState.SENT), tally.count(DeliveryState.DEAD)
        ended = sent + failed + tally.count(DeliveryState.UNKNOWN, DeliveryState.CANCELLED, DeliveryState.EXPIRED)
        total = max(tally.audience, sum(tally.by_state.values()), 1)
        done = min(BAR, BAR * ended // total)
        lines = [
            self._texts.get(language, "breaking.leaving"),
            self._texts.get(
                language,
                "breaking.progress",
                bar="▰" * done + "▱" * (BAR - done),
                percent=100 * ended // total,
                sent=self._texts.number(language, sent),
                left=self._texts.number(language, max(0, total - ended)),
            ),
        ]
        if failed:
            lines.append(self._texts.get(language, "breaking.failed", failed=self._texts.number(language, failed)))
        return "\n".join(lines)

    def _result(self, tally: Tally, language: Language) -> str:
        def line(key: str, *states: DeliveryState) -> str:
            name = key.removeprefix("breaking.").replace("withdrawn", "cancelled")
            number = self._texts.number(language, tally.count(*states))
            return self._texts.get(language, key, **{name: number})

        lines = [
            self._texts.get(language, "breaking.done"),
            line("breaking.sent", DeliveryState.SENT),
        ]
        if tally.count(DeliveryState.DEAD):
            lines.append(line("breaking.failed", DeliveryState.DEAD))
        if tally.count(DeliveryState.UNKNOWN):
            lines.append(line("breaking.unknown", DeliveryState.UNKNOWN))
        if tally.count(DeliveryState.CANCELLED):
            lines.append(line("breaking.withdrawn", DeliveryState.CANCELLED))
        return "\n".join(lines)

    async def _edit(self, broadcast: Broadcast, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Show it in the author's chat. Failing to show something must never hold up sending it."""
        if broadcast.progress_message_id is None or self._shown.get(broadcast.id) == text:
            return
        try:
            await self._bot.edit_message_text(
                text, chat_id=broadcast.author, message_id=broadcast.progress_message_id, reply_markup=keyboard
            )
        except AiogramError as error:
            log.info("progress could not be shown", broadcast=broadcast.id, error=str(error))
        self._shown[broadcast.id] = text
        if broadcast.state is not BroadcastState.CONFIRMED:
            del self._shown[broadcast.id]

    async def _language(self, author: ChatId) -> Language:
        reader = await self._storage.readers.get(author)
        return reader.language if reader else self._texts.default
