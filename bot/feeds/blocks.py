"""What an article's HTML is read into. Frozen and free of behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import BlockKind


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    """Lines are separated by \\n where the site breaks them."""
    kind: BlockKind = BlockKind.TEXT
    role: str = ""
    """"caption" or "credit" when it speaks of a photo and is not part of the text."""


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str = ""
    credit: str = ""
    width: int | None = None
    height: int | None = None
    decoration: bool = False
    """An icon, smiley, avatar, pixel or share button, as its markup shows."""


@dataclass(frozen=True, slots=True)
class Video:
    url: str


Block = Paragraph | Image | Video
