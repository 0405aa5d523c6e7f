"""What an article's HTML is read into: the blocks of its body, but with photos and players as their markup has them,
and lines that speak of a photo still apart. Frozen and free of behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.articles import Attachment
from bot.model.body import Code, Embed, Heading, Item, Paragraph, Quote, Row, Rule


@dataclass(frozen=True, slots=True)
class Said:
    """A line that the site marks as speaking of a photo; not part of the text."""

    text: str
    credit: bool = False
    """Whether it names the photographer; otherwise it tells what is to be seen."""


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str = ""
    credit: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """A file that plays, or a page with a player; its addresses as the site gave them."""

    attachment: Attachment


Text = Paragraph | Heading | Quote | Item
"""Of one text each."""
Block = Text | Code | Row | Said | Image | Player | Embed | Rule
