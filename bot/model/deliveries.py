"""What leaves: a delivery is one article or broadcast for one chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.model.ids import ArticleId, BroadcastId, ChatId, DeliveryId, FeedId
from bot.model.language import Language


class DeliveryClass(IntEnum):
    """The order in which posts leave; a lower number goes first."""

    BREAKING = 0
    CORRECTION = 1
    """Of what an editor sent, and recalls."""
    ROUTINE = 2
    DIGEST = 3
    UPDATE = 4
    """Posts already delivered follow their article's changes on the site."""


class Action(StrEnum):
    """What a delivery does to its chat."""

    SEND = "send"
    EDIT = "edit"
    """Bring the message that was sent to what its article or alert is now."""
    RECALL = "recall"
    """Delete it, or where Telegram does not allow that any more, turn it into a notice."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    """Committed just before the call to Telegram; after a crash: nobody knows whether it went out."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """It may or may not have arrived and is not sent again."""
    DEAD = "dead"
    """Telegram refused it for good."""
    BLOCKED = "blocked"
    """Of those, in figures only: the chat takes nothing from us."""
    CANCELLED = "cancelled"
    """Not wanted any more: the reader left, the editor stopped it."""
    EXPIRED = "expired"
    """Too old to go out on its own."""


class MessageForm(StrEnum):
    """What kind of message was delivered: decides how it can be edited later."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    ALBUM = "album"
    RICH = "rich"
    BUNDLE = "bundle"
    """Several articles in one text."""
    DELETED = "deleted"
    """By a recall."""
    NOTICE = "notice"
    """Too old to be deleted: it says that it was recalled."""


@dataclass(frozen=True, slots=True)
class Target:
    """A message that was delivered."""

    message_id: int
    form: MessageForm
    sent_at: datetime
    more: tuple[int, ...] = ()
    """Of an album, the other messages."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one chat, as claimed from the outbox. Exactly one of article_id and broadcast_id is set."""

    id: DeliveryId
    kind: DeliveryClass
    chat_id: ChatId
    language: Language
    article_id: ArticleId | None
    broadcast_id: BroadcastId | None
    attempt: int
    """How often a call to Telegram was begun for it before and counted: 0 at first."""
    waiting_since: datetime
    revision: int = 1
    """Of the article or broadcast, when it was claimed: nothing older than that may leave."""
    action: Action = Action.SEND
    target: Target | None = None
    """What is edited or recalled; None: the message that was to be changed is not there."""
    silent: bool = False
    """The reader wants no sound."""
    thread_id: int | None = None
    """The topic of a forum that it goes to; None: the chat itself."""
    saved: bool = False
    """Whether the reader has the article among his bookmarks, for the buttons of an edited post."""
    reply_to: int | None = None
    """The message in this chat to which it is an addition."""
    bundled: tuple[tuple[DeliveryId, ArticleId], ...] = ()
    """All the deliveries that leave (or left, when it is to be changed) as one message; empty: it is alone."""

    @property
    def ids(self) -> list[DeliveryId]:
        """What is begun and settled with it."""
        return [delivery for delivery, _ in self.bundled] if self.bundled and self.action is Action.SEND else [self.id]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one begun delivery ended."""

    delivery_id: DeliveryId
    state: DeliveryState
    """SENT, UNKNOWN, DEAD, CANCELLED, or PENDING to try again at `due_at`."""
    message_id: int | None = None
    form: MessageForm | None = None
    more: tuple[int, ...] = ()
    """Of an album, the ids of the other messages."""
    bundle: DeliveryId | None = None
    """The first of the deliveries that left as one message."""
    error: str = ""
    due_at: datetime | None = None
    counts: bool = True
    """Whether the try counts as an attempt; a flood wait does not, since Telegram did not execute it."""
    reader_unreachable: bool = False
    """Telegram said that this chat takes nothing from us: stop everything for it."""
    moved_to: ChatId | None = None
    """The chat has this id from now on, with all that its reader chose and all that waits for it."""
    lost_topic: int | None = None
    """The topic that the message was for takes nothing any more: what went there goes to the chat itself."""
    changes: bool = False
    """It is about the end of an edit or recall: `form` is what the message that was delivered before is now."""
    doubtful: bool = False
    """It is to be tried again, and may have arrived all the same."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of deliveries whose outcome nobody knows after a crash."""

    resent: int
    """Breaking news: pending again, once."""
    unknown: int
    """Never sent again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How an article's or broadcast's deliveries went so far; durations count from when they were due."""

    title: str
    recipients: int
    by_state: Mapping[DeliveryState, int]
    """Those that have ended."""
    first: timedelta | None
    half: timedelta | None
    most: timedelta | None
    """99 % of those sent."""
    last: timedelta | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """An article of which every delivery has ended."""

    article_id: ArticleId
    feed_id: FeedId
    progress: Progress


@dataclass(frozen=True, slots=True)
class Overview:
    """The outbox at a glance."""

    waiting: Mapping[DeliveryClass, int]
    """Only classes of which something waits."""
    oldest: datetime | None
    """Since when the one that is next has been waiting."""
    recent: tuple[Progress, ...]
    """The newest first."""
