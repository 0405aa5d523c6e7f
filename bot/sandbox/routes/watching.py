"""Watching: the state, events as they happen, files, the journal and what can be counted from it."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.answers import Json
from bot.sandbox.flood import Flood
from bot.sandbox.media.media import Media
from bot.sandbox.membership import described
from bot.sandbox.routes.talk import answer, refuse, told
from bot.sandbox.world import World

HEARTBEAT = 15
"""Seconds after which a silent stream of events says that it is alive."""


class WatchRoutes:
    def __init__(self, world: World, flood: Flood, media: Media, *, can_try_feeds: bool) -> None:
        self._world, self._flood, self._media = world, flood, media
        self._can_try_feeds = can_try_feeds

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sandbox/state", told(self._state))
        app.router.add_get("/sandbox/events", told(self._events))
        app.router.add_get("/sandbox/photos/{unique_id}", told(self._file))
        app.router.add_get("/sandbox/files/{unique_id}", told(self._file))
        app.router.add_get("/sandbox/journal", told(self._journal))
        app.router.add_get("/sandbox/copies", told(self._copies))
        app.router.add_get("/sandbox/rates", told(self._rates))
        app.router.add_get("/sandbox/warnings", told(self._warnings))
        app.on_shutdown.append(self._end_events)

    async def _end_events(self, app: web.Application) -> None:
        for listener in self._world.listeners:
            listener.put_nowait({"type": "end"})

    async def _state(self, request: web.Request) -> web.Response:
        world = self._world
        return answer(
            {
                "bot": {**world.bot(), "texts": {f"{k[0]}:{k[1]}": text for k, text in world.texts.items()}},
                "users": [person.described() for person in world.people.values()],
                "chats": [described(world, chat) for chat in world.chats.values() if chat.kind != "private"],
                "crowd": len(world.crowd),
                "counts": dict(world.journal.counts),
                "pending_updates": world.updates.pending(),
                "warnings": len(world.warnings),
                "flood_control": self._flood.on,
                "growing_bans": self._flood.growing,
                "messages_per_second": self._flood.per_second,
                "last": {str(chat.id): last for chat in world.chats.values() if (last := chat.last())},
                "can_try_feeds": self._can_try_feeds,
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events of one chat, or of all without `user`."""
        wanted = int(request.query["user"]) if request.query.get("user") else None
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._world.listeners.add(queue)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event["type"] == "end":
                    break
                if wanted is None or event["chat_id"] in (wanted, 0):
                    await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        except ConnectionError:
            pass
        finally:
            self._world.listeners.discard(queue)
        return response

    async def _file(self, request: web.Request) -> web.Response:
        found = self._media.files.unique(request.match_info["unique_id"])
        if found is None:
            return refuse("no such file")
        file, size = found
        headers = {"Cache-Control": "private, max-age=86400"}
        if file.kind == "document":
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name or 'document')}"
        mime = file.mime if file.kind != "document" else "application/octet-stream"
        return web.Response(body=file.shrunk(size) if size else file.data, content_type=mime, headers=headers)

    async def _journal(self, request: web.Request) -> web.Response:
        journal = self._world.journal
        since = int(request.query.get("since", 0))
        asked = request.query
        errors, last = asked.get("errors") in ("1", "true"), max(0, int(asked.get("last", 0)))
        calls = journal.lines(since, asked.get("method", ""), errors=errors, last=last)
        return answer({"calls": calls, "next": len(journal)})

    async def _copies(self, request: web.Request) -> web.Response:
        asked = request.query
        if "first_id" in asked:
            first = int(asked["first_id"])
            readers = [range(first, first + int(asked.get("count", 1)))]
        else:
            readers = [part.ids for part in self._world.crowd.parts]
        one_row = readers[0] if len(readers) == 1 else frozenset(one for row in readers for one in row)
        found = self._world.journal.copies(one_row, since=int(asked.get("since", 0)), text=asked.get("text", ""))
        return answer({"readers": len(one_row), "messages": found})

    async def _rates(self, request: web.Request) -> web.Response:
        return answer({"seconds": self._world.journal.per_second(min(int(request.query.get("seconds", 60)), 3600))})

    async def _warnings(self, request: web.Request) -> web.Response:
        return answer({"warnings": list(self._world.warnings)})
