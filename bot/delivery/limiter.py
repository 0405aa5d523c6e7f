"""The pace: how fast messages may leave, overall and to one chat.

Telegram publishes no exact limits: about 30 a second overall and one a second to a chat, judged by windows that are
not known. Pacing at exactly 30 halves the rate on a server that counts in sliding seconds, because one message too
many is answered with a wait; so messages leave evenly at slightly below the limit, and never more than the limit in a
little over a second.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

SLACK = 0.975
"""Of the limit; 29.25/s of 30 met no refusal on token buckets and sliding windows alike (tests/unit/delivery)."""
WINDOW = 1.03
"""Seconds in which at most the limit's number of messages leave: a second, and room for jitter on the way."""
CHAT_INTERVAL = 1.0
"""Seconds between two posts to one chat."""


class Limiter:
    """Permits. `delay` says how long a chat has to wait, `take` uses a permit up, `flood` obeys Telegram."""

    def __init__(self, per_second: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._interval = 1 / (per_second * SLACK)
        self._window: deque[float] = deque(maxlen=max(1, int(per_second)))
        self._next = 0.0
        self._flood_until = 0.0
        self._chats: dict[int, float] = {}
        """When each chat may get its next post; only those still waiting are kept."""
        self._tidy_at = 1000

    def delay(self, chat_id: int | None) -> float:
        """Seconds until a post to this chat may leave; 0: now. None asks for the overall pace alone."""
        now = self._monotonic()
        ready = max(self._next, self._flood_until)
        if len(self._window) == self._window.maxlen:
            ready = max(ready, self._window[0] + WINDOW)
        if chat_id is not None:
            ready = max(ready, self._chats.get(chat_id, 0.0))
        return max(0.0, ready - now)

    def chat_delay(self, chat_id: int) -> float:
        """Seconds for which this chat alone, not the overall pace, holds a post back."""
        return max(0.0, self._chats.get(chat_id, 0.0) - self._monotonic())

    def take(self, chat_id: int) -> None:
        """A message to this chat leaves now."""
        now = self._monotonic()
        self._next = max(self._next, now - self._interval) + self._interval
        self._window.append(now)
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), now + CHAT_INTERVAL)
        if len(self._chats) > self._tidy_at:
            self._chats = {chat: ready for chat, ready in self._chats.items() if ready > now}
            self._tidy_at = 1000 + 2 * len(self._chats)

    def flood(self, chat_id: int | None, seconds: float) -> None:
        """Telegram wants nothing for so long, to this chat or (None) to any. The longest wait holds."""
        until = self._monotonic() + seconds
        if chat_id is None:
            self._flood_until = max(self._flood_until, until)
        else:
            self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), until)

    async def wait(self, chat_id: int, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """For an answer to a person: take the next permit as soon as there is one. One chat's own interval is not
        waited for, since Telegram tolerates short bursts there and a person is waiting."""
        while (delay := self.delay(None)) > 0:
            await sleep(delay)
        self.take(chat_id)
