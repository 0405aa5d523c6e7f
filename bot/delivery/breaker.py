"""Whether Telegram, or the way to it, is in order: a circuit breaker over the outcomes of all calls.

Each failure of an outage may cost a reader his post (its outcome is unknown), and each call during flood control makes
the ban longer. So after trouble that concerns everybody all calls pause, and then go one at a time until one succeeds.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from bot.delivery.outcome import FloodWait, Missing, NotSent, Outcome, Unknown

FAILURES = 3
"""So many calls in a row without an answer are an outage; a single one is not."""
LONGEST_OUTAGE_PAUSE = 30.0
FLOOD_MEMORY = 10.0
"""A second chat that meets flood control within so many seconds shows that it concerns all of them."""
FIRST_FLOOD_PAUSE = 1.0
WATCHED, MOST_MISSING = 40, 30
"""When so many of the last calls found no such chat, it is the token that is wrong, not the readers."""
DOUBT_PAUSE, LONGEST_DOUBT_PAUSE = 60.0, 1800.0


class Breaker:
    """`begin` each call, `end` it with what `begin` gave; `end` says for how long everything is to pause."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._trouble = 0
        """Counts troubles: a success that began before the last one proves nothing."""
        self._failures = 0
        self._last_flood: tuple[int, float] | None = None
        self._missing: deque[bool] = deque(maxlen=WATCHED)
        self._doubt_pause = DOUBT_PAUSE
        self.on_trial = False
        """Only one call at a time."""
        self.doubtful = False
        """So many chats are missing that they are not to be believed missing."""
        self.flooded = False
        """The last flood wait concerned everybody."""

    def begin(self) -> int:
        return self._trouble

    def end(self, begun: int, chat_id: int, outcome: Outcome) -> float:
        """Seconds for which no call may begin; 0 when all is well."""
        match outcome:
            case FloodWait(seconds):
                return self._flooded(chat_id, seconds)
            case NotSent() | Unknown():
                return self._failed(begun)
            case Missing():
                return self._not_found()
        if begun == self._trouble:
            self.on_trial = self.doubtful = False
            self._doubt_pause = DOUBT_PAUSE
            self._failures = 0
        self._missing.append(False)
        return 0.0

    def _flooded(self, chat_id: int, seconds: float) -> float:
        """Telegram doesn't say whether a wait concerns one chat or all: all pause for a moment and go on one at a
        time; when another chat meets it as well, all wait in full."""
        now = self._monotonic()
        last, self._last_flood = self._last_flood, (chat_id, now)
        self._tell_trouble()
        self.flooded = last is not None and last[0] != chat_id and now - last[1] < FLOOD_MEMORY + seconds
        return seconds if self.flooded else min(seconds, FIRST_FLOOD_PAUSE)

    def _failed(self, begun: int) -> float:
        if begun != self._trouble:
            # It was under way when the trouble came, and is a part of it.
            return 0.0
        self._failures += 1
        if self._failures < FAILURES:
            return 0.0
        self._tell_trouble()
        return float(min(LONGEST_OUTAGE_PAUSE, 2 ** min(10, self._failures - FAILURES)))

    def _not_found(self) -> float:
        self._missing.append(True)
        if not self.doubtful and sum(self._missing) < MOST_MISSING:
            return 0.0
        self.doubtful = True
        self._tell_trouble()
        self._missing.clear()
        pause, self._doubt_pause = self._doubt_pause, min(LONGEST_DOUBT_PAUSE, 2 * self._doubt_pause)
        return pause

    def _tell_trouble(self) -> None:
        self.on_trial = True
        self._trouble += 1
