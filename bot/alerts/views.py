"""The messages that show editors how breaking news stands: made on demand, kept up to date, each in its language.

Which messages these are stands in storage, so they go on after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from bot.alerts import board, buttons
from bot.alerts.standing import SAME_TEXT, Pace, Standing, Warning, lately
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Sent
from bot.delivery.posts import Posts
from bot.delivery.telegram import Telegram
from bot.model.broadcasts import Audience, Broadcast, BroadcastKind, BroadcastState, Tally
from bot.model.deliveries import Delivery, DeliveryClass
from bot.model.ids import BroadcastId, ChatId, DeliveryId
from bot.model.language import Language
from bot.model.newsroom import View
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a message can't be sent: a key of the catalogues with its arguments."""

    key: str
    args: dict[str, object]


class Views:
    def __init__(
        self,
        storage: Storage,
        bot: Bot,
        telegram: Telegram,
        limiter: Limiter,
        texts: Texts,
        *,
        approvals: int,
        messages_per_second: float,
        zone: tzinfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage, self._bot, self._texts = storage, bot, texts
        self._telegram, self._limiter = telegram, limiter
        self._needed, self._zone, self._now = approvals, zone, now
        self._pace = Pace(messages_per_second, telegram.paid)
        self._posts = Posts(storage, texts, telegram.encode, zone=zone, now=now)
        self._shown: dict[tuple[ChatId, int], str] = {}
        """What each message shows, so that it is edited only when that changes."""
        self._samples: dict[BroadcastId, tuple[datetime, int, float | None]] = {}
        """When and how many had ended at the last look, and the rate since the one before."""
        self._dead: dict[BroadcastId, tuple[int, Sequence[Warning]]] = {}
        """Links that do not open, by the revision of the content."""
        self._turn = asyncio.Lock()
        """One message at a time is brought up to date: an older state is never shown after a newer one."""

    async def warn(self, broadcast: Broadcast, warnings: Sequence[Warning]) -> None:
        """Of this content, until it changes."""
        self._dead[broadcast.id] = broadcast.content_revision, warnings
        await self.refresh(broadcast.id)

    def measure_anew(self, broadcast_id: BroadcastId) -> None:
        """After a pause its pace is another."""
        self._samples.pop(broadcast_id, None)

    async def open(self, broadcast_id: BroadcastId, chat: ChatId, language: Language) -> bool:
        """Show it to this editor: as its readers see it, and how it stands. False: there is none."""
        broadcast = await self._storage.broadcasts.get(broadcast_id)
        if broadcast is None:
            return False
        if complaint := await self._previews(broadcast, chat, language):
            # It can be paused or recalled all the same.
            await self._bot.send_message(chat, self._texts.get(language, complaint.key, **complaint.args))
        await self._show(broadcast, chat, language)
        return True

    async def present(self, broadcast: Broadcast, chat: ChatId, language: Language) -> Complaint | None:
        """As `open`; but with a complaint, when Telegram refuses the preview, it is not shown."""
        if complaint := await self._previews(broadcast, chat, language):
            return complaint
        await self._show(broadcast, chat, language)
        return None

    async def _show(self, broadcast: Broadcast, chat: ChatId, language: Language) -> None:
        """The one that showed it before points down to this one."""
        for view in await self._storage.broadcasts.views(broadcast.id):
            if view.chat_id == chat:
                await self._edit(view, self._texts.get(language, "breaking.below"), None)
        standing = await self._standing(broadcast)
        text = board.text(standing, language, self._texts)
        keyboard = buttons.under(standing, language, self._texts)
        message = await self._bot.send_message(chat, text, reply_markup=keyboard)
        await self._storage.broadcasts.show(View(broadcast.id, chat, message.message_id, broadcast.content_revision))
        self._shown[chat, message.message_id] = _as_shown(text, keyboard)

    async def _previews(self, broadcast: Broadcast, chat: ChatId, language: Language) -> Complaint | None:
        """What its readers see; a card in each of their languages."""
        if broadcast.kind is BroadcastKind.RECALL:
            return None
        shown = [language]
        if broadcast.announcement.card is not None:
            shown = list(await self._storage.broadcasts.readers(broadcast.audience)) or shown
        for one in shown:
            if complaint := await self._preview(broadcast, chat, one):
                return complaint
        return None

    async def _preview(self, broadcast: Broadcast, chat: ChatId, language: Language) -> Complaint | None:
        copy = Delivery(
            DeliveryId(0),
            DeliveryClass.BREAKING,
            chat,
            language,
            None,
            broadcast.id,
            0,
            self._now(),
            broadcast.content_revision,
        )
        message = await self._posts.message(copy)
        if message is None:
            return Complaint("breaking.preview_failed", {"why": ""})
        await self._limiter.wait(chat)
        outcome = await self._telegram.send(chat, message)
        if isinstance(outcome, Sent):
            return None
        return Complaint("breaking.preview_failed", {"why": getattr(outcome, "why", type(outcome).__name__)})

    async def _standing(self, broadcast: Broadcast) -> Standing:
        storage, now = self._storage.broadcasts, self._now()
        draft = broadcast.state is BroadcastState.DRAFT
        wanted = broadcast.audience
        if broadcast.kind is BroadcastKind.CORRECTION:
            wanted = Audience(receivers_of=broadcast.parent_id)
        warnings = lately(broadcast, await storage.since(now - SAME_TEXT), now) if draft else []
        revision, dead = self._dead.get(broadcast.id, (0, []))
        recalled = broadcast.kind is BroadcastKind.RECALL and broadcast.ended_at is not None
        sections = await self._storage.news.categories(now) if wanted.categories else ()
        return Standing(
            broadcast,
            readers=await storage.readers(wanted) if draft else {},
            tally=Tally(0) if draft else await storage.tally(broadcast.id),
            needed=self._needed,
            pace=self._pace,
            now=now,
            zone=self._zone,
            warnings=[*warnings, *(dead if draft and revision == broadcast.content_revision else [])],
            sections={one.id: {each: one.name(each) for each in Language} for one in sections},
            changes=await storage.changes_of(broadcast.id) if broadcast.ended_at else (),
            rate=self._samples.get(broadcast.id, (now, 0, None))[2],
            forms=await storage.forms(broadcast.id) if recalled else None,
        )

    async def refresh(self, broadcast_id: BroadcastId, *, again: bool = False) -> None:
        """Bring every message that shows it up to date. `again`: its buttons were replaced by others meanwhile."""
        async with self._turn:
            broadcast = await self._storage.broadcasts.get(broadcast_id)
            views = await self._storage.broadcasts.views(broadcast_id)
            if broadcast is None or not views:
                return
            standing = await self._standing(broadcast)
            for view in views:
                if again:
                    self._shown.pop((view.chat_id, view.message_id), None)
                language = await self._language(view.chat_id)
                if broadcast.state is BroadcastState.DRAFT and view.content_revision < broadcast.content_revision:
                    text = self._texts.get(language, "breaking.changed", id=broadcast.id)
                    await self._edit(view, text, buttons.reopen(broadcast, language, self._texts))
                else:
                    text = board.text(standing, language, self._texts)
                    await self._edit(view, text, buttons.under(standing, language, self._texts))

    async def show_progress(self) -> None:
        """Called every couple of seconds: bring every message up to date, and what has left to its tally."""
        for broadcast in await self._storage.broadcasts.unfinished():
            tally = await self._storage.broadcasts.tally(broadcast.id)
            self._sample(broadcast.id, tally)
            waits = broadcast.starts_at is not None and broadcast.starts_at > self._now()
            if tally.finished and not waits:
                await self._finish(broadcast, tally)
            await self.refresh(broadcast.id)

    async def _finish(self, broadcast: Broadcast, tally: Tally) -> None:
        await self._storage.broadcasts.finish(broadcast.id, self._now())
        self._samples.pop(broadcast.id, None)
        ended = {state.value: n for state, n in tally.by_state.items()}
        log.info("breaking news has left", broadcast=broadcast.id, kind=broadcast.kind.value, **ended)
        if broadcast.parent_id is not None:
            await self.refresh(broadcast.parent_id)

    def _sample(self, broadcast_id: BroadcastId, tally: Tally) -> None:
        now = self._now()
        if before := self._samples.get(broadcast_id):
            seconds = (now - before[0]).total_seconds()
            rate = (tally.ended - before[1]) / seconds if seconds > 0 else None
            # Half of what it was: it jumps less.
            smooth = rate if rate is None or before[2] is None else (rate + before[2]) / 2
            self._samples[broadcast_id] = now, tally.ended, smooth
        else:
            self._samples[broadcast_id] = now, tally.ended, None

    async def _edit(self, view: View, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Failing to show something must never hold up sending it."""
        place, shown = (view.chat_id, view.message_id), _as_shown(text, keyboard)
        if self._shown.get(place) == shown:
            return
        try:
            await self._bot.edit_message_text(
                text, chat_id=view.chat_id, message_id=view.message_id, reply_markup=keyboard
            )
        except TelegramBadRequest as error:
            log.info("progress could not be shown", broadcast=view.broadcast_id, error=str(error))
            if "not modified" not in str(error):
                await self._storage.broadcasts.hide(view.chat_id, view.message_id)
        except AiogramError as error:
            log.info("progress could not be shown", broadcast=view.broadcast_id, error=str(error))
            return
        self._shown[place] = shown

    async def _language(self, chat: ChatId) -> Language:
        reader = await self._storage.readers.get(chat)
        return reader.language if reader else self._texts.default


def _as_shown(text: str, keyboard: InlineKeyboardMarkup | None) -> str:
    return text + (keyboard.model_dump_json() if keyboard else "")
