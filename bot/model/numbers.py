"""The nouns of the newsroom's statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.model.language import Language


@dataclass(frozen=True, slots=True)
class Day:
    """By the newsroom's clocks. Who left and came back counts as here all the time since he first came."""

    date: date
    readers: int
    """At its end, or now."""
    joined: int
    left: int
    """Turned news off, or blocked the bot."""
    opened: int = 0
    """Whole articles read in Telegram (📖). Counted by UTC's days."""


@dataclass(frozen=True, slots=True)
class Top:
    title: str
    link: str
    opened: int
    saves: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Period:
    """Up to now."""

    articles: int
    """New ones."""
    delivered: int
    """Copies of these that arrived, in posts of their own or as lines of a bundle."""
    opened: int
    """Times that these were read whole in Telegram (📖)."""
    saves: int
    """Of any articles."""
    top: tuple[Top, ...]
    """Of these the most opened, then the most saved, then the most delivered."""
    half: timedelta | None
    """After how long half of the copies had arrived; then 99 %. None: none has."""
    most: timedelta | None


@dataclass(frozen=True, slots=True)
class Numbers:
    days: tuple[Day, ...]
    """The last 30, oldest first."""
    languages: Mapping[Language, int]
    """Of readers who receive."""
    everything: int
    """Of these, who want all news."""
    sections: tuple[tuple[Mapping[str, str], int], ...]
    """The categories that most readers chose one by one: names by language, readers."""
    day: Period
    week: Period
    campaigns: tuple[tuple[str, int, int], ...] = ()
    """Of the last 30 days, those by whose links most pressed START: tag, presses, people new to the bot among them."""
    starts: int = 0
    """By all campaigns' links in that time."""
    fresh: int = 0
