"""The nouns of the newsroom's own side: who its editors are, what they did, and what they are being asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.broadcasts import Broadcast
from bot.model.deliveries import DeliveryState, MessageForm
from bot.model.ids import BroadcastId, CategoryId, ChatId


class Role(StrEnum):
    EDITOR = "editor"
    OWNER = "owner"
    """May also say who is an editor."""


@dataclass(frozen=True, slots=True)
class Editor:
    user_id: ChatId
    role: Role
    name: str
    """As in Telegram, "" before they first did something."""
    named: bool
    """By ADMIN_IDS: an owner whom nobody can remove in the chat."""


class Act(StrEnum):
    """What an editor can do, in the audit log. Append-only: entries are kept for years."""

    DRAFTED = "drafted"
    REVISED = "revised"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    CORRECTED = "corrected"
    RECALLED = "recalled"
    EXPORTED = "exported"
    APPOINTED = "appointed"
    DISMISSED = "dismissed"
    FEED_ADDED = "feed added"
    FEED_CHANGED = "feed changed"
    FEED_REMOVED = "feed removed"
    SECTION_CHANGED = "category changed"
    SECTIONS_MERGED = "categories merged"
    PUBLISHED = "published"
    WITHHELD = "withheld"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    BROUGHT = "brought"
    """From its page, which no feed had."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit log."""

    id: int
    at: datetime
    user_id: ChatId
    name: str
    """Of the editor, as it was then."""
    action: Act
    subject: str
    """What it was about: b12 a broadcast, a12 an article, f12 a feed, c12 a category, u12 a person; "" nothing."""
    detail: str
    """In words: the text, the address, the new name."""
    done: bool
    """False: it was refused or came too late."""


@dataclass(frozen=True, slots=True)
class Started:
    """It will leave, whatever happens to this process."""

    broadcast: Broadcast


@dataclass(frozen=True, slots=True)
class MoreNeeded:
    """This editor's yes is recorded; so many of `needed` are there now."""

    broadcast: Broadcast
    needed: int


@dataclass(frozen=True, slots=True)
class Stale:
    """The button was made for an older revision: what it showed is not what would leave."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """It is no draft any more, or what it was about has ended."""


Confirmation = Started | MoreNeeded | Stale | TooLate


@dataclass(frozen=True, slots=True)
class View:
    """A message in an editor's chat that shows how a broadcast stands, and is kept up to date."""

    broadcast_id: BroadcastId
    chat_id: ChatId
    message_id: int
    content_revision: int
    """Of the preview that stands above it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What became of one reader's copy."""

    chat_id: ChatId
    state: DeliveryState
    blocked: bool
    error: str
    due_at: datetime
    settled_at: datetime | None
    revision: int | None
    """Of the content that the message shows now."""
    form: MessageForm | None


class Purpose(StrEnum):
    """What an editor's next message is the answer to. Append-only: prompts outlive versions."""

    ALERT = "alert"
    REVISION = "revision"
    CORRECTION = "correction"
    REPLY = "reply"
    TIME = "time"
    READER = "reader"
    EDITOR = "editor"
    FEED = "feed"
    FEED_INTERVAL = "feed_interval"
    FEED_SELECTOR = "feed_selector"
    NAME_RU = "name_ru"
    NAME_KK = "name_kk"
    NAME_EN = "name_en"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True)
class Prompt:
    purpose: Purpose
    subject: int
    """The id of what it is about; 0: nothing yet."""


class FeedOption(StrEnum):
    """What editors decide about a feed."""

    PAUSED = "paused"
    INTERVAL = "interval"
    """Seconds; None: the setting's."""
    LANGUAGE = "language"
    """A code; "": its own."""
    LABEL = "label"
    """Of a category that all its articles get; "": none."""
    SELECTOR = "selector"
    """As `Feed.page_selector`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A category as editors see it."""

    id: CategoryId
    names: Mapping[str, str]
    emoji: str
    hidden: bool
    label: str
    """One wording under which feeds name it."""

    def name(self, language: str) -> str:
        return self.names.get(language) or next(iter(self.names.values()))
