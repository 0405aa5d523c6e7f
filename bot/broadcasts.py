"""Breaking news: draft → preview → confirm → progress → pause or stop → correct → recall.

What is decided stands in storage, so each step survives a restart; this shows it to editors, each in their language,
and keeps the messages that show it up to date.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from bot.alerts import board, buttons
from bot.alerts.standing import SAME_TEXT, Pace, Standing, Warning, lately
from bot.delivery import alerts
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Sent
from bot.delivery.post import CAPTION_LIMIT, length
from bot.delivery.posts import Posts
from bot.delivery.telegram import Telegram
from bot.feeds.identity import link_key
from bot.model import (
    Announcement,
    ArticleId,
    Audience,
    Broadcast,
    BroadcastId,
    BroadcastKind,
    BroadcastState,
    ChatId,
    Delivery,
    DeliveryClass,
    DeliveryId,
    Language,
    Tally,
)
from bot.newsroom import Confirmation, MoreNeeded, Prompt, Purpose, Started, View
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()

ALBUM_COMES_WITHIN = 0.7
"""Seconds after the last message of an album when it is taken to be whole; they come one by one."""
LINK = re.compile(r"https?://[^\s<>\"]+")
MOST_LINKS = 3
LINKS_WITHIN = 10.0
"""Seconds that the look at an announcement's links may take."""
KINDS = {Purpose.CORRECTION: BroadcastKind.CORRECTION, Purpose.REPLY: BroadcastKind.REPLY}

Look = Callable[[str], Awaitable[str | None]]
"""An address → why nobody can open it; None: it opens."""


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
        look: Look,
        undo: timedelta,
        approvals: int,
        messages_per_second: float,
        zone: tzinfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._storage, self._bot, self._texts = storage, bot, texts
        self._telegram, self._limiter, self._look = telegram, limiter, look
        self._wake, self._undo, self._needed = wake, undo, approvals
        self._pace, self._zone = Pace(messages_per_second, telegram.paid), zone
        self._now, self._sleep = now, sleep
        self._posts = Posts(storage, texts, telegram.encode)
        self._shown: dict[tuple[ChatId, int], str] = {}
        """What each message shows, so that it is edited only when that changes."""
        self._samples: dict[BroadcastId, tuple[datetime, int, float | None]] = {}
        """When and how many had ended at the last look, and the rate since the one before."""
        self._dead: dict[BroadcastId, tuple[int, list[Warning]]] = {}
        """Links that do not open, by the revision of the content."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        """One message at a time is brought up to date: an older state is never shown after a newer one."""

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- composing

    async def compose(
        self, by: ChatId, written: Announcement, prompt: Prompt, language: Language, *, album: str | None = None
    ) -> Complaint | None:
        """Store what an editor wrote and show it to him as readers will see it. A complaint: it can't be sent like
        this, and nothing of it is left."""
        parent = None
        if prompt.purpose in KINDS:
            parent = await self._storage.broadcasts.get(BroadcastId(prompt.subject))
            if parent is None or parent.recalled_at is not None:
                return Complaint("breaking.too_late", {})
        draft = None
        if prompt.purpose is Purpose.REVISION:
            draft = await self._storage.broadcasts.get(BroadcastId(prompt.subject))
            parent_id = draft.parent_id if draft and draft.kind is BroadcastKind.CORRECTION else None
            parent = await self._storage.broadcasts.get(parent_id) if parent_id else None
        corrects = prompt.purpose is Purpose.CORRECTION or (draft and draft.kind is BroadcastKind.CORRECTION)
        if parent and corrects:
            if not written.media:
                written = replace(written, media=parent.announcement.media)
            if album is not None or not alerts.fits_copies(written, parent.announcement):
                return Complaint("breaking.unfit_correction", {})
        if complaint := _complaint(written, parent.announcement.card is not None if parent else False):
            return complaint
        article = None if corrects else await self._article_in(written)
        if article is not None and LINK.fullmatch(written.text.strip()) and not written.media:
            written = replace(written, card=article)
        if draft is not None:
            made = await self._storage.broadcasts.set_content(
                draft.id, written, by, self._now(), album=album, article=article
            )
            if made is None:
                return Complaint("breaking.too_late", {})
        else:
            kind = KINDS.get(prompt.purpose, BroadcastKind.ALERT)
            wanted = Audience(receivers_of=parent.id) if parent and kind is BroadcastKind.REPLY else Audience()
            made = await self._storage.broadcasts.draft(
                by,
                written,
                self._now(),
                kind=kind,
                parent=parent.id if parent else None,
                wanted=wanted,
                album=album,
                article=article,
            )
        log.info("breaking news drafted", broadcast=made.id, author=by)
        if album is not None:
            self._start(self._present_album(made, by, language))
            return None
        return await self._present_new(made, by, language)

    async def add_to_album(self, by: ChatId, album: str, item: Announcement, language: Language) -> bool:
        """One more message of an album. False: no draft began with it."""
        made = await self._storage.broadcasts.add_to_album(
            by, album, item.media[0], item.text, [dict(entity) for entity in item.entities]
        )
        if made is not None:
            self._start(self._present_album(made, by, language))
        return made is not None

    async def _present_album(self, broadcast: Broadcast, chat: ChatId, language: Language) -> None:
        await self._sleep(ALBUM_COMES_WITHIN)
        newest = await self._storage.broadcasts.get(broadcast.id)
        if newest and newest.revision == broadcast.revision:
            complaint = _complaint(newest.announcement, False) or await self._present_new(newest, chat, language)
            if complaint:
                await self._storage.broadcasts.cancel(newest.id, chat, self._now())
                await self._bot.send_message(chat, self._texts.get(language, complaint.key, **complaint.args))

    async def _present_new(self, broadcast: Broadcast, chat: ChatId, language: Language) -> Complaint | None:
        if complaint := await self._present(broadcast, chat, language):
            await self._storage.broadcasts.cancel(broadcast.id, chat, self._now())
            return complaint
        await self.refresh(broadcast.id)
        self._start(self._look_at_links(broadcast))
        return None

    async def _article_in(self, written: Announcement) -> ArticleId | None:
        """Ours, whose link stands in it."""
        links = _links(written)
        return await self._storage.curation.linked([link_key(link) for link in links]) if links else None

    async def _look_at_links(self, broadcast: Broadcast) -> None:
        dead = []
        for link in _links(broadcast.announcement)[:MOST_LINKS]:
            why: str | None = "timeout"
            try:
                async with asyncio.timeout(LINKS_WITHIN):
                    why = await self._look(link)
            except TimeoutError:
                log.info("a link did not answer in time", link=link)
            if why is not None:
                dead.append(Warning("warning.link", {"link": link, "why": why}))
        if dead:
            self._dead[broadcast.id] = broadcast.content_revision, dead
            await self.refresh(broadcast.id)

    # --- showing

    async def open(self, broadcast_id: BroadcastId, chat: ChatId, language: Language) -> bool:
        """Show it to this editor: as its readers see it, and how it stands. False: there is none."""
        broadcast = await self._storage.broadcasts.get(broadcast_id)
        if broadcast is None:
            return False
        if complaint := await self._present(broadcast, chat, language):
            await self._bot.send_message(chat, self._texts.get(language, complaint.key, **complaint.args))
        return True

    async def _present(self, broadcast: Broadcast, chat: ChatId, language: Language) -> Complaint | None:
        """The preview, of a card in each language of its readers, and under it the message that shows how it stands;
        the one that showed it before points down to it."""
        for view in await self._storage.broadcasts.views(broadcast.id):
            if view.chat_id == chat:
                await self._edit(view, self._texts.get(language, "breaking.below"), None)
        if broadcast.kind is not BroadcastKind.RECALL:
            shown = [language]
            if broadcast.announcement.card is not None:
                shown = list(await self._storage.broadcasts.readers(broadcast.audience)) or shown
            for one in shown:
                if complaint := await self._preview(broadcast, chat, one):
                    return complaint
        standing = await self._standing(broadcast)
        text = board.text(standing, language, self._texts)
        keyboard = buttons.under(standing, language, self._texts)
        message = await self._bot.send_message(chat, text, reply_markup=keyboard)
        await self._storage.broadcasts.show(View(broadcast.id, chat, message.message_id, broadcast.content_revision))
        self._shown[chat, message.message_id] = _as_shown(text, keyboard)
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

    # --- deciding

    async def confirm(self, broadcast_id: BroadcastId, revision: int, by: ChatId) -> Confirmation:
        """🚀."""
        confirmation = await self._storage.broadcasts.confirm(
            broadcast_id, revision, by, self._now(), undo=self._undo, needed=self._needed
        )
        match confirmation:
            case Started(broadcast):
                log.info("breaking news confirmed", broadcast=broadcast.id, by=by)
                self._wake()
                await self.refresh(broadcast.id)
                if broadcast.parent_id is not None:
                    await self.refresh(broadcast.parent_id)
            case MoreNeeded(broadcast):
                await self.refresh(broadcast.id)
                await self._ask_others(broadcast, by)
        return confirmation

    def wake(self) -> None:
        """Something may be due."""
        self._wake()

    async def _ask_others(self, broadcast: Broadcast, by: ChatId) -> None:
        """The other editors see it, so that one of them can confirm it."""
        have = {view.chat_id for view in await self._storage.broadcasts.views(broadcast.id)}
        for editor in await self._storage.editors.all():
            reader = await self._storage.readers.get(editor.user_id)
            if editor.user_id == by or editor.user_id in have or reader is None or reader.unreachable:
                continue
            try:
                await self.open(broadcast.id, editor.user_id, reader.language)
            except AiogramError as error:
                log.warning("an editor could not be asked", editor=editor.user_id, error=str(error))

    async def try_out(self, broadcast_id: BroadcastId, by: ChatId, language: Language) -> bool:
        """A copy of a draft goes to the editors alone, at once; the draft stays. False: it is no draft any more."""
        draft = await self._storage.broadcasts.get(broadcast_id)
        if draft is None or draft.state is not BroadcastState.DRAFT:
            return False
        wanted = Audience(editors=True)
        trial = await self._storage.broadcasts.draft(
            by, draft.announcement, self._now(), wanted=wanted, article=draft.article_id
        )
        await self._storage.broadcasts.confirm(
            trial.id, trial.revision, by, self._now(), undo=timedelta(0), needed=self._needed
        )
        self._wake()
        return await self.open(trial.id, by, language)

    async def cancel(self, broadcast_id: BroadcastId, by: ChatId) -> bool:
        """✖. False: too late."""
        return await self._decided(await self._storage.broadcasts.cancel(broadcast_id, by, self._now()))

    async def pause(self, broadcast_id: BroadcastId, on: bool, by: ChatId) -> bool:
        self._samples.pop(broadcast_id, None)
        return await self._decided(await self._storage.broadcasts.pause(broadcast_id, on, by, self._now()))

    async def stop(self, broadcast_id: BroadcastId, by: ChatId) -> bool:
        return await self._decided(await self._storage.broadcasts.stop(broadcast_id, by, self._now()))

    async def recall(self, broadcast_id: BroadcastId, by: ChatId, language: Language) -> bool:
        recall = await self._storage.broadcasts.recall(broadcast_id, by, self._now())
        if recall is None:
            return False
        await self._decided(recall)
        await self.refresh(broadcast_id)
        await self._present(recall, by, language)
        return True

    async def _decided(self, broadcast: Broadcast | None) -> bool:
        if broadcast is None:
            return False
        self._wake()
        log.info("an editor decided", broadcast=broadcast.id, kind=broadcast.kind.value, state=broadcast.state.value)
        await self.refresh(broadcast.id)
        return True

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _logged(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            # A preview or warning that fails must be seen by somebody.
            log.exception("work on breaking news failed")


def _complaint(written: Announcement, of_card: bool) -> Complaint | None:
    if written.empty:
        return Complaint("breaking.unfit", {})
    limit = min(alerts.limit(written), CAPTION_LIMIT) if of_card else alerts.limit(written)
    if length(written.text) > limit:
        return Complaint("breaking.too_long", {"length": length(written.text), "limit": limit})
    return None


def _links(written: Announcement) -> Sequence[str]:
    """As they stand in the text and behind its words."""
    shown = [found.rstrip(".,;:!?)»”'") for found in LINK.findall(written.text)]
    hidden = [str(entity["url"]) for entity in written.entities if entity.get("type") == "text_link"]
    return list(dict.fromkeys([*shown, *hidden]))


def _as_shown(text: str, keyboard: InlineKeyboardMarkup | None) -> str:
    return text + (keyboard.model_dump_json() if keyboard else "")
