"""An article's body as a small tree: blocks, and runs of text in one style.

The HTML of feeds and pages is cleaned into it (bot/feeds), and classic HTML, rich blocks and plain text are made of it
(bot/delivery). Frozen and comparable; imports nothing of ours. Texts hold no markup; whoever makes HTML escapes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """The value is the HTML tag that has it, and what is stored."""

    BOLD = "b"
    ITALIC = "i"
    UNDERLINE = "u"
    STRIKE = "s"
    CODE = "code"
    SUB = "sub"
    SUP = "sup"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; lines are separated by \\n where the site breaks them. Never empty."""

    text: str
    styles: frozenset[Style] = frozenset()
    url: str = ""
    """http(s), mailto or tel address that it links to; "" for none."""


Runs = tuple[Run, ...]
"""Neighbours differ in style or address."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    runs: Runs
    level: int = 2
    """1 to 6, as the site has it."""


@dataclass(frozen=True, slots=True)
class Quote:
    runs: Runs
    credit: str = ""
    """Who said it, where the site marks it."""


@dataclass(frozen=True, slots=True)
class Item:
    """Of a list. Neighbouring items are one list."""

    runs: Runs
    depth: int = 0
    """Of the list within other lists: 0 to 5."""
    number: int | None = None
    """In an ordered list; None: a bullet."""


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Of a table. Neighbouring rows are one table; they may have different numbers of cells."""

    cells: tuple[Runs, ...]
    """A cell may be empty: ()."""
    header: bool = False


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """Here stands the photo of the article with this address."""

    url: str


@dataclass(frozen=True, slots=True)
class Embed:
    """Here stands a player or another page: a link for those who can't see it in place."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""


Block = Paragraph | Heading | Quote | Item | Code | Row | PhotoPlace | Embed | Rule
Body = tuple[Block, ...]


def words(runs: Iterable[Run]) -> str:
    """Their text alone."""
    return "".join(run.text for run in runs)


def words_of(block: Block) -> str:
    """What there is to read in it; cells are separated by " | "."""
    match block:
        case Paragraph(runs) | Heading(runs) | Quote(runs) | Item(runs):
            return words(runs)
        case Code(text):
            return text
        case Row(cells):
            return " | ".join(words(cell) for cell in cells)
    return ""


def text_of(body: Iterable[Block]) -> str:
    """All there is to read, blocks separated by an empty line."""
    return "\n\n".join(text for block in body if (text := words_of(block)))
