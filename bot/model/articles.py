"""Articles, what a feed says of them, and what is known of their photos, videos and recordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.model.body import Body
from bot.model.ids import ArticleId, CategoryId


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
class MediaResult:
    """What was learned about an article's photo, video or audio: its file id; or that the one known is none any more
    (None); or that Telegram can't use it at all."""

    article_id: ArticleId
    url: str
    file_id: str | None
    refused: bool = False


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
