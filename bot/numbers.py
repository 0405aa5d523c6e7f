"""The nouns of the newsroom's statistics. Like bot.model it imports nothing else of ours but that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.model import Language


@dataclass(frozen=True, slots=True)
class Day:
    """By the newsroom's clocks. Who left and came back counts as here all the time since he first came."""

    date: date
    readers: int
    """At its end, or now."""
    joined: int
    left: int
    """Turned news off, or blocked the bot."""


@dataclass(frozen=True, slots=True)
class Top:
    title: str
    link: str
    saves: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Period:
    """Up to now."""

    articles: int
    """New ones."""
    delivered: int
    """Copies of these that arrived, in posts of their own or as lines of a bundle."""
    saves: int
    top: tuple[Top, ...]
    """The most saved, then the most delivered."""
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
