"""What follows ?start= in a link to the bot. Pure.

c_12            subscribes to the section 12
a_345           opens the article 345
g_-1001234      picks sections for that group or channel, for its administrators
c_12-instagram  the same, and counts the campaign `instagram`; likewise after a_
instagram       only counts the campaign
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.model.ids import ArticleId, CategoryId, ChatId

PAYLOAD = re.compile(r"(?P<kind>[acg])_(?P<id>-?[0-9]{1,18})(?:-(?P<tag>[A-Za-z0-9_-]{1,64}))?")
TAG = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Kind(StrEnum):
    ARTICLE = "a"
    CATEGORY = "c"
    GROUP = "g"


@dataclass(frozen=True, slots=True)
class DeepLink:
    """At most one of the three is set."""

    category: CategoryId | None = None
    article: ArticleId | None = None
    group: ChatId | None = None
    campaign: str = ""


def read_link(payload: str) -> DeepLink:
    """Whatever makes no sense asks for nothing."""
    found = PAYLOAD.fullmatch(payload)
    if found is None:
        return DeepLink(campaign=payload if TAG.fullmatch(payload) else "")
    number, tag = int(found["id"]), found["tag"] or ""
    match _Kind(found["kind"]):
        case _Kind.ARTICLE:
            return DeepLink(article=ArticleId(number), campaign=tag)
        case _Kind.CATEGORY:
            return DeepLink(category=CategoryId(number), campaign=tag)
        case _Kind.GROUP:
            return DeepLink(group=ChatId(number), campaign=tag)


def link_to(username: str, *, article: int | None = None, group: int | None = None) -> str:
    """An address that opens the bot there."""
    payload = f"a_{article}" if article is not None else f"g_{group}"
    return f"https://t.me/{username}?start={payload}"
