"""Blocks of an article's HTML → its body as the program keeps it, photos and players in place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.feeds.attachments import same
from bot.feeds.blocks import Block, Image, Player, Said
from bot.feeds.media import Media
from bot.feeds.photos import absolute, is_photo_address, openable, same_photo
from bot.feeds.runs import cut
from bot.model.body import Block as BodyBlock
from bot.model.body import Body, Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Rule, Run, words_of

TEXT_LIMIT = 200_000
"""Characters of text; a long read has 40,000."""
MOST_BLOCKS = 2_000


def make_body(blocks: Sequence[Block], headline: str, media: Media, base: str) -> Body:
    """A photo or player stands there by the address under which the article has it; a photo that the article does not
    have (a second size) does not stand there. The headline is not repeated."""
    folded = _folded(headline)
    body: list[BodyBlock] = []
    room = TEXT_LIMIT
    for block in _placed(blocks, media, base):
        text = words_of(block)
        if len(body) >= MOST_BLOCKS or room <= 0:
            break
        if not text or _folded(text) != folded:
            body += [block] if len(text) <= room else _beginning(block, room)
            room -= len(text)
    return tuple(_without_idle_rules(body))


def _placed(blocks: Iterable[Block], media: Media, base: str) -> Iterator[BodyBlock]:
    photos = {same_photo(photo.url): photo.url for photo in media.photos}
    attachments = {same(one.url): one.url for one in media.attachments}
    told = {said for photo in media.photos for said in (photo.caption, photo.credit)}
    for block in blocks:
        if isinstance(block, Image):
            url = openable(absolute(block.url, base))
            if url and is_photo_address(url) and (photo := photos.pop(same_photo(url), "")):
                yield PhotoPlace(photo)
            elif block.caption and block.caption not in told:
                yield Paragraph((Run(block.caption),))
        elif isinstance(block, Player):
            url = absolute(block.attachment.url, base)
            if known := attachments.get(same(url)):
                yield Embed(known, block.attachment.title)
        elif isinstance(block, Embed):
            if url := absolute(block.url, base):
                yield Embed(url, block.title)
        elif isinstance(block, Said):
            if block.text not in told:
                yield Paragraph((Run(block.text),))
        else:
            yield block


def _beginning(block: BodyBlock, room: int) -> list[BodyBlock]:
    """What of a block has room: a table ends with a whole row."""
    match block:
        case Code(text) if begun := text[:room].rstrip():
            return [replace(block, text=begun)]
        case Paragraph(runs) | Heading(runs) | Quote(runs) | Item(runs) if kept := cut(runs, room):
            return [replace(block, runs=kept)]
    return []


def _without_idle_rules(body: Sequence[BodyBlock]) -> Iterator[BodyBlock]:
    """Without lines at the ends and lines after lines."""
    waiting: Rule | None = None
    begun = False
    for block in body:
        if isinstance(block, Rule):
            waiting = block
            continue
        if waiting and begun:
            yield waiting
        waiting, begun = None, True
        yield block


def _folded(text: str) -> str:
    return text.casefold().strip(" .…")
