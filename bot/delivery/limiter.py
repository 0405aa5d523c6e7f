"""The pace: how fast messages may leave, overall, to one chat, and to one group or channel.

Telegram publishes no exact limits: about 30 a second overall, one a second to a chat and 20 a minute to a group, judged
by windows that are not known. Pacing at exactly 30 halves the rate on a server that counts in sliding seconds, because
one message too many is answered with a wait; so messages leave evenly at a little below it (29.2 of 30, 985 of 1,000),
and never more than the limit in a little over a second, also when late ones are caught up with: that met no refusal on
token buckets, sliding and fixed windows alike (tests/bench/pace.py). When Telegram refuses all the same, the pace falls
at once and rises again slowly.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

JITTER = 0.015
"""Seconds by which messages may come closer together on the way than they left."""
CATCH_UP = 0.002
"""Seconds by which a late message may be followed early: timers wake late by a millisecond, which at 1,000/s is one
message in two."""
CHAT_INTERVAL = 1.0
"""Seconds between two posts to one chat."""
GROUP_INTERVAL = 3.1
"""Seconds between two posts to one group or channel: 20 a minute, and a little."""
SLOWER, SLOWEST = 0.9, 0.1
FASTER, FASTER_EVERY = 1.05, 20.0
"""After a refusal the pace is a tenth lower, and by so much higher again after every so many seconds without one."""
ONCE_A = 2.0
"""Refusals within so many seconds are one: the calls that were under way meet it together."""


class Limiter:
    """Permits. `delay` says how long a chat has to wait, `take` uses a permit up, `flood` obeys Telegram."""

    def __init__(self, per_second: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._per_second = per_second
        # A second, and room for jitter: of 30 a second that would be one message too many now and then.
        self._window = 1 + max(JITTER, min(0.03, 0.8 / per_second))
        self._share = 1.0
        self._changed_at = monotonic()
        self._left: deque[float] = deque(maxlen=max(1, int(per_second)))
        """When the last messages left."""
        self._next = 0.0
        self._flood_until = 0.0
        self._chats: dict[int, float] = {}
        """When each chat may get its next post; only those still waiting are kept."""
        self._tidy_at = 1000
        self.people_waiting = 0
        """Answers to people that wait for a permit: posts let them go first."""

    @property
    def pace(self) -> float:
        """Messages a second, as far as Telegram's refusals have taught."""
        return self._per_second * self._share

    def delay(self, chat_id: int | None) -> float:
        """Seconds until a post to this chat may leave; 0: now. None asks for the overall pace alone."""
        now = self._monotonic()
        if self._share < 1 and now - self._changed_at > FASTER_EVERY:
            self._share, self._changed_at = min(1.0, self._share * FASTER), now
        ready = self._overall(now)
        if chat_id is not None:
            ready = max(ready, self._chats.get(chat_id, 0.0))
        return max(0.0, ready - now)

    def chat_delay(self, chat_id: int) -> float:
        """Seconds for which this chat alone, not the overall pace, holds a post back."""
        ready = self._chats.get(chat_id)
        return 0.0 if ready is None else max(0.0, ready - self._monotonic())

    def take(self, chat_id: int, messages: int = 1) -> None:
        """A message (or an album of so many) leaves now."""
        now = self._monotonic()
        self._use(now, messages)
        own = GROUP_INTERVAL if chat_id < 0 else CHAT_INTERVAL
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), now + messages * own)
        if len(self._chats) > self._tidy_at:
            self._chats = {chat: ready for chat, ready in self._chats.items() if ready > now}
            self._tidy_at = 1000 + 2 * len(self._chats)

    def _overall(self, now: float) -> float:
        """When the next message to anybody may leave."""
        ready = max(self._next, self._flood_until)
        most = max(1, int(self.pace))
        if len(self._left) >= most:
            ready = max(ready, self._left[-most] + max(self._window, self._window / self.pace))
        return ready

    def _use(self, now: float, messages: int) -> None:
        interval = self._window / self.pace
        self._next = max(self._next, now - max(CATCH_UP, interval)) + messages * interval
        self._left.extend([now] * messages)

    def flood(self, chat_id: int | None, seconds: float) -> None:
        """Nothing for so long, to this chat or (None) to any. The longest wait holds."""
        until = self._monotonic() + seconds
        if chat_id is None:
            self._flood_until = max(self._flood_until, until)
        else:
            self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), until)

    def slow_down(self) -> None:
        """Telegram refused the pace itself."""
        now = self._monotonic()
        if self._share == 1 or now - self._changed_at > ONCE_A:
            self._share = max(SLOWEST, self._share * SLOWER)
        self._changed_at = now

    async def wait(self, chat_id: int, messages: int = 1) -> None:
        """For an answer to a person (or an album of so many): take the next permit, before any post. One chat's own
        interval is not waited for, since Telegram tolerates short bursts there and a person is waiting."""
        self.people_waiting += 1
        try:
            while (delay := self.delay(None)) > 0:  # noqa: ASYNC110 — a computed time; another may take the permit
                await asyncio.sleep(delay)
            self.take(chat_id, messages)
        finally:
            self.people_waiting -= 1


def most_in_flight(messages_per_second: float) -> int:
    """Messages begun and not answered, at most: at 30/s enough for answers that take three seconds, at 1,000/s for half
    a one; Telegram allows 1,000. A crash leaves so many unknown outcomes, and those whose end was being committed."""
    return min(500, max(90, int(messages_per_second / 2)))
