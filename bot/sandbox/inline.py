"""Inline mode: queries that people type after the bot's name, their answers, and what was chosen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.answers import Json

ANSWER_SECONDS = 30.0
"""In which a query can be answered."""
QUERY_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Answer:
    results: list[Json]
    """Each with the `message` that choosing it sends."""
    next_offset: str
    cache_time: int
    is_personal: bool
    button: Json | None


@dataclass(slots=True)
class InlineQuery:
    id: str
    person: int
    text: str
    offset: str
    chat: int
    """Where it is typed."""
    chat_type: str
    asked_at: float
    answer: Answer | None = None


@dataclass(slots=True)
class Inline:
    clock: Callable[[], float]
    queries: dict[str, InlineQuery] = field(default_factory=dict)
    _cache: dict[tuple[str, str, int], tuple[float, Answer]] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(2 * 10**17))

    def ask(self, person: int, text: str, offset: str, chat: int, chat_type: str) -> tuple[InlineQuery, bool]:
        """The query, and whether the bot has to be asked: Telegram answers from its memory while it can."""
        query = InlineQuery(str(next(self._ids)), person, text[:QUERY_LIMIT], offset, chat, chat_type, self.clock())
        self.queries[query.id] = query
        for whose in (person, 0):
            until, known = self._cache.get((query.text, offset, whose), (0.0, None))
            if known and until > self.clock():
                query.answer = known
                return query, False
        return query, True

    def too_old(self, query: InlineQuery) -> bool:
        return query.answer is not None or self.clock() - query.asked_at > ANSWER_SECONDS

    def answer(self, query: InlineQuery, answer: Answer) -> None:
        query.answer = answer
        if answer.cache_time > 0:
            whose = query.person if answer.is_personal else 0
            self._cache[query.text, query.offset, whose] = (self.clock() + answer.cache_time, answer)
