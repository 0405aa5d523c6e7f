"""How a module declares the methods that it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import Json
from bot.sandbox.flood import Flood
from bot.sandbox.media.media import Media
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

DELIVERY = (
    "chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
)
"""Parameters that all methods have that put one message into a chat."""
CAPTIONED = "caption parse_mode caption_entities"


@dataclass(frozen=True, slots=True)
class Context:
    """What a method works on. The uploads of a call come in its parameters, under the names of their parts."""

    world: World
    flood: Flood
    media: Media
    webhook: Webhook


Run = Callable[[Context, Json], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    parameters: frozenset[str]
    run: Run


class Methods(dict[str, Method]):
    """`@methods("getMe", "its parameters")` on a coroutine function adds it."""

    def __call__(self, name: str, parameters: str = "") -> Callable[[Run], Run]:
        def add(run: Run) -> Run:
            self[name.lower()] = Method(name, frozenset(parameters.split()), run)
            return run

        return add
