"""What became of calls, for people: every failure in the log, and to editors what needs them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Protocol

import structlog

from bot.delivery.errors import Meaning, meaning
from bot.delivery.outcome import FloodWait, Missing, Outcome, Refused, Sent, Suspended
from bot.model.deliveries import Action, Delivery
from bot.model.ids import ArticleId, BroadcastId, ChatId

log = structlog.get_logger()

HOPELESS = 20
"""A post that so many chats refused and none took is withdrawn, and editors are told."""

OUR_FAULT = (Meaning.BAD_MARKUP, Meaning.BAD_BUTTON, Meaning.TOO_LONG)
"""Refused for these, a post is worth a look by those who wrote it or us."""

_Subject = tuple[ArticleId | None, BroadcastId | None]
Withdraw = Callable[[ArticleId | None, BroadcastId | None], Awaitable[object]]


class Told(Protocol):
    """Whom to tell what needs a person. Never raises."""

    async def post_withdrawn(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None: ...
    async def post_simplified(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None: ...
    async def chats_unknown(self, why: str, seconds: float) -> None: ...
    async def chat_suspended(self, chat_id: ChatId, why: str) -> None: ...
    async def topic_lost(self, chat_id: ChatId) -> None: ...


class Incidents:
    def __init__(self, told: Told, withdraw: Withdraw) -> None:
        self._told, self._withdraw = told, withdraw
        self._refusals: Counter[_Subject] = Counter()
        self._suspended: set[ChatId] = set()
        self._simplified: set[_Subject] = set()
        self._telling: set[asyncio.Task[None]] = set()

    def note(self, delivery: Delivery, outcome: Outcome, pause: float) -> None:
        """`pause`: seconds for which all posts wait because of it."""
        subject = (delivery.article_id, delivery.broadcast_id)
        match outcome:
            case Sent(why=why, lost_topic=lost):
                self._refusals.pop(subject, None)
                self._suspended.discard(delivery.chat_id)
                if lost is not None:
                    log.warning("a topic takes nothing any more", chat=delivery.chat_id, topic=lost)
                    self._tell(self._told.topic_lost(delivery.chat_id))
                if why:
                    log.warning("sent in a simpler form", why=why, article=subject[0], broadcast=subject[1])
                    if meaning(why) in OUR_FAULT and subject not in self._simplified:
                        self._simplified.add(subject)
                        self._tell(self._told.post_simplified(why, *subject))
                return
            case FloodWait():
                return
            case Refused(why) if not delivery.bundled and delivery.action is Action.SEND:
                self._refusals[subject] += 1
                if self._refusals[subject] == HOPELESS:
                    self._tell(self._give_up(why, *subject))
            case Missing(why) if pause:
                self._tell(self._told.chats_unknown(why, pause))
            case Suspended(why) if delivery.chat_id not in self._suspended:
                self._suspended.add(delivery.chat_id)
                self._tell(self._told.chat_suspended(delivery.chat_id, why))
        log.warning(
            "not delivered",
            outcome=type(outcome).__name__,
            why=getattr(outcome, "why", ""),
            delivery=delivery.id,
            article=delivery.article_id,
            broadcast=delivery.broadcast_id,
        )

    async def close(self) -> None:
        for telling in self._telling:
            telling.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _give_up(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        await self._withdraw(article, broadcast)
        await self._told.post_withdrawn(why, article, broadcast)

    def _tell(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
