"""The storage contract of the newsroom's own side, a part of storage.base: breaking news, editors, feeds, categories.

All of it holds what storage.base says: one transaction a call, durable when it returns.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol

from bot.model.articles import ParsedArticle
from bot.model.broadcasts import Announcement, Audience, Broadcast, BroadcastKind, Media, Tally
from bot.model.deliveries import MessageForm
from bot.model.feeds import Feed
from bot.model.ids import ArticleId, BroadcastId, CategoryId, ChatId, FeedId
from bot.model.language import Language
from bot.model.newsroom import Act, Confirmation, Copy, Editor, Entry, FeedOption, Prompt, Role, Section, View
from bot.model.numbers import Numbers


class Broadcasts(Protocol):
    """Breaking news: drafts, their way out, corrections and recalls. Each is a row with a revision.

    What an editor does is in the audit log from the same commit on, what was refused too. None: it was not done, since
    the broadcast is not in a state for it any more or the button was made for an older revision.
    """

    async def draft(
        self,
        author: ChatId,
        announcement: Announcement,
        now: datetime,
        *,
        kind: BroadcastKind = BroadcastKind.ALERT,
        parent: BroadcastId | None = None,
        wanted: Audience = ...,
        album: str | None = None,
        article: ArticleId | None = None,
    ) -> Broadcast:
        """`parent`: what a correction or reply is about. `album`: Telegram's id of the album whose first item this is.
        `article`: ours, whose link stands in it."""

    async def add_to_album(
        self, author: ChatId, album: str, media: Media, text: str, entities: Sequence[dict[str, Any]]
    ) -> Broadcast | None:
        """One more item for the draft that began with this album; its text, when the draft has none. A new revision."""

    async def set_content(
        self,
        broadcast_id: BroadcastId,
        announcement: Announcement,
        by: ChatId,
        now: datetime,
        *,
        album: str | None = None,
        article: ArticleId | None = None,
    ) -> Broadcast | None:
        """A draft gets this instead: a new revision, without approvals."""

    async def set_card(
        self, broadcast_id: BroadcastId, revision: int, on: bool, by: ChatId, now: datetime
    ) -> Broadcast | None:
        """Whether the article's card is what leaves."""

    async def set_audience(
        self, broadcast_id: BroadcastId, revision: int, wanted: Audience, by: ChatId, now: datetime
    ) -> Broadcast | None: ...

    async def set_time(
        self, broadcast_id: BroadcastId, planned_at: datetime | None, by: ChatId, now: datetime
    ) -> Broadcast | None:
        """When it is to start once it is confirmed; None: at once."""

    async def get(self, broadcast_id: BroadcastId) -> Broadcast | None: ...

    async def open(self) -> list[Broadcast]:
        """What is leaving or waits for its time, then the drafts; the newest of each first."""

    async def ended(self, *, offset: int = 0, limit: int = 5) -> list[Broadcast]:
        """What has left or was stopped, newest first."""

    async def since(self, moment: datetime) -> list[Broadcast]:
        """Alerts that started or are to start after that moment, newest first."""

    async def readers(self, wanted: Audience) -> dict[Language, int]:
        """How many it would reach now, by their language."""

    async def confirm(
        self, broadcast_id: BroadcastId, revision: int, by: ChatId, now: datetime, *, undo: timedelta, needed: int
    ) -> Confirmation:
        """This editor agrees to this revision. When `needed` different editors do (one for a trial among editors), it
        starts, once: an alert after `undo` or at its time; a correction at once, from this commit on no copy with
        the old content leaves. After the commit it will be carried out, whatever happens to this process."""

    async def cancel(self, broadcast_id: BroadcastId, by: ChatId, now: datetime) -> Broadcast | None:
        """Drop a draft, or an alert whose start has not come."""

    async def pause(self, broadcast_id: BroadcastId, on: bool, by: ChatId, now: datetime) -> Broadcast | None:
        """From this commit on nothing of it begins to leave, until it is resumed. Costs nothing meanwhile."""

    async def stop(self, broadcast_id: BroadcastId, by: ChatId, now: datetime) -> Broadcast | None:
        """From this commit on nothing of it begins to leave any more; what waited is cancelled step by step by
        `Outbox.fill`, and counts as cancelled at once."""

    async def recall(self, broadcast_id: BroadcastId, by: ChatId, now: datetime) -> Broadcast | None:
        """Stop an alert or reply and take back every copy. Returns the recall, which goes its own way."""

    async def unfinished(self) -> list[Broadcast]:
        """Confirmed, and not all of it is done: their progress is to be shown."""

    async def tally(self, broadcast_id: BroadcastId) -> Tally:
        """Costs the same for any number of readers."""

    async def finish(self, broadcast_id: BroadcastId, now: datetime) -> None:
        """Its final tally is there."""

    async def changes_of(self, broadcast_id: BroadcastId) -> list[Broadcast]:
        """Its corrections, replies and recall, oldest first."""

    async def show(self, view: View) -> None:
        """This message shows it from now on: the only one in this chat, and nothing else does that message show."""

    async def hide(self, chat_id: ChatId, message_id: int) -> None:
        """That message shows something else now."""

    async def views(self, broadcast_id: BroadcastId) -> list[View]:
        """Of those who are editors now."""

    async def copies(
        self, broadcast_id: BroadcastId, *, after: int | None = None, limit: int = 5000, missing: bool = False
    ) -> list[Copy]:
        """What became of each reader's copy, by chat id from the one after `after` on; `missing`: of those that did not
        arrive. Known as long as deliveries are kept."""

    async def copy(self, broadcast_id: BroadcastId, chat_id: ChatId) -> Copy | None: ...

    async def forms(self, broadcast_id: BroadcastId) -> dict[MessageForm, int]:
        """Of a correction or recall, what became of the messages. Costs as much as there are copies."""

    async def wants(self, wanted: Audience, chat_id: ChatId) -> bool:
        """Whether this reader belongs to the audience, receiving or not."""


class Editors(Protocol):
    """Who is an editor, and what editors are being asked."""

    async def set_owners(self, user_ids: Collection[int], now: datetime) -> None:
        """Those whom ADMIN_IDS names; who is named no more is what somebody made of him in the chat, or nothing."""

    async def get(self, user_id: int) -> Editor | None: ...

    async def all(self) -> list[Editor]: ...

    async def set_name(self, user_id: int, name: str) -> None: ...

    async def set_role(self, user_id: ChatId, role: Role, name: str, by: ChatId, now: datetime) -> bool:
        """Make somebody an editor or owner. False: `by` is no owner, or there was nothing to change."""

    async def remove(self, user_id: ChatId, by: ChatId, now: datetime) -> bool:
        """An editor no more, from this commit on; approvals given count no more either. False: `by` is no owner, or
        ADMIN_IDS names that one."""

    async def ask(self, chat_id: ChatId, message_id: int, prompt: Prompt, now: datetime) -> None:
        """That message asks this; what was asked before is answered only by a reply to it."""

    async def asked(self, chat_id: ChatId, reply_to: int | None, now: datetime) -> Prompt | None:
        """What a message answers that replies to `reply_to`, or (for a while) to nothing."""

    async def asks_no_more(self, chat_id: ChatId) -> None:
        """It was answered, or the editor does something else: only a reply to the question answers it now."""


class Audit(Protocol):
    async def note(
        self, by: ChatId, act: Act, subject: str, now: datetime, *, detail: str = "", done: bool = True
    ) -> None:
        """For what changes nothing here, like an export."""

    async def page(self, *, before: int | None = None, limit: int = 10) -> list[Entry]:
        """The newest first, older than the entry with that number."""

    async def count(self) -> int: ...


class Curation(Protocol):
    """What editors decide about single articles."""

    async def linked(self, link_keys: Sequence[bytes]) -> ArticleId | None:
        """The newest article with the first of these links that is known."""

    async def category(self, labels: Sequence[str]) -> CategoryId | None:
        """That of the first of these wordings of feeds which is known, but for hidden ones."""

    async def bring(
        self,
        article: ParsedArticle,
        category: CategoryId | None,
        otherwise: str,
        by: ChatId,
        now: datetime,
        expires_at: datetime,
    ) -> ArticleId:
        """Take in what an editor found on a page, and announce it to the readers of that category; without one (any
        more) to those of the category called `otherwise`, which is founded if need be. One with the same link_key that
        is there already stays as it is, and is what is returned. A feed that has it later makes no second article:
        the article is that feed's from then on."""

    async def publish(self, article_id: ArticleId, by: ChatId, now: datetime, expires_at: datetime) -> bool:
        """Announce it to all who want it and have not got it. False: it has been announced, or is not known."""

    async def withhold(self, article_id: ArticleId, by: ChatId, now: datetime) -> bool:
        """To nobody any more: what waits is cancelled, delivered copies are recalled, lists are without it. False: it
        is withheld already, or not known."""

    async def pin(self, article_id: ArticleId, on: bool, by: ChatId, now: datetime) -> bool:
        """First in every digest that has it, instead of the one pinned before. False: not known, or withheld."""

    async def standing(self, article_id: ArticleId) -> tuple[bool, bool, bool]:
        """Whether it is announced, withheld, pinned."""


class FeedDesk(Protocol):
    """What editors decide about feeds; it stands in the audit log."""

    async def get(self, feed_id: FeedId) -> Feed | None: ...

    async def add(self, url: str, by: ChatId, now: datetime) -> Feed | None:
        """None: it is there already. What is in it at its first poll is not announced."""

    async def set_option(
        self, feed_id: FeedId, option: FeedOption, value: str | int | None, by: ChatId, now: datetime
    ) -> Feed | None: ...

    async def remove(self, feed_id: FeedId, by: ChatId, now: datetime) -> bool:
        """It is polled no more and FEED_URLS does not bring it back; its articles stay."""


class Sections(Protocol):
    """What editors decide about categories; it stands in the audit log. False: there is no such category."""

    async def all(self) -> list[Section]:
        """Hidden ones too."""

    async def rename(self, category: CategoryId, language: str, name: str, by: ChatId, now: datetime) -> bool: ...
    async def set_emoji(self, category: CategoryId, emoji: str, by: ChatId, now: datetime) -> bool:
        """Before its name wherever readers choose; "": none."""

    async def hide(self, category: CategoryId, hidden: bool, by: ChatId, now: datetime) -> bool: ...
    async def move(self, category: CategoryId, up: bool, by: ChatId, now: datetime) -> bool:
        """One place up or down; from then on all have their places."""

    async def merge(self, category: CategoryId, into: CategoryId, by: ChatId, now: datetime) -> bool:
        """Its articles, readers and labels go over to the other one; it is no more. Costs as much as it has of them."""


class Statistics(Protocol):
    async def numbers(self, now: datetime, zone: tzinfo) -> Numbers:
        """Days are those of that zone (of its present distance from UTC). Costs a look at every reader."""
