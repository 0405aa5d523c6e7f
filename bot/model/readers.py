"""Who reads, and how they want it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.model.ids import CategoryId, ChatId
from bot.model.language import Language


class Mode(StrEnum):
    """How the articles of a section come."""

    NOW = "now"
    DIGEST = "digest"
    OFF = "off"


class Rhythm(StrEnum):
    """Of a reader's digest."""

    HOURLY = "hourly"
    TWICE = "twice"
    """At the reader's hour and twelve hours from it."""
    DAILY = "daily"
    WEEKLY = "weekly"
    """On Sundays."""


@dataclass(frozen=True, slots=True)
class Peace:
    """How a reader wants to be left in peace. Minutes are those of the day in the reader's zone (0 to 1439)."""

    zone: str | None = None
    """IANA name; None: the newsroom's."""
    quiet: tuple[int, int] | None = None
    """From and to; over midnight when the first is the larger one."""
    breaking_wakes: bool = True
    """Breaking news comes in quiet hours, too; otherwise after them."""
    digest: Rhythm = Rhythm.DAILY
    digest_at: int = 19 * 60
    daily_limit: int | None = None
    """Posts a day that come on their own; the others go into the digest. None: no limit."""
    silent: bool = False
    """Posts come without a sound, breaking news too."""
    languages: frozenset[str] = frozenset()
    """Of the news; empty: all."""
    city: str = ""
    """By which the reader chose the zone (bot.cities); "": none."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or words that a reader follows or mutes, as typed."""

    text: str
    follows: bool

    @property
    def mark(self) -> str:
        """Short enough for a button; the same for the same text in any case."""
        return hashlib.blake2b(self.text.casefold().encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class Noted(StrEnum):
    """What became of a phrase that a reader wants to follow or mute."""

    KEPT = "kept"
    WORDLESS = "wordless"
    """There is no word in it."""
    LONG = "long"
    FULL = "full"
    """The reader has as many as there may be."""


@dataclass(frozen=True, slots=True)
class Reader:
    chat_id: ChatId
    language: Language
    everything: bool
    """Every category, also those that appear later."""
    left: bool
    """The reader asked for no news."""
    unreachable: bool
    """Telegram said so (blocked, deleted), until the reader writes again."""
    everything_mode: Mode = Mode.NOW
    modes: Mapping[CategoryId, Mode] = field(default_factory=dict)
    """What was chosen section by section; an exception from everything when that is on."""
    peace: Peace = Peace()
    rich: bool = True
    """Whole articles come as rich messages; otherwise as plain ones, for apps that show them blank."""

    @property
    def categories(self) -> frozenset[CategoryId]:
        """Chosen one by one, at once or in the digest."""
        return frozenset(category for category, mode in self.modes.items() if mode is not Mode.OFF)

    @property
    def receiving(self) -> bool:
        return not (self.left or self.unreachable)

    def wants(self, category: CategoryId) -> bool:
        return self.mode(category) is not Mode.OFF

    def mode(self, category: CategoryId) -> Mode:
        return self.modes.get(category, self.everything_mode if self.everything else Mode.OFF)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A link's day: how many pressed START by way of it, and how many of them were new."""

    tag: str
    day: date
    starts: int
    fresh: int
