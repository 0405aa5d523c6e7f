"""What editors write becomes drafts: checked, stored, and shown to them as readers will see it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from aiogram import Bot

from bot.alerts.standing import Warning
from bot.alerts.views import Complaint, Views
from bot.delivery import alerts
from bot.delivery.post import CAPTION_LIMIT, length
from bot.feeds.identity import link_key
from bot.model.broadcasts import Announcement, Audience, Broadcast, BroadcastKind
from bot.model.ids import ArticleId, BroadcastId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Prompt, Purpose
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


class Drafts:
    def __init__(
        self,
        storage: Storage,
        bot: Bot,
        texts: Texts,
        views: Views,
        *,
        look: Look,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._storage, self._bot, self._texts, self._views = storage, bot, texts, views
        self._look, self._now, self._sleep = look, now, sleep
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

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
        if complaint := await self._views.present(broadcast, chat, language):
            await self._storage.broadcasts.cancel(broadcast.id, chat, self._now())
            return complaint
        await self._views.refresh(broadcast.id)
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
            await self._views.warn(broadcast, dead)

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
