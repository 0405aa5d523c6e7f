"""An entry of any kind of feed, before it is judged beside the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.feeds.rawxml import Element
from bot.model import Photo


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
    extra_photos: list[Photo] = field(default_factory=list)
