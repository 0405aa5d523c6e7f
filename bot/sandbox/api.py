"""The Bot API: finds the method of a call, refuses what it doesn't have, and runs it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.flood import Flood
from bot.sandbox.media.media import Media, Upload
from bot.sandbox.methods import (
    about,
    albums,
    chats,
    copying,
    deleting,
    editing,
    inline,
    pinning,
    sending,
    taps,
    topics,
    updates,
)
from bot.sandbox.methods.registry import Context, Method
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

METHODS: dict[str, Method] = {
    name: method
    for module in (about, albums, chats, copying, deleting, editing, inline, pinning, sending, taps, topics, updates)
    for name, method in module.methods.items()
}
"""By name in lower case."""


class Api:
    def __init__(self, world: World, flood: Flood, media: Media, webhook: Webhook) -> None:
        self._context = Context(world, flood, media, webhook)

    async def call(self, name: str, params: Json) -> Any:
        """The result, or ApiError. A parameter that the method doesn't have is refused, where Telegram would ignore
        it: here it is a bug to be found."""
        method = METHODS.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        if unknown := params.keys() - method.parameters:
            unknown = {key for key in unknown if not isinstance(params[key], Upload)}
            if unknown:
                raise bad_request(f"the sandbox knows no parameter {sorted(unknown)[0]!r} of {name}")
        return await method.run(self._context, params)
