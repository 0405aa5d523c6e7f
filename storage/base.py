"""The storage contract: what is remembered, and what each call promises when the process dies during it.

Every method is **one transaction**: after a crash at any point either all of it is there or none. What it returns
is committed. Moments go in and come out as aware UTC datetimes. Methods may be called concurrently by any number of
tasks. All may raise the errors below; expected outcomes are values.

    StorageError                the root; `str(error)` is one line fit for an operator
    ├── DatabaseUnusable        not a database, damaged, unreadable, or no such folder
    ├── DatabaseTooNew          made by a newer version of the program
    ├── DatabaseBusy            another bot process holds it, or just works on the same; again later is safe
    ├── DatabaseAway            the server can't be reached, or the connection broke: a call under way was committed or
    │                           not; again later is safe
    └── StorageFull             no room on the disk: nothing was changed; works again when there is room
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Protocol

from bot.model.articles import Article, ArticlePage, Category, MediaResult, ParsedArticle, Published
from bot.model.deliveries import Action, Delivered, Delivery, Overview, Recovered, Settlement
from bot.model.feeds import Feed, Validators
from bot.model.ids import ArticleId, BroadcastId, CategoryId, ChatId, DeliveryId, FeedId
from bot.model.updates import ReceivedUpdate
from storage.newsroom import Audit, Broadcasts, Curation, Editors, FeedDesk, Sections, Statistics
from storage.people import Bookmarks, Campaigns, Chats, Finding, Personal, Readers, Wordlists


class StorageError(Exception):
    """The root of everything that storage raises on purpose."""


class DatabaseUnusable(StorageError):
    """Not a database, damaged, unreadable, or in a folder that can't be made."""


class DatabaseTooNew(StorageError):
    """Its schema is from a newer version of the program; it was not touched."""


class DatabaseBusy(StorageError):
    """Another bot process has it open."""


class DatabaseAway(StorageError):
    """Its server can't be reached now."""


class StorageFull(StorageError):
    """The disk is full. The transaction left no trace; calling again later is safe."""


class Feeds(Protocol):
    """The newsroom's feeds and how their polls went."""

    async def seed(self, urls: Sequence[str], now: datetime) -> None:
        """Make sure that these feeds exist, due at once; known ones stay as they are."""

    async def all(self) -> list[Feed]: ...

    async def due(self, now: datetime) -> list[Feed]:
        """The feeds to poll by now, longest waiting first; stopped ones never."""

    async def unchanged(self, feed_id: FeedId, now: datetime, next_poll_at: datetime) -> None:
        """A good poll that brought nothing new (304 or the same bytes)."""

    async def failed(self, feed_id: FeedId, error: str, now: datetime, next_poll_at: datetime) -> Feed:
        """A failed poll; prunes nothing, keeps the validators. Returns the feed with this failure counted."""

    async def set_told(self, feed_id: FeedId, times: int) -> None:
        """Editors are being told of its trouble for that time. Recorded before, so that a crash repeats nothing."""

    async def set_page_selector(self, feed_id: FeedId, selector: str | None) -> None:
        """Whether, and from where on it, articles are completed from their pages (see Feed.page_selector)."""

    async def stop(self, feed_id: FeedId, error: str, now: datetime) -> None:
        """Poll it no more (410)."""


class News(Protocol):
    """Articles and their categories."""

    async def publish(
        self,
        feed_id: FeedId,
        articles: Sequence[ParsedArticle],
        *,
        title: str,
        language: str,
        validators: Validators,
        now: datetime,
        next_poll_at: datetime,
        expires_at: datetime,
        moved_to: str | None = None,
        shown_at_first: int = 0,
    ) -> Published:
        """One good poll: articles stored or updated, categories found, validators kept, and for each new article a
        fan-out recorded that `Outbox.fill` turns into deliveries. All in one commit, whose cost does not depend on
        the number of readers: before it nothing happened and the feed is fetched again; after it nothing is lost.

        - An entry is known by (feed, identity); when that changed, by its address or headline within the feed (see
          storage.matching); else by link_key when another feed of the newsroom brought the same story: then it is the
          same article with one category more (and a fan-out for whom that is new).
        - An entry whose article was pruned is neither new nor changed.
        - `moved_to`: the feed's address from now on, unless another feed has it.
        - The first good poll of a feed is its baseline: stored, not announced but for the newest `shown_at_first`. Of
          the first after a restored backup what is older than a post lives is not announced either (storage.restore
          tells why).
        - A changed title, lead, text or set of photos or attachments makes a new revision, and the posts delivered in
          the last 48 hours follow it a few times; changed formatting is kept without one; a changed date or an absence
          is nothing. Of an article that changes all the time only the first few edits of a day are reported.
        - An article of no known or founding label gets the category named after the feed (`title`, else its host).
        - Articles are given oldest first and are announced in that order.
        - Deliveries of these articles expire at `expires_at`.
        """

    async def unknown(self, feed_id: FeedId, identities: Sequence[bytes]) -> set[bytes]:
        """Those that this feed has not brought before."""

    async def article(self, article_id: ArticleId) -> Article | None: ...

    async def shown(self, article_id: ArticleId) -> Article | None:
        """The article for a reader who opens it; None also when it was recalled."""

    async def learn(self, media: Sequence[MediaResult]) -> None:
        """What Telegram has or refuses of articles' photos, videos and recordings, for all who get them later."""

    async def count_opening(self, article_id: ArticleId, now: datetime) -> None:
        """A reader opened the whole article. One that is not there any more is not counted."""

    async def prune(self, before: datetime, *, limit: int = 200) -> int:
        """Forget articles first seen before that moment, at most `limit` of them; bookmarked ones never, nor those
        whose bookmark can be restored. Their entries stay, so that a feed that still lists them announces nothing.
        Returns how many went."""

    async def latest(
        self, *, chat_id: ChatId | None = None, category: CategoryId | None = None, offset: int = 0, limit: int = 5
    ) -> ArticlePage:
        """Articles, newest first (published_at, then id), of one category or of all, but for recalled ones and those of
        hidden categories alone; `saved` is that of chat_id. `total` stops at 1,000."""

    async def categories(self, now: datetime) -> list[Category]:
        """All of them, those with the most articles in the last seven days first, then by name."""

    async def newest(self, categories: Collection[CategoryId], languages: Collection[str]) -> Article | None:
        """Of any of these sections and, unless none are given, in one of these languages or an unknown one."""

    async def count_recent(self, categories: Collection[CategoryId], now: datetime) -> int:
        """Articles of the last seven days in any of these sections."""

    async def languages(self) -> list[str]:
        """Codes of the languages of the newsroom's articles, the commonest first."""


class Outbox(Protocol):
    """Everything that leaves. pending → sending → sent | unknown | dead | cancelled | expired."""

    async def fill(self, now: datetime, *, zone: tzinfo = UTC, step: int = 1000) -> bool:
        """Turn at most `step` readers of the most urgent unfinished fan-out that may start by now into deliveries.
        Its cursor is committed with them: a crash between two steps repeats and skips nobody. One delivery per
        article (or broadcast) and chat, ever. An article goes to readers who receive and had chosen one of its
        categories when it was published, when their quiet hours, digest and daily limit allow (`zone`: the newsroom's,
        for readers without one); a broadcast to all who receive. True: another step is worth calling."""

    async def claim(
        self, owner: str, now: datetime, *, lease: timedelta, limit: int, below: int | None = None
    ) -> list[Delivery]:
        """Lease up to `limit` due messages to `owner`, by class, then oldest first; `below`: only classes with a
        smaller number. A lease that ran out makes a delivery claimable again.

        - Deliveries of readers who no longer receive, and of what was withdrawn, become CANCELLED instead.
        - A routine post past its expiry goes on as part of a digest; one past a digest's life becomes EXPIRED.
        - Routine posts that wait for one reader leave as one bundle when there are many of them or one has waited
          long; a digest is always a bundle and takes all that waits for its reader along."""

    async def begin(self, ids: Sequence[DeliveryId], owner: str, now: datetime) -> set[DeliveryId]:
        """Just before the calls to Telegram: those still ours and still wanted become SENDING; only these may be
        sent. Not wanted is what was withdrawn, what is paused, and what was claimed with an older content of its
        broadcast; it is given back. A crash after it leaves them for `recover`."""

    async def release(self, ids: Sequence[DeliveryId], owner: str, due_at: datetime | None = None) -> None:
        """Give unbegun deliveries back (stopping, or something more urgent came), to leave at `due_at` at the earliest
        when that is given."""

    async def settle(self, settlements: Sequence[Settlement], media: Sequence[MediaResult], now: datetime) -> None:
        """Record how begun deliveries ended, and what was learned about media. Settling twice changes nothing.
        A reader found unreachable gets nothing more until he writes again; one whose chat has another id now keeps
        his choices, bookmarks and what waits for him."""

    async def withdraw(
        self, *, article_id: ArticleId | None = None, broadcast_id: BroadcastId | None = None, now: datetime
    ) -> None:
        """It goes to nobody any more; what waits becomes CANCELLED step by step as it is claimed."""

    async def change(
        self,
        action: Action,
        now: datetime,
        *,
        article_id: ArticleId | None = None,
        broadcast_id: BroadcastId | None = None,
    ) -> int:
        """Edit or recall every copy that was delivered or is leaving, ahead of routine posts; a recall withdraws what
        still waits first. Returns the number of the fan-out, under which its progress is kept."""

    async def prune(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget ended deliveries that were due before, looking at the oldest `limit`; how many. Their figures stay."""

    async def overview(self, *, recent: int = 5) -> Overview:
        """What waits, and how the newest articles and broadcasts went."""

    async def delivered(self, now: datetime) -> list[Delivered]:
        """Articles of which the last delivery has ended since this was asked before; each is told once."""

    async def recover(self, owner: str, now: datetime) -> Recovered:
        """After a start, and where several processes send from time to time: what owners left that are no more (their
        lease `process OWNER` is over; or anyone else, when this engine allows one process only). Claimed is claimable
        again. Of what was SENDING, breaking news that was begun once becomes pending again; all else UNKNOWN."""

    async def last_sent(self) -> datetime | None:
        """When the last post that arrived was settled; None: never."""

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next delivery or fan-out may go; None when nothing waits. A moment in the past means now."""


class Leases(Protocol):
    """What one process at a time does, and which processes are alive. Leases end by the clocks of the machines, which
    must agree to a second or so."""

    async def hold(self, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
        """Take it or keep it until `now` + `lease`. False: another owner has it. Each process holds
        `process OWNER`: when that has ended, what it had claimed is anybody's (see Outbox.recover)."""

    async def end(self, name: str, owner: str) -> None:
        """Give it back at once, if it is the owner's."""


class Pace(Protocol):
    """The pace that all processes share."""

    async def reserve(self, permits: int, interval: timedelta) -> timedelta:
        """The next so many moments, `interval` apart, at which nobody else sends: how long from now on until the first
        of them. By the database's own clock; those reserved before a crash of the database may be given out again."""

    async def hold_back(self, wait: timedelta) -> None:
        """Nobody reserves a moment before that is over."""


class Updates(Protocol):
    """What people typed and tapped, from when Telegram may forget it until it has been handled."""

    async def receive(
        self, updates: Mapping[int, Mapping[str, Any]], now: datetime, *, owner: str | None = None
    ) -> set[int]:
        """Keep them, by number, for `owner` to handle. Returns the numbers of those that are new: what comes again is
        left out, also after it was handled."""

    async def handled(self, ids: Sequence[int], now: datetime) -> None:
        """Their content is forgotten; their numbers stay until they are pruned."""

    async def unhandled(self, now: datetime, *, owner: str | None = None) -> list[ReceivedUpdate]:
        """What owners that are no more have left, in its order, each counted as tried once more and `owner`'s from now
        on. (They are no more when their lease `process OWNER` is over; when this engine allows one process only, all
        that is unhandled is what a run that ended has left.)"""

    async def prune(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget handled ones received before, looking at the oldest `limit`; how many."""


class Storage(Protocol):
    """All of it, opened; `close` waits for running transactions."""

    @property
    def feeds(self) -> Feeds: ...
    @property
    def news(self) -> News: ...
    @property
    def readers(self) -> Readers: ...
    @property
    def bookmarks(self) -> Bookmarks: ...
    @property
    def search(self) -> Finding: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def broadcasts(self) -> Broadcasts: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def pace(self) -> Pace: ...
    @property
    def wordlists(self) -> Wordlists: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def personal(self) -> Personal: ...
    @property
    def campaigns(self) -> Campaigns: ...
    @property
    def updates(self) -> Updates: ...
    @property
    def editors(self) -> Editors: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def curation(self) -> Curation: ...
    @property
    def feed_desk(self) -> FeedDesk: ...
    @property
    def sections(self) -> Sections: ...
    @property
    def statistics(self) -> Statistics: ...
    @property
    def shared(self) -> bool:
        """Whether several processes may work on it at the same time."""

    async def close(self) -> None: ...
