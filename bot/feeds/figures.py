"""Figures: what their captions say of the photos in them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode

from bot.feeds.blocks import Block, Image, Said
from bot.feeds.containers import Container, text
from bot.feeds.credits import credit_only, split_credit, without_credit
from bot.feeds.words import tidy
from bot.model.body import Quote, words


@dataclass(slots=True)
class FigureBox(Container):
    caption: str = ""
    credit: str = ""
    nested: bool = False
    """Whether figures stand in it, which have captions of their own."""
    written: list[Block] = field(default_factory=list)
    """The caption as text of the article, where it stood."""
    place: int = 0

    def close(self) -> Iterable[Block]:
        """All its photos carry its caption and credit. Of a quote it says whose it is; of anything else it is text."""
        if any(isinstance(block, Image) for block in self.blocks) and not self.nested:
            return [self._told(block) if isinstance(block, Image) else block for block in self.blocks]
        if len(self.blocks) == 1 and isinstance(quote := self.blocks[0], Quote) and not quote.credit and self.written:
            said = (block.text if isinstance(block, Said) else words(text(block)) for block in self.written)
            return [replace(quote, credit=" ".join(said).lstrip("—–- "))]
        return [*self.blocks[: self.place], *self.written, *self.blocks[self.place :]]

    def _told(self, image: Image) -> Image:
        own = self.credit or image.credit
        return replace(image, caption=without_credit(self.caption or image.caption, own), credit=own)


@dataclass(slots=True)
class CaptionBox(Container):
    figure: FigureBox = field(default_factory=FigureBox)

    def close(self) -> Iterable[Block]:
        self.figure.written += self.blocks
        self.figure.place = len(self.figure.blocks)
        return ()


def read_caption(figure: FigureBox, node: LexborNode) -> CaptionBox:
    """Opens a figcaption; the first of a figure counts."""
    if not figure.caption and not figure.credit:
        figure.caption, figure.credit = _words(node)
    return CaptionBox(figure=figure)


def _words(node: LexborNode) -> tuple[str, str]:
    said = tidy(node.text(separator=" ")).replace(" .", ".").replace(" ,", ",")
    marked = node.css_first(
        'cite, small, [class*="credit"], [class*="copyright"], [class*="source"], [class*="author"]'
    )
    raw_credit = tidy(marked.text()) if marked else ""
    if not raw_credit:
        return split_credit(tidy(node.text()))
    return tidy(said.replace(raw_credit, "", 1)).strip(" |/—–"), credit_only(raw_credit)
