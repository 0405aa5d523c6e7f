"""Breaking news, corrections, additions and recalls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.model.deliveries import DeliveryState
from bot.model.ids import ArticleId, BroadcastId, CategoryId, ChatId
from bot.model.language import Language


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Media:
    """What an editor sent along, by Telegram's id of it."""

    kind: MediaKind
    file_id: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an editor wrote, exactly: text (or the caption) with Telegram's own entities."""

    text: str
    entities: tuple[Mapping[str, Any], ...] = ()
    """MessageEntity objects as JSON, offsets in UTF-16 units."""
    media: tuple[Media, ...] = ()
    """One, or of an album 2 to 10."""
    card: ArticleId | None = None
    """The card of this article, in each reader's language, instead of the above."""

    @property
    def empty(self) -> bool:
        return not (self.text or self.media or self.card)


class BroadcastKind(StrEnum):
    ALERT = "alert"
    REPLY = "reply"
    """A short addition, which answers the alert in the chats that have it."""
    CORRECTION = "correction"
    """New content for every copy of the alert."""
    RECALL = "recall"


class BroadcastState(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    """Waiting for its start (undo window, or a time that was set), leaving, or paused."""
    STOPPED = "stopped"
    """An editor ended it: what had not left stays."""
    DONE = "done"
    CANCELLED = "cancelled"
    """Nobody got anything of it."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a broadcast is for. Empty parts do not restrict it."""

    languages: tuple[Language, ...] = ()
    """Of the readers' own choice, in which the bot speaks to them."""
    categories: tuple[CategoryId, ...] = ()
    """Readers who want at least one of these."""
    editors: bool = False
    """Nobody but the editors: a trial."""
    receivers_of: BroadcastId | None = None
    """Those who have that one."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    id: BroadcastId
    kind: BroadcastKind
    author: ChatId
    announcement: Announcement
    state: BroadcastState
    revision: int
    """Grows with every change: a button made for an older one does nothing, and no older content leaves."""
    content_revision: int
    """That of the last change of what readers see."""
    created_at: datetime
    audience: Audience = Audience()
    article_id: ArticleId | None = None
    """The article of ours whose link was written: its card is on offer."""
    parent_id: BroadcastId | None = None
    """What is corrected, recalled or added to."""
    planned_at: datetime | None = None
    """When it is to start, if that was set; None: at once."""
    starts_at: datetime | None = None
    """When the first copy may leave: of a confirmed one."""
    readers: int = 0
    """How many it was for when it was confirmed."""
    job: int | None = None
    """The fan-out that carries it out."""
    paused: bool = False
    late: bool = False
    """Paused by the bot itself, which was off when it should have started."""
    ended_at: datetime | None = None
    """When nothing of it was left to do."""
    recalled_at: datetime | None = None
    approvals: tuple[ChatId, ...] = ()
    """Editors who confirmed this revision."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How a broadcast stands, by recipient."""

    audience: int
    """Readers who were to get it when it was confirmed."""
    by_state: Mapping[DeliveryState, int] = field(default_factory=dict)
    """PENDING includes those whose call is under way."""
    filled: bool = False
    """Whether every recipient has a row by now."""
    withdrawn: bool = False
    """Whether nobody else is to get it: what did not leave counts as CANCELLED at once."""
    half: timedelta | None = None
    """After how long half of those reached had it; then 99 %, and all."""
    most: timedelta | None = None
    last: timedelta | None = None

    def count(self, *states: DeliveryState) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        known = sum(self.by_state.values())
        return known if self.filled else max(known, self.audience)

    @property
    def left(self) -> int:
        return self.total - self.ended

    @property
    def ended(self) -> int:
        return sum(self.by_state.values()) - self.count(DeliveryState.PENDING, DeliveryState.SENDING)

    @property
    def finished(self) -> bool:
        return self.filled and self.left == 0
