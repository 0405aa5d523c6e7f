"""What storage promises about readers: their choices, words, chats and data, and what they keep and look for.

A part of the contract in storage/base.py, which tells the rules that hold for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Protocol

from bot.model.articles import ArticlePage, Bookmark, Category
from bot.model.chats import SharedChat, Topic
from bot.model.finding import Found, Search, SearchId
from bot.model.ids import ArticleId, CategoryId, ChatId
from bot.model.language import Language
from bot.model.readers import Campaign, Mode, Noted, Peace, Phrase, Reader


class Readers(Protocol):
    async def arrive(self, chat_id: ChatId, language: Language, now: datetime) -> tuple[Reader, bool]:
        """The reader writes to us: made if new (True), reachable again if not; a known one's choices, language and
        leaving stay as they are."""

    async def get(self, chat_id: ChatId) -> Reader | None: ...

    async def set_language(self, chat_id: ChatId, language: Language) -> Reader: ...

    async def set_rich(self, chat_id: ChatId, rich: bool) -> Reader: ...

    async def set_category(self, chat_id: ChatId, category: CategoryId, mode: Mode, now: datetime) -> Reader:
        """Choose one category, its articles at once or in the digest, from now on; or drop it, which is an exception
        while `everything` is on. Choosing one ends having left. Twice the same is the same as once."""

    async def set_everything(self, chat_id: ChatId, mode: Mode, now: datetime) -> Reader:
        """All categories, present and future, from now on; or none at all. Choosing ends having left."""

    async def set_peace(self, chat_id: ChatId, peace: Peace, now: datetime, zone: tzinfo) -> Reader:
        """All of it replaced. What waits for a digest or for the end of quiet hours follows at once. `zone`: the
        newsroom's, for readers without one."""

    async def change_peace(
        self, chat_id: ChatId, change: Callable[[Peace], Peace], now: datetime, zone: tzinfo
    ) -> Reader:
        """As `set_peace`, from what it is at that moment: of two changes at once neither undoes the other."""

    async def set_left(self, chat_id: ChatId, left: bool, now: datetime) -> Reader:
        """Leaving cancels all that waits for the chat, breaking news too; the choices are kept for coming back."""

    async def set_unreachable(self, chat_id: ChatId, unreachable: bool, now: datetime) -> None:
        """The chat blocked the bot (what waits for it is cancelled) or let it in again. Unknown chats are ignored."""

    async def count_receiving(self) -> int:
        """Readers whom breaking news would reach now."""


class Wordlists(Protocol):
    """Words and phrases that readers follow or mute."""

    async def phrases(self, chat_id: ChatId) -> list[Phrase]:
        """In the order in which they were added."""

    async def add(self, chat_id: ChatId, phrase: Phrase, now: datetime) -> Noted:
        """From now on; in the place of one that is compared in the same way."""

    async def remove(self, chat_id: ChatId, mark: str) -> Phrase | None:
        """None: there is none with this mark (any more)."""


class Chats(Protocol):
    """Groups and channels. What each gets is in Readers, under the same id."""

    async def arrive(self, chat: SharedChat, language: Language, now: datetime) -> bool:
        """The bot is in it, under this title. True: it was not before; all that had been chosen for it is there."""

    async def get(self, chat_id: ChatId) -> SharedChat | None: ...

    async def added_by(self, person: ChatId) -> list[SharedChat]:
        """Those to which this person added the bot and where it still is, by title."""

    async def retitle(self, chat_id: ChatId, title: str) -> None: ...

    async def move(self, old: ChatId, new: ChatId) -> None:
        """The group has this id from now on, with all that was chosen for it and all that waits; twice is once."""

    async def topics(self, chat_id: ChatId) -> list[Topic]:
        """Of a forum, those that are known."""

    async def name_topic(self, chat_id: ChatId, thread_id: int, name: str) -> None:
        """There is such a topic, under this name. Ignored for a chat that is not known."""

    async def set_topic(self, chat_id: ChatId, category: CategoryId, thread_id: int | None) -> None:
        """Into which topic the section's posts go; None: into the chat itself. Ignored for an unknown topic."""


class Personal(Protocol):
    """All that is kept about one person."""

    async def export(self, chat_id: ChatId, now: datetime) -> Mapping[str, Any]:
        """As JSON may hold it; {} when nothing is kept."""

    async def forget(self, chat_id: ChatId, now: datetime) -> None:
        """All of it, at once; what waits for the person with it. Only counts without names stay, and the newsroom's own
        records of an editor: the role, what he wrote and approved, the log of what he did."""

    async def recorded(self, chat_id: ChatId) -> bool:
        """Whether the newsroom has records of him as an editor."""


class Campaigns(Protocol):
    """By way of which links people come."""

    async def count(self, tag: str, fresh: bool, now: datetime) -> None:
        """One more START; `fresh`: of somebody who was no reader before. Of one day at most 200 tags are counted."""

    async def since(self, moment: datetime) -> list[Campaign]:
        """The newest days first, of each the most used links first."""


class Bookmarks(Protocol):
    """What readers saved. It outlives retention, edits and the article's removal from the site; what editors recalled
    is not shown any more."""

    async def set(self, chat_id: ChatId, article_id: ArticleId, on: bool, now: datetime) -> bool:
        """Save or unsave; twice the same is the same as once. False: there is no such article (nothing changed)."""

    async def remove(self, chat_id: ChatId, article_id: ArticleId, now: datetime) -> None:
        """Unsave so that it can be restored until it is pruned; twice is the same as once."""

    async def restore(self, chat_id: ChatId, article_id: ArticleId) -> bool:
        """Save again what was removed, in its old place; twice is the same as once. False: too late."""

    async def page(
        self, chat_id: ChatId, *, category: CategoryId | None = None, offset: int = 0, limit: int = 5
    ) -> ArticlePage:
        """The reader's saved articles, last saved first; `saved` holds all of them."""

    async def find(
        self, chat_id: ChatId, words: str, *, category: CategoryId | None = None, offset: int = 0, limit: int = 5
    ) -> Found:
        """Those with these words (see Finding.find), last saved first."""

    async def has(self, chat_id: ChatId, article_id: ArticleId) -> bool:
        """Whether the reader has saved it."""

    async def categories(self, chat_id: ChatId) -> list[Category]:
        """Of the reader's saved articles, those with the most of them first; `recent` is how many."""

    async def all(self, chat_id: ChatId, *, limit: int) -> list[Bookmark]:
        """At most so many, last saved first."""

    async def prune(self, before: datetime) -> int:
        """Forget what was removed before that moment; returns how many."""


class Finding(Protocol):
    """Articles by their words, in the index of all that are kept, and what readers searched for last."""

    async def index(self) -> bool:
        """Bring some more articles into the index, the newest first: those that were there before it, or that came many
        at once; all others are there when they are published, changed and pruned. True: there are more."""

    async def find(
        self,
        words: str,
        now: datetime,
        *,
        chat_id: ChatId | None = None,
        category: CategoryId | None = None,
        offset: int = 0,
        limit: int = 5,
        begun: bool = False,
    ) -> Found:
        """Articles with all these words, whatever their endings, and all "phrases in quotes", best and newest first.
        When there are few, those follow in which the last word is only a beginning (at once, when it is just being
        typed: `begun`), then those with other spellings (see storage.spellings). Recalled ones never."""

    async def remember(
        self, chat_id: ChatId, words: str, now: datetime, *, category: CategoryId | None = None
    ) -> SearchId:
        """Of one reader the last 20 are kept. The same words have the same id."""

    async def recall(self, search_id: SearchId, chat_id: ChatId) -> Search | None:
        """None: it has expired, or is another reader's."""

    async def prune(self, before: datetime) -> int:
        """Forget searches not repeated since that moment; returns how many."""
