"""What somebody types to search → what is looked for in the index. Pure.

All words have to be there. A phrase in quotes stands unbroken. Nobody knows in which language a word was typed, so each
is looked for in every way in which texts are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.finding import Hits
from storage.spellings import spellings
from storage.stems import readings, split, stem

MOST_WORDS = 12
"""More make nothing clearer, only slower."""
SHORTEST_BEGINNING = 3
"""Letters of which the index keeps beginnings ready; shorter ones would stand for half of all words."""
SHORTEST_GUESS = 4
"""Letters of a beginning that was not typed so: a stem, or a name in the other alphabet."""

_QUOTED = re.compile('[«"“„]([^«»"“”„]*)[»"”“]')
EVERYWHERE = frozenset(
    (
        "а без бы в во вы да для до его ее если же за и из или их к как ко ли мы на не но о об он она они от по под "
        "при с со так то у что это эта этот я a an and are as at by for from in is it not of on or that the this to "
        "was were will with бұл бір және да де деп мен мына ол осы пен сол үшін"
    ).split()
)
"""Words that stand in nearly every text: they find nothing, so they are left out beside others, but not of a phrase."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word (a hyphenated one has several parts) or one phrase in quotes."""

    parts: tuple[str, ...]
    readings: tuple[tuple[str, ...], ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One of these phrases (most are of one stem), or a stem that begins so, has to stand in the text."""

    phrases: tuple[tuple[str, ...], ...]
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """All of these conditions."""

    conditions: tuple[Condition, ...] = ()
    respelled: bool = False
    """Also in the folded words of a text; as typed, Kazakh letters count."""

    @property
    def hits(self) -> Hits:
        """By what its hits are known."""
        stems = {one for condition in self.conditions for phrase in condition.phrases for one in phrase}
        beginnings = {one for condition in self.conditions for one in condition.beginnings}
        return Hits(frozenset(stems), tuple(sorted(beginnings)))


def terms(typed: str) -> list[Term]:
    """() when there is no word in it."""
    found = []
    rest = _QUOTED.sub(" ", typed)
    for phrase in _QUOTED.findall(typed):
        parts = tuple(part for word in split(phrase) for part in word)
        if parts:
            found.append(Term(parts, readings(phrase), quoted=True))
    words = [Term(parts, readings(" ".join(parts))) for parts in split(rest)]
    telling = [word for word in words if len(word.parts) > 1 or word.parts[0] not in EVERYWHERE]
    return (found + (telling or ([] if found else words)))[:MOST_WORDS]


def queries(typed: str, *, begun: bool = False) -> Iterator[Query]:
    """What to try, one after the other, until there is enough: the words as they are (unless they are just being typed:
    `begun`), the last one as a beginning, and at last in other spellings."""
    wanted = terms(typed)
    if not wanted:
        return
    if not begun:
        yield _query(wanted)
    yield _query(wanted, begun=True)
    yield _query(wanted, begun=True, respelled=True)


def _query(wanted: Sequence[Term], *, begun: bool = False, respelled: bool = False) -> Query:
    return Query(
        tuple(
            _condition(term, begun=begun and number == len(wanted) - 1, respelled=respelled)
            for number, term in enumerate(wanted)
        ),
        respelled,
    )


def _condition(term: Term, *, begun: bool, respelled: bool) -> Condition:
    phrases = {*term.readings}
    if term.quoted or len(term.parts) > 1:
        # A hyphenated word also stands in the index as one.
        joined = () if term.quoted else ((stem("".join(term.parts)),),)
        return Condition(tuple(sorted({*phrases, *joined})))
    (word,) = term.parts
    guessed: set[str] = set()
    if respelled:
        found = spellings(word)
        phrases |= {(one,) for one in found}
        guessed |= {one for one in found if one.isascii()}
    if begun:
        guessed |= {one for reading in term.readings for one in reading}
    beginnings = {one for one in guessed if len(one) >= SHORTEST_GUESS}
    if begun and len(word) >= SHORTEST_BEGINNING:
        beginnings.add(word)
    return Condition(tuple(sorted(phrases)), tuple(sorted(beginnings)))
