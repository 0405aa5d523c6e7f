"""What editors decide about breaking news: confirm → pause or stop → recall; and then everybody sees it.

Each decision stands in storage before it is shown, so it holds whatever happens to this process.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from aiogram.exceptions import AiogramError

from bot.alerts.views import Views
from bot.model.broadcasts import Audience, Broadcast, BroadcastState
from bot.model.ids import BroadcastId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Confirmation, MoreNeeded, Started
from storage.base import Storage

log = structlog.get_logger()


class Broadcasts:
    def __init__(
        self,
        storage: Storage,
        views: Views,
        *,
        wake: Callable[[], None],
        undo: timedelta,
        approvals: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage, self._views, self._now = storage, views, now
        self._wake, self._undo, self._needed = wake, undo, approvals

    async def confirm(self, broadcast_id: BroadcastId, revision: int, by: ChatId) -> Confirmation:
        """🚀."""
        confirmation = await self._storage.broadcasts.confirm(
            broadcast_id, revision, by, self._now(), undo=self._undo, needed=self._needed
        )
        match confirmation:
            case Started(broadcast):
                log.info("breaking news confirmed", broadcast=broadcast.id, by=by)
                self._wake()
                await self._views.refresh(broadcast.id)
                if broadcast.parent_id is not None:
                    await self._views.refresh(broadcast.parent_id)
            case MoreNeeded(broadcast):
                await self._views.refresh(broadcast.id)
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
                await self._views.open(broadcast.id, editor.user_id, reader.language)
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
        return await self._views.open(trial.id, by, language)

    async def cancel(self, broadcast_id: BroadcastId, by: ChatId) -> bool:
        """✖. False: too late."""
        return await self._decided(await self._storage.broadcasts.cancel(broadcast_id, by, self._now()))

    async def pause(self, broadcast_id: BroadcastId, on: bool, by: ChatId) -> bool:
        self._views.measure_anew(broadcast_id)
        return await self._decided(await self._storage.broadcasts.pause(broadcast_id, on, by, self._now()))

    async def stop(self, broadcast_id: BroadcastId, by: ChatId) -> bool:
        return await self._decided(await self._storage.broadcasts.stop(broadcast_id, by, self._now()))

    async def recall(self, broadcast_id: BroadcastId, by: ChatId, language: Language) -> bool:
        recall = await self._storage.broadcasts.recall(broadcast_id, by, self._now())
        if recall is None:
            return False
        await self._decided(recall)
        await self._views.refresh(broadcast_id)
        await self._views.present(recall, by, language)
        return True

    async def _decided(self, broadcast: Broadcast | None) -> bool:
        if broadcast is None:
            return False
        self._wake()
        log.info("an editor decided", broadcast=broadcast.id, kind=broadcast.kind.value, state=broadcast.state.value)
        await self._views.refresh(broadcast.id)
        return True
