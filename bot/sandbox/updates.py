"""Updates that wait for the bot: which it wants, how long they live, and long polling."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.sandbox.answers import ApiError, Json

KINDS = frozenset(
    ("message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
     "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
     "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "subscription",
     "managed_bot", "guest_message", "stopped_message_generation", "purchased_paid_media", "poll", "poll_answer",
     "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost")
)  # fmt: skip
BY_DEFAULT = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
"""Seconds; all others live a day."""
DAY = 24 * 3600.0


@dataclass(slots=True)
class Update:
    id: int
    kind: str
    content: Json
    of: int
    """The chat, or the person where there is none: webhooks get these one at a time."""
    expires_at: float

    def as_json(self) -> Json:
        return {"update_id": self.id, self.kind: self.content}


@dataclass(slots=True)
class Updates:
    clock: Callable[[], float]
    waiting: deque[Update] = field(default_factory=deque)
    allowed: frozenset[str] = BY_DEFAULT
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: itertools.count[int] = field(init=False)
    _poll: asyncio.Event | None = None
    _ended_by: str = ""

    def __post_init__(self) -> None:
        # Rising from one run to the next, as Telegram's do: a bot that remembers what it had must not miss the new.
        self._ids = itertools.count(int(self.clock()))

    def add(self, kind: str, content: Json, of: int) -> None:
        """Nothing happens when the bot has not asked for this kind."""
        if kind not in self.allowed:
            return
        lifetime = LIFETIMES.get(kind, DAY)
        self.waiting.append(Update(next(self._ids), kind, content, of, self.clock() + lifetime))
        self.arrived.set()

    def allow(self, kinds: object) -> None:
        """None leaves it as it was; an empty list means the default. What waits already stays."""
        if isinstance(kinds, Iterable):
            self.allowed = frozenset(str(kind) for kind in kinds) & KINDS or BY_DEFAULT

    def pending(self) -> int:
        self._expire()
        return len(self.waiting)

    def drop(self, update: Update) -> None:
        if update in self.waiting:
            self.waiting.remove(update)

    def end_poll(self, by: str) -> None:
        """End a long poll that is under way, if there is one."""
        if self._poll:
            self._ended_by = by
            self._poll.set()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Long polling. A second poller, or a webhook, ends the first one's wait with a conflict."""
        self.end_poll("other getUpdates request; make sure that only one bot instance is running")
        ended = self._poll = asyncio.Event()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        try:
            while not (found := self._found(offset, limit)):
                left = deadline - loop.time()
                if left <= 0:
                    return []
                self.arrived.clear()
                news, end = asyncio.ensure_future(self.arrived.wait()), asyncio.ensure_future(ended.wait())
                try:
                    await asyncio.wait((news, end), timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                    end.cancel()
                if ended.is_set():
                    raise ApiError(409, f"Conflict: terminated by {self._ended_by}")
            return found
        finally:
            if self._poll is ended:
                self._poll = None

    def _found(self, offset: int, limit: int) -> list[Json]:
        """What is left from `offset` on; a negative one counts from the end. What is before it is confirmed."""
        self._expire()
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while self.waiting and offset > 0 and self.waiting[0].id < offset:
            self.waiting.popleft()
        return [update.as_json() for update in itertools.islice(self.waiting, limit)]

    def _expire(self) -> None:
        now = self.clock()
        if any(update.expires_at <= now for update in self.waiting):
            self.waiting = deque(update for update in self.waiting if update.expires_at > now)
