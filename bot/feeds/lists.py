"""Lists and their items. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from bot.feeds.blocks import Block
from bot.feeds.containers import Container, gathered
from bot.feeds.looks import Attributes
from bot.feeds.runs import join
from bot.model.body import Item, Paragraph

DEEPEST_LIST = 5
NUMBER = re.compile(r"\s*([+-]?[0-9]{1,6})\s*")


@dataclass(slots=True)
class Numbering:
    """Of an open list."""

    next: int | None
    """None: bullets."""
    step: int = 1

    def take(self, attributes: Attributes) -> int | None:
        """The number of the list's next item."""
        if self.next is None:
            return None
        number = _number(attributes.get("value"), self.next)
        self.next = number + self.step
        return number


@dataclass(slots=True)
class ItemBox(Container):
    depth: int = 0
    number: int | None = None

    def close(self) -> Iterable[Block]:
        """Its first paragraphs are the item; what follows a list or photo in it stands by itself."""
        listed = False
        for part in gathered(self.blocks):
            if not isinstance(part, list):
                yield part
            elif listed:
                yield from map(Paragraph, part)
            else:
                listed = True
                yield Item(join(part, "\n\n"), min(self.depth, DEEPEST_LIST), self.number)


def begin_list(node: LexborNode, attributes: Attributes) -> Numbering:
    if node.tag == "ul":
        return Numbering(None)
    if "reversed" not in attributes:
        return Numbering(_number(attributes.get("start"), 1))
    items = sum(child.tag == "li" for child in node.iter())
    return Numbering(_number(attributes.get("start"), items), -1)


def _number(value: str | None, otherwise: int) -> int:
    found = NUMBER.fullmatch(value or "")
    return int(found.group(1)) if found else otherwise
