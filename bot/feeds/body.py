"""Blocks of an article's HTML → its body as the program keeps it: text by kind, photos and videos in place. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.feeds.blocks import Block, Image, Paragraph
from bot.feeds.photos import absolute, is_photo_address, openable, same_photo
from bot.model import BlockKind, BodyBlock, Photo

TEXT_LIMIT = 200_000
"""Characters of text; a long read has 40,000."""
MOST_BLOCKS = 2_000


def make_body(blocks: Sequence[Block], headline: str, photos: Sequence[Photo], base: str) -> tuple[BodyBlock, ...]:
    """A photo stands there by the address under which the article has it; one that the article does not have (an
    icon, a second size) does not stand there. The headline is not repeated."""
    known = {same_photo(photo.url): photo.url for photo in photos}
    folded = _folded(headline)
    body: list[BodyBlock] = []
    room = TEXT_LIMIT
    for block in blocks:
        if len(body) >= MOST_BLOCKS or room <= 0:
            break
        if isinstance(block, Paragraph):
            if not block.role and _folded(block.text) != folded:
                body.append(BodyBlock(block.kind, text=block.text[:room]))
                room -= len(block.text)
        elif isinstance(block, Image):
            url = openable(absolute(block.url, base))
            if url and is_photo_address(url) and (photo := known.pop(same_photo(url), "")):
                body.append(BodyBlock(BlockKind.PHOTO, url=photo))
        elif url := absolute(block.url, base):
            body.append(BodyBlock(BlockKind.VIDEO, url=url))
    return tuple(body)


def _folded(text: str) -> str:
    return text.casefold().strip(" .…")
