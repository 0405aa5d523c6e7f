"""An entry of any kind of feed, before it is judged beside the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.feeds.rawxml import Element
from bot.model.articles import Attachment, Photo


@dataclass(frozen=True, slots=True)
class Channel:
    """The feed itself."""

    title: str
    language: str
    base: str
    """The address from which relative ones count, or ""."""
    image: str = ""
    """The address of its logo."""


@dataclass(slots=True)
class Entry:
    """`html` is the longest text that it has, `raw` its XML when that could be read."""

    guid: str
    link: str
    title: str
    summary: str
    html: str
    author: str
    date: str
    labels: list[str]
    raw: Element | None
    base: str = ""
    """From where the relative addresses in its text count; "": from where those of the feed do."""
    extra_photos: list[Photo] = field(default_factory=list)
    extra_attachments: list[Attachment] = field(default_factory=list)
