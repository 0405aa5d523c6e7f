"""The nouns of the program: frozen, comparable, free of behaviour that needs anything else of ours (an article's body
has a module of its own, bot.body).

Every moment is an aware datetime in UTC. Chat ids are Telegram's (64-bit, negative for groups). Article texts are
plain text: no markup, no entities; whoever puts them into HTML escapes them there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, NewType, TypeVar

from bot.body import Body

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
CategoryId = NewType("CategoryId", int)
ChatId = NewType("ChatId", int)
BroadcastId = NewType("BroadcastId", int)
DeliveryId = NewType("DeliveryId", int)


class Language(StrEnum):
    """The languages in which the bot speaks. Articles may be in any language (a plain code or "")."""

    RU = "ru"
    KK = "kk"
    EN = "en"


# --- news in -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server wants to see again in a conditional GET, byte for byte as it sent it."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    """SHA-256 of the decoded body: many servers send wrong validators, and the same bytes need no parsing."""


@dataclass(frozen=True, slots=True)
class Feed:
    id: FeedId
    url: str
    title: str
    language: str
    """The feed's own declaration, as a bare code ("ru"), or "" when it says nothing."""
    validators: Validators
    baseline_at: datetime | None
    """When its first good poll was stored; None: the next good poll is the baseline and announces nothing."""
    next_poll_at: datetime
    last_success_at: datetime | None
    failures: int
    """Failed polls in a row; 0 after any success, also after 304."""
    failing_since: datetime | None
    told: int
    """How many times editors have been told of this trouble."""
    last_error: str
    entries: int
    """In the last good poll that brought a new body, and how many of them had a photo."""
    photos: int
    page_selector: str | None
    """The CSS selector of the article on its page, "" for what the page tells machines; None: pages are not read."""
    stopped: bool
    """The site said that the feed is gone for good (410); no more polls until an editor starts it again."""


@dataclass(frozen=True, slots=True)
class Photo:
    url: str
    caption: str = ""
    credit: str = ""
    width: int | None = None
    height: int | None = None
    file_id: str | None = None
    """Telegram's id of the uploaded photo, once a delivery has brought it there; good for every chat of this bot."""
    refused: bool = False
    """Telegram could not use it: cards go without it."""


class AttachmentKind(StrEnum):
    VIDEO = "video"
    """A file that Telegram can play."""
    AUDIO = "audio"
    """A file: an episode of a podcast, a recording."""
    PLAYER = "player"
    """A page that plays a video or sound: YouTube, Vimeo, the site's own."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A video or audio that belongs to an article."""

    kind: AttachmentKind
    url: str
    mime: str = ""
    size: int | None = None
    """Bytes, as the feed tells."""
    seconds: int | None = None
    cover: str = ""
    """The address of its still picture."""
    title: str = ""
    performer: str = ""
    file_id: str | None = None
    refused: bool = False
    """Telegram could not use it: it is a link from now on."""


@dataclass(frozen=True, slots=True)
class CategoryLabel:
    """A section or tag as a feed writes it."""

    label: str
    founds: bool
    """Whether it may become a category of its own; otherwise it only counts when that category is already known."""


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One entry of a feed, read and cleaned, before storage has seen it."""

    identity: bytes
    """SHA-256 (32 bytes) of what identifies the entry within its feed; unique within one parsed feed."""
    title: str
    link: str
    """For opening, as the site gave it; "" when there is none."""
    link_key: bytes | None
    """SHA-256 of the canonical link when it belongs to this entry alone: the same story in another feed of the
    newsroom has the same key. None when several entries share the link or there is none."""
    lead: str
    body: Body
    """The whole article in order, or () when the feed has no more than the lead."""
    author: str
    language: str
    published_at: datetime | None
    labels: tuple[CategoryLabel, ...]
    photos: tuple[Photo, ...]
    attachments: tuple[Attachment, ...] = ()
    """Each address once."""
    page_body: Body = ()
    """From the article's own page; kept where the feed has none. No change of it counts as an edit."""
    page_photos: tuple[Photo, ...] = ()
    page_attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    id: CategoryId
    names: Mapping[str, str]
    """By language code; "" holds the name in a language that the feed did not tell. Never empty."""
    recent: int = 0
    """Articles of the last seven days."""

    def name(self, language: str) -> str:
        """The name in that language, else the one the newsroom uses."""
        return self.names.get(language) or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class Article:
    id: ArticleId
    title: str
    link: str
    lead: str
    body: Body
    author: str
    language: str
    published_at: datetime
    """The site's date, or when the bot first saw it."""
    categories: tuple[Category, ...]
    photos: tuple[Photo, ...]
    attachments: tuple[Attachment, ...] = ()
    revision: int = 1
    updated_at: datetime | None = None
    """When its last edit came that readers should see."""

    def with_media(self, learned: MediaResult) -> Article:
        """With what was learned about one of its photos, videos or recordings."""
        return replace(
            self,
            photos=tuple(_learned(one, learned) for one in self.photos),
            attachments=tuple(_learned(one, learned) for one in self.attachments),
        )

    def url_of(self, file_id: str) -> str | None:
        """The address of the photo, video or recording that has this file id."""
        media: tuple[Photo | Attachment, ...] = (*self.photos, *self.attachments)
        return next((one.url for one in media if one.file_id == file_id and not one.refused), None)


_Media = TypeVar("_Media", Photo, Attachment)


def _learned(one: _Media, learned: MediaResult) -> _Media:
    return replace(one, file_id=learned.file_id, refused=learned.refused) if one.url == learned.url else one


@dataclass(frozen=True, slots=True)
class Published:
    """What one stored poll changed."""

    new: tuple[ArticleId, ...] = ()
    changed: tuple[ArticleId, ...] = ()
    baseline: bool = False


# --- readers -----------------------------------------------------------------------------------------------------


class Mode(StrEnum):
    """How the articles of a section come."""

    NOW = "now"
    DIGEST = "digest"
    OFF = "off"


class Rhythm(StrEnum):
    """Of a reader's digest."""

    HOURLY = "hourly"
    TWICE = "twice"
    """At the reader's hour and twelve hours from it."""
    DAILY = "daily"
    WEEKLY = "weekly"
    """On Sundays."""


@dataclass(frozen=True, slots=True)
class Peace:
    """How a reader wants to be left in peace. Minutes are those of the day in the reader's zone (0 to 1439)."""

    zone: str | None = None
    """IANA name; None: the newsroom's."""
    quiet: tuple[int, int] | None = None
    """From and to; over midnight when the first is the larger one."""
    breaking_wakes: bool = True
    """Breaking news comes in quiet hours, too; otherwise after them."""
    digest: Rhythm = Rhythm.DAILY
    digest_at: int = 19 * 60
    daily_limit: int | None = None
    """Posts a day that come on their own; the others go into the digest. None: no limit."""
    silent: bool = False
    """Posts come without a sound, breaking news too."""
    languages: frozenset[str] = frozenset()
    """Of the news; empty: all."""
    city: str = ""
    """By which the reader chose the zone (bot.cities); "": none."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or words that a reader follows or mutes, as typed."""

    text: str
    follows: bool

    @property
    def mark(self) -> str:
        """Short enough for a button; the same for the same text in any case."""
        return hashlib.blake2b(self.text.casefold().encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class Noted(StrEnum):
    """What became of a phrase that a reader wants to follow or mute."""

    KEPT = "kept"
    WORDLESS = "wordless"
    """There is no word in it."""
    LONG = "long"
    FULL = "full"
    """The reader has as many as there may be."""


@dataclass(frozen=True, slots=True)
class Reader:
    chat_id: ChatId
    language: Language
    everything: bool
    """Every category, also those that appear later."""
    left: bool
    """The reader asked for no news."""
    unreachable: bool
    """Telegram said so (blocked, deleted), until the reader writes again."""
    everything_mode: Mode = Mode.NOW
    modes: Mapping[CategoryId, Mode] = field(default_factory=dict)
    """What was chosen section by section; an exception from everything when that is on."""
    peace: Peace = Peace()
    rich: bool = True
    """Whole articles come as rich messages; otherwise as plain ones, for apps that show them blank."""

    @property
    def categories(self) -> frozenset[CategoryId]:
        """Chosen one by one, at once or in the digest."""
        return frozenset(category for category, mode in self.modes.items() if mode is not Mode.OFF)

    @property
    def receiving(self) -> bool:
        return not (self.left or self.unreachable)

    def wants(self, category: CategoryId) -> bool:
        return self.mode(category) is not Mode.OFF

    def mode(self, category: CategoryId) -> Mode:
        return self.modes.get(category, self.everything_mode if self.everything else Mode.OFF)


class ChatKind(StrEnum):
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class SharedChat:
    """A group or channel to which the bot was added; what it gets is chosen as a reader's is."""

    id: ChatId
    kind: ChatKind
    title: str
    forum: bool = False
    added_by: ChatId | None = None
    """The person who added the bot; None: not known."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Of a forum, and the sections that go into it."""

    thread_id: int
    name: str
    categories: frozenset[CategoryId] = frozenset()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A link's day: how many pressed START by way of it, and how many of them were new."""

    tag: str
    day: date
    starts: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    article: Article
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page of articles, newest first."""

    articles: tuple[Article, ...]
    total: int
    saved: frozenset[ArticleId] = frozenset()
    """Which of them the asking reader has bookmarked."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """What a person typed or tapped, as Telegram tells it, kept until it has been handled."""

    id: int
    """Telegram's update_id."""
    content: Mapping[str, Any]
    received_at: datetime
    tries: int
    """How often a start of the bot has found it unhandled."""


# --- posts out ---------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class MediaResult:
    """What was learned about an article's photo, video or audio: its file id; or that the one known is none any more
    (None); or that Telegram can't use it at all."""

    article_id: ArticleId
    url: str
    file_id: str | None
    refused: bool = False


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


# --- breaking news -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an editor wrote, exactly: text (or the photo's caption) with Telegram's own entities."""

    text: str
    entities: tuple[Mapping[str, Any], ...] = ()
    """MessageEntity objects as JSON, offsets in UTF-16 units."""
    photo_file_id: str | None = None


class BroadcastState(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    """Waiting for its start (undo window) or leaving."""
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Broadcast:
    id: BroadcastId
    author: ChatId
    announcement: Announcement
    state: BroadcastState
    revision: int
    created_at: datetime
    starts_at: datetime | None
    """When the first copy may leave: the confirmation plus the undo window."""
    progress_message_id: int | None
    """The message in the author's chat that shows how it goes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How a broadcast stands, by recipient."""

    audience: int
    """Readers who were to get it when it was confirmed."""
    by_state: Mapping[DeliveryState, int] = field(default_factory=dict)
    """PENDING includes those whose call is under way."""
    filled: bool = False
    """Whether every recipient has a row by now."""

    def count(self, *states: DeliveryState) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def finished(self) -> bool:
        return self.filled and self.count(DeliveryState.PENDING, DeliveryState.SENDING) == 0
