"""Seeing one's own feed: whoever runs the sandbox may have given it a way to read feeds; it knows none itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.answers import Json
from bot.sandbox.routes.talk import answer, body, refuse, told

TryFeed = Callable[[str], Awaitable[Json]]
"""A feed's address → {"text": what became of it, "problems": [what to mend, a line each]}."""
LONGEST = 2000


class FeedRoutes:
    def __init__(self, try_feed: TryFeed | None) -> None:
        self._try_feed = try_feed

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/sandbox/feed", told(self._try))

    async def _try(self, request: web.Request) -> web.Response:
        url = str((await body(request)).get("url") or "").strip()
        if self._try_feed is None:
            return refuse("this sandbox reads no feeds")
        if not url.startswith(("http://", "https://")) or len(url) > LONGEST:
            return refuse("a feed's address begins with http:// or https://")
        found = await self._try_feed(url)
        return answer({"text": str(found.get("text") or ""), "problems": [str(one) for one in found["problems"]]})
