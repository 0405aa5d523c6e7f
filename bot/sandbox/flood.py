"""Flood control: about so many messages a second overall and one a second to a chat, with short bursts."""

from __future__ import annotations

import math
from collections.abc import Callable

from bot.sandbox.state import ApiError

OVERALL_BURST = 5
CHAT_BURST = 3


class Flood:
    def __init__(self, per_second: float, *, on: bool, monotonic: Callable[[], float]) -> None:
        self.per_second = per_second
        self.on = on
        self._monotonic = monotonic
        self._tokens = float(OVERALL_BURST)
        self._at = monotonic()
        self._chats: dict[int, tuple[float, float]] = {}

    def check(self, chat_id: int, messages: int = 1) -> None:
        """Raises 429 when the bot sends too fast; such a call is not executed."""
        if not self.on:
            return
        now = self._monotonic()
        tokens = min(OVERALL_BURST, self._tokens + (now - self._at) * self.per_second)
        chat_tokens, chat_at = self._chats.get(chat_id, (float(CHAT_BURST), now))
        chat_tokens = min(CHAT_BURST, chat_tokens + (now - chat_at))
        missing = max((messages - tokens) / self.per_second, messages - chat_tokens)
        if missing > 0:
            wait = max(1, math.ceil(missing))
            raise ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        self._tokens, self._at = tokens - messages, now
        self._chats[chat_id] = (chat_tokens - messages, now)
        if len(self._chats) > 10_000:
            self._chats = {chat: (left, at) for chat, (left, at) in self._chats.items() if now - at < CHAT_BURST}
