"""Article HTML → blocks in order: text with its formatting, photos, players. Pure, iterative, guarded.

Captions and credits end up with their images, not among the paragraphs: whether the site marks them (figcaption, cite,
classes, data attributes) or writes them as lines after the photo («Фото: Акимат»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from bot.feeds.blocks import Block, Text
from bot.feeds.captions import attach
from bot.feeds.guard import guard
from bot.feeds.runs import PLAIN, fold
from bot.feeds.walk import Walk
from bot.feeds.words import SPACE, TAG
from bot.model.body import Code, Paragraph, Row, words, words_of

EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
ESCAPED_AGAIN = re.compile(r"<(?:p|div|figure|img|a|span|iframe)\b[^>]*>.*>$", re.DOTALL | re.IGNORECASE)


def read_blocks(html: str, base: str = "") -> list[Block]:
    """What there is to read and see, in order. Links count from `base`."""
    if "<" not in html and "&lt;" in html and TAG.search(unescaped := unescape(html)):
        html = unescaped
    if "<" not in html:
        return attach([block for part in EMPTY_LINE.split(unescape(html)) for block in _plain(part)])
    blocks: list[Block] = []
    for block in _walk(html, base):
        if isinstance(block, Paragraph) and (text := words(block.runs))[0] == "<" and ESCAPED_AGAIN.match(text):
            blocks += _walk(text, base)
        else:
            blocks.append(block)
    return attach(blocks)


def paragraphs(blocks: Iterable[Block]) -> list[str]:
    """What is to be read."""
    read: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            read += words(block.runs).split("\n\n")
        elif isinstance(block, Code | Row):
            read.append(words_of(block))
    return read


def _walk(html: str, base: str) -> list[Block]:
    root = LexborHTMLParser(guard(html)).body
    return Walk(base).blocks(root) if root else []


def _plain(text: str) -> Iterable[Paragraph]:
    """A paragraph of plain text with its lines."""
    lines = "\n".join(SPACE.sub(" ", line) for line in text.split("\n"))
    if runs := fold([(lines, PLAIN, "")]):
        yield Paragraph(runs)
