"""Elements that make one thing of the blocks inside of them. Pure.

While such an element is open, what stands in it is gathered in `blocks`; `close` tells what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.feeds.blocks import Block
from bot.feeds.runs import styled, unstyled
from bot.model.body import Heading, Item, Paragraph, Quote, Runs, Style


@dataclass(slots=True)
class Container:
    """By itself it makes nothing of them."""

    blocks: list[Block] = field(default_factory=list)

    def close(self) -> Iterable[Block]:
        return self.blocks


@dataclass(slots=True)
class HeadingBox(Container):
    level: int = 2

    def close(self) -> Iterable[Block]:
        """A heading is bold by itself."""
        for block in self.blocks:
            yield Heading(unstyled(block.runs, Style.BOLD), self.level) if isinstance(block, Paragraph) else block


@dataclass(slots=True)
class BoldBox(Container):
    """A summary, or a term that is explained."""

    def close(self) -> Iterable[Block]:
        for block in self.blocks:
            yield Paragraph(styled(block.runs, Style.BOLD)) if isinstance(block, Paragraph) else block


def gathered(blocks: Sequence[Block]) -> Iterator[list[Runs] | Block]:
    """Neighbouring paragraphs together, the headings among them bold; other blocks as they are."""
    for readable, group in groupby(blocks, key=lambda block: isinstance(block, Paragraph | Heading)):
        if readable:
            yield [text(block) for block in group]
        else:
            yield from group


def text(block: Block) -> Runs:
    """Of a block that can be told in a cell or item; () of any other."""
    if isinstance(block, Heading):
        return styled(block.runs, Style.BOLD)
    return block.runs if isinstance(block, Paragraph | Quote | Item) else ()
