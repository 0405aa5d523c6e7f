"""Which photos, videos and sound an entry has, each once, with caption and credit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.feeds.attachments import gather
from bot.feeds.blocks import Block, Image, Player, Said
from bot.feeds.declared import SMALLEST_THUMBNAIL, Declared
from bot.feeds.photos import absolute, is_photo_address, merge, openable
from bot.feeds.rawxml import Element
from bot.model.articles import Attachment, Photo

MOST_PHOTOS = 60
"""The largest real gallery has 51."""


@dataclass(slots=True)
class Media:
    photos: list[Photo] = field(default_factory=list)
    attachments: tuple[Attachment, ...] = ()


def find_media(
    element: Element | None,
    blocks: Sequence[Block],
    base: str,
    title: str,
    *,
    channel_image: str = "",
    attached: Sequence[Attachment] = (),
) -> Media:
    """What the feed declares (media:*, enclosures, publishers' own elements) first, then what stands in the text, in
    order. Thumbnails count only when there is nothing else."""
    declared = Declared(element) if element else Declared(Element("", {}))
    in_text = [
        Photo(block.url, block.caption, block.credit, block.width, block.height)
        for block in blocks
        if isinstance(block, Image)
    ]
    photos = _usable([*declared.photos, *in_text], base)
    if not photos:
        photos = _usable([one for one in declared.thumbnails if one.url != channel_image], base)
    else:
        # A larger form of a photo that is there already may stand among the thumbnails.
        known = merge(photos)
        with_thumbnails = merge([*photos, *_usable(declared.thumbnails, base)])
        photos = with_thumbnails if len(with_thumbnails) == len(known) else known
    photos = _with_general_credit(merge(photos), [*declared.credits, *_loose_credits(blocks)])
    players = [block.attachment for block in blocks if isinstance(block, Player)]
    return Media(
        [_without_repeated_title(photo, title) for photo in photos[:MOST_PHOTOS]],
        gather([*declared.attachments, *attached, *players], base),
    )


def _loose_credits(blocks: Sequence[Block]) -> list[str]:
    """Credits that stand in the text away from any image: of the photos that the feed declares elsewhere."""
    return [block.text for block in blocks if isinstance(block, Said) and block.credit]


def _usable(photos: Sequence[Photo], base: str) -> list[Photo]:
    found = []
    for photo in photos:
        url = openable(absolute(photo.url, base))
        if url and is_photo_address(url) and not (photo.width and photo.width < SMALLEST_THUMBNAIL):
            found.append(replace(photo, url=url))
    return found


def _with_general_credit(photos: list[Photo], credits: list[str]) -> list[Photo]:
    """One credit that stands beside the photos, not with one of them, is that of all which have none."""
    different = list(dict.fromkeys(filter(None, credits)))
    if len(different) != 1 or any(photo.credit for photo in photos[1:]):
        return photos
    return [replace(photo, credit=photo.credit or different[0]) for photo in photos]


def _without_repeated_title(photo: Photo, title: str) -> Photo:
    """A caption that only repeats the headline says nothing."""
    same = photo.caption.casefold().strip(" .…") == title.casefold().strip(" .…")
    return replace(photo, caption="") if same else photo
