"""Groups and channels, and the topics of forums."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model.ids import CategoryId, ChatId


class ChatKind(StrEnum):
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class SharedChat:
    """A group or channel to which the bot was added; what it gets is chosen as a reader's is."""

    id: ChatId
    kind: ChatKind
    title: str
    forum: bool = False
    added_by: ChatId | None = None
    """The person who added the bot; None: not known."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Of a forum, and the sections that go into it."""

    thread_id: int
    name: str
    categories: frozenset[CategoryId] = frozenset()
