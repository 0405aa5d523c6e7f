"""Making trouble, and changing how the sandbox behaves."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.flood import Flood
from bot.sandbox.routes.talk import answer, body, told
from bot.sandbox.updates import KINDS
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World


class TroubleRoutes:
    def __init__(self, world: World, flood: Flood, faults: Faults, webhook: Webhook) -> None:
        self._world, self._flood, self._faults, self._webhook = world, flood, faults, webhook

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sandbox/faults", told(self._list))
        app.router.add_post("/sandbox/faults", told(self._add))
        app.router.add_delete("/sandbox/faults", told(self._clear))
        app.router.add_delete("/sandbox/faults/{id:[0-9]+}", told(self._remove))
        app.router.add_post("/sandbox/settings", told(self._settings))
        app.router.add_post("/sandbox/updates", told(self._update))

    async def _list(self, request: web.Request) -> web.Response:
        active, spent = self._faults.active, self._faults.spent
        return answer(
            {"faults": [fault.described() for fault in active], "spent": [fault.described() for fault in spent]}
        )

    async def _add(self, request: web.Request) -> web.Response:
        fault = self._faults.add(await body(request))
        self._tell()
        return answer({"id": fault.id})

    async def _clear(self, request: web.Request) -> web.Response:
        self._faults.active.clear()
        self._faults.spent.clear()
        self._tell()
        return answer({})

    async def _remove(self, request: web.Request) -> web.Response:
        self._faults.remove(int(request.match_info["id"]))
        self._tell()
        return answer({})

    def _tell(self) -> None:
        faults = [fault.described() for fault in self._faults.active]
        self._world.tell({"type": "faults", "chat_id": 0, "faults": faults})

    async def _settings(self, request: web.Request) -> web.Response:
        given = await body(request)
        flood, world, webhook = self._flood, self._world, self._webhook
        flood.on = bool(given.get("flood_control", flood.on))
        flood.growing = bool(given.get("growing_bans", flood.growing))
        flood.per_second = float(given.get("messages_per_second", flood.per_second))
        world.inline_mode = bool(given.get("inline_mode", world.inline_mode))
        world.private_topics = bool(given.get("private_topics", world.private_topics))
        webhook.relaxed = bool(given.get("webhook_on_loopback", webhook.relaxed))
        webhook.first_pause = float(given.get("webhook_first_pause", webhook.first_pause))
        return answer(
            {
                "flood_control": flood.on,
                "growing_bans": flood.growing,
                "messages_per_second": flood.per_second,
                "inline_mode": world.inline_mode,
                "private_topics": world.private_topics,
                "webhook_on_loopback": webhook.relaxed,
                "webhook_first_pause": webhook.first_pause,
            }
        )

    async def _update(self, request: web.Request) -> web.Response:
        """An update as it is given, of a kind that the sandbox makes or not."""
        given = await body(request)
        kind = next(iter(given), "")
        if len(given) != 1 or kind not in KINDS or not isinstance(given[kind], dict):
            raise ValueError('an update is {"kind": {…}} with a kind of the Bot API')
        about = given[kind].get("chat") or given[kind].get("from") or {}
        self._world.updates.add(kind, given[kind], int(about.get("id", 0)))
        return answer({"pending": self._world.updates.pending()})
