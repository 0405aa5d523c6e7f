"""The nouns of searching: what was asked and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from bot.model.articles import ArticlePage
from bot.model.ids import CategoryId

SearchId = NewType("SearchId", int)


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader searched for; its buttons name it by its number."""

    id: SearchId
    words: str
    category: CategoryId | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """By what a word of a found article is known as a hit."""

    stems: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    """Of stems: of the last word that was typed, when it may not be complete."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, best and newest first. `page.total` stops at the 2,000 newest."""

    page: ArticlePage
    hits: Hits
    respelled: bool = False
    """As it was typed it stands nowhere: found in another alphabet or without the letters that only Kazakh has."""
