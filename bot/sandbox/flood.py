"""Flood control: about so many messages a second overall, one a second to a chat, twenty a minute to a group, each with
short bursts. Telegram publishes no exact numbers; these are what its FAQ advises."""

from __future__ import annotations

import math
from collections.abc import Callable

from bot.sandbox.answers import ApiError

OVERALL_BURST = 5
CHAT_BURST = 3
GROUP_BURST = 20
GROUP_RATE = 20 / 60
PAID_RATE = 1000
LONGEST_BAN = 3600
MOST_BUCKETS = 10_000


class Flood:
    """`growing`: who goes on in the time of a wait is given a longer one, twice as long each time."""

    def __init__(self, per_second: float, *, on: bool, monotonic: Callable[[], float]) -> None:
        self.per_second = per_second
        self.on = on
        self.growing = False
        self._monotonic = monotonic
        self._overall: tuple[float, float] = (float(OVERALL_BURST), monotonic())
        self._chats: dict[int, tuple[float, float]] = {}
        self._bans: dict[int, tuple[float, int]] = {}
        """By chat, 0 for all: until when, and how long it was."""

    def ban(self, seconds: int, chat_id: int = 0) -> None:
        """From now on this is answered, whether flood control is on or not."""
        self._bans[chat_id] = (self._monotonic() + seconds, seconds)

    def check(self, chat_id: int, messages: int = 1, *, group: bool = False, paid: bool = False) -> None:
        """Raises 429 when the bot sends too fast; such a call is not executed."""
        if self._bans:
            self._check_bans(chat_id)
        if not self.on:
            return
        now = self._monotonic()
        rate, burst = (PAID_RATE, PAID_RATE) if paid else (self.per_second, OVERALL_BURST)
        left = _refilled(self._overall, now, rate, burst)
        chat_rate, chat_burst = (GROUP_RATE, GROUP_BURST) if group else (1.0, CHAT_BURST)
        chat_left = _refilled(self._chats.get(chat_id, (float(chat_burst), now)), now, chat_rate, chat_burst)
        missing = max((messages - left) / rate, (messages - chat_left) / chat_rate)
        if missing > 0 and not (messages > chat_burst and chat_left >= chat_burst and left >= 1):
            wait = max(1, math.ceil(missing))
            if self.growing:
                self._bans[0 if (messages - left) / rate >= missing else chat_id] = (now + wait, wait)
            raise _too_many(wait)
        self._overall = (left - messages, now)
        self._chats[chat_id] = (chat_left - messages, now)
        if len(self._chats) > MOST_BUCKETS:
            self._chats = {chat: (free, at) for chat, (free, at) in self._chats.items() if now - at < 60}

    def _check_bans(self, chat_id: int) -> None:
        now = self._monotonic()
        for banned in (0, chat_id):
            until, length = self._bans.get(banned, (0.0, 0))
            if until > now:
                if self.growing:
                    length = min(length * 2, LONGEST_BAN)
                    until = now + length
                    self._bans[banned] = (until, length)
                raise _too_many(math.ceil(until - now))
            self._bans.pop(banned, None)


def _refilled(bucket: tuple[float, float], now: float, rate: float, burst: float) -> float:
    left, at = bucket
    return min(burst, left + (now - at) * rate)


def _too_many(wait: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
