"""One <img> of an article. Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from bot.feeds.blocks import Image
from bot.feeds.credits import LONGEST_CAPTION, credit_only, credited, without_credit
from bot.feeds.words import plain, tidy

LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-orig-file",
    "data-large-file",
    "data-full-url",
    "src",
)
SMALLEST_IN_TEXT = 40
"""Pixels of a side below which a picture in the text is an icon."""
DECORATION = re.compile(
    r"\b(?:emoji|smiley|smilies|avatar|gravatar|userpic|icon|tracking|pixel|counter)\b", re.IGNORECASE
)
PICTOGRAM = re.compile(r"emoji|smil(?:ey|ies)", re.IGNORECASE)
LONGEST_PICTOGRAM = 12
HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden|(?<![-\w])(?:width|height):\s*[0-2]px", re.IGNORECASE)
SHARE = re.compile(
    r"/sharer?[./?]|/share\?|twitter\.com/(?:intent|home|share)|vk\.com/share|feedburner\.com/~f|feeds\.wordpress\.com"
    r"|addtoany|reddit\.com/submit|mailto:|whatsapp://|/feed-?flare",
    re.IGNORECASE,
)


def read_image(node: LexborNode) -> Image | None:
    """The largest form that the markup offers; None when it offers none or shows that this is an icon, smiley, avatar,
    pixel or share button."""
    attributes = node.attributes
    url = _address(node)
    width, height = pixels(attributes.get("width")), pixels(attributes.get("height"))
    if not url or _is_decoration(node, width, height):
        return None
    alt = tidy(attributes.get("alt") or "")
    credit = credit_only(attributes.get("data-credit") or attributes.get("data-portal-copyright") or "")
    caption = plain(attributes.get("data-caption") or attributes.get("data-image-caption") or "")[:LONGEST_CAPTION]
    credit = credit or credited(alt) or credited(tidy(attributes.get("title") or ""))
    return Image(
        url=url,
        caption=without_credit(caption, credit),
        credit=credit,
        width=width,
        height=height,
    )


def pictogram(node: LexborNode) -> str:
    """The character that an image stands for (sites draw emoji and smileys), or ""."""
    attributes = node.attributes
    alt = attributes.get("alt") or ""
    drawn = PICTOGRAM.search(attributes.get("class") or "") and len(alt) <= LONGEST_PICTOGRAM
    return alt if drawn and not alt.isascii() else ""


def pixels(value: str | None) -> int | None:
    """A size attribute; percentages are none."""
    found = re.match(r"\s*(\d{1,5})(?!\d|\s*%)", value or "")
    return int(found.group(1)) if found else None


def _address(node: LexborNode) -> str:
    attributes = node.attributes
    sets = [attributes.get(name) or "" for name in ("srcset", "data-srcset", "data-lazy-srcset")]
    parent = node.parent
    if parent is not None and parent.tag == "picture":
        sets += [source.attributes.get("srcset") or "" for source in parent.css("source")]
    best = max((_largest(one) for one in sets), default=(0.0, ""))[1]
    single = next((value for name in LAZY if (value := attributes.get(name)) and not value.startswith("data:")), "")
    return tidy(best or single)


def _largest(srcset: str) -> tuple[float, str]:
    """(width or density, address) of the largest in a srcset."""
    best = (0.0, "")
    for part in re.split(r",\s+|,(?=https?:|//)", srcset):
        url, _, size = part.strip().partition(" ")
        found = re.search(r"\d+(?:\.\d+)?", size)
        if url and not url.startswith("data:"):
            best = max(best, (float(found.group()) if found else 1.0, url.rstrip(",")), key=lambda one: one[0])
    return best


def _is_decoration(node: LexborNode, width: int | None, height: int | None) -> bool:
    if any(side is not None and side < SMALLEST_IN_TEXT for side in (width, height)):
        return True
    attributes = node.attributes
    if DECORATION.search(f"{attributes.get('class') or ''}") or HIDDEN.search(attributes.get("style") or ""):
        return True
    parent = node.parent
    return bool(parent is not None and parent.tag == "a" and SHARE.search(parent.attributes.get("href") or ""))
