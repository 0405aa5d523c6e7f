"""Being a person."""

from __future__ import annotations

import itertools

from aiohttp import web

from bot.sandbox.acts import Acts
from bot.sandbox.answers import Json
from bot.sandbox.crowd import MOST
from bot.sandbox.inline import InlineQuery
from bot.sandbox.membership import set_blocked
from bot.sandbox.methods.about import commands_for
from bot.sandbox.people import Person
from bot.sandbox.routes.talk import answer, body, page_of, person_of, refuse, told
from bot.sandbox.world import World


class PeopleRoutes:
    def __init__(self, world: World, acts: Acts) -> None:
        self._world, self._acts = world, acts
        self._ids = itertools.count(720_000_001)

    def add_routes(self, app: web.Application) -> None:
        user = "/sandbox/users/{id:[0-9]+}"
        app.router.add_post("/sandbox/users", told(self._add))
        app.router.add_post("/sandbox/crowd", told(self._crowd))
        for act in ("send", "edit", "tap", "block", "unblock", "deactivate", "inline", "choose"):
            app.router.add_post(f"{user}/{act}", told(getattr(self, f"_{act}")))
        app.router.add_get(f"{user}/messages", told(self._messages))
        app.router.add_get(f"{user}/commands", told(self._commands))
        app.router.add_get("/sandbox/callbacks/{id}", told(self._callback))
        app.router.add_get("/sandbox/inline/{id}", told(self._inline_answer))
        app.router.add_get("/sandbox/inline/{id}/pictures/{number:[0-9]+}", told(self._inline_picture))

    async def _add(self, request: web.Request) -> web.Response:
        given = await body(request)
        name = str(given.get("first_name") or "").strip()
        if not name:
            return refuse("a person needs a first_name")
        person_id = int(given.get("id") or next(self._ids))
        if self._world.person(person_id):
            return refuse(f"there is a person {person_id} already")
        language, role = str(given.get("language_code") or "ru"), str(given.get("role") or "reader")
        person = Person(person_id, name[:64], language, role, username=str(given.get("username") or ""))
        person.started = bool(given.get("started"))
        return answer(self._world.add(person).described())

    async def _crowd(self, request: web.Request) -> web.Response:
        given = await body(request)
        count = int(given.get("count") or 0)
        if not 1 <= count <= MOST:
            return refuse(f"a crowd has 1 to {MOST} people")
        first = self._world.crowd.add(
            count,
            first=int(given.get("start_id") or 0),
            blocked=float(given.get("blocked") or 0),
            deactivated=float(given.get("deactivated") or 0),
        )
        self._world.tell({"type": "crowd", "chat_id": 0, "crowd": len(self._world.crowd)})
        return answer({"first_id": first, "count": count})

    async def _send(self, request: web.Request) -> web.Response:
        sent = self._acts.send(person_of(self._world, request), await body(request))
        return answer(sent[0] if len(sent) == 1 else {"messages": sent})

    async def _edit(self, request: web.Request) -> web.Response:
        return answer(self._acts.edit(person_of(self._world, request), await body(request)))

    async def _tap(self, request: web.Request) -> web.Response:
        query = self._acts.tap(person_of(self._world, request), await body(request))
        return answer({"callback_query_id": query.id})

    async def _callback(self, request: web.Request) -> web.Response:
        query = self._world.queries.get(request.match_info["id"])
        if query is None:
            return refuse("no such query")
        return answer(
            {"answered": query.answered, "text": query.text, "show_alert": query.show_alert, "url": query.url}
        )

    async def _inline(self, request: web.Request) -> web.Response:
        return answer(_told(self._acts.ask_inline(person_of(self._world, request), await body(request))))

    async def _inline_answer(self, request: web.Request) -> web.Response:
        query = self._world.inline.queries.get(request.match_info["id"])
        return answer(_told(query)) if query else refuse("no such query")

    async def _inline_picture(self, request: web.Request) -> web.Response:
        """What stands beside a result, fetched as Telegram fetches it: pages show nothing from elsewhere."""
        query = self._world.inline.queries.get(request.match_info["id"])
        number = int(request.match_info["number"])
        if query is None or query.answer is None or number >= len(query.answer.results):
            return refuse("no such result")
        result = query.answer.results[number]
        url = result.get("thumbnail_url") or result["message"].get("_photo_url")
        if not url:
            return refuse("no picture stands beside it")
        file = await self._acts.media.resolve("photo", url, {})
        return web.Response(body=file.data, content_type=file.mime)

    async def _choose(self, request: web.Request) -> web.Response:
        given = await body(request)
        query = self._world.inline.queries.get(str(given.get("query_id")))
        if query is None:
            return refuse("no such query")
        person = person_of(self._world, request)
        return answer(await self._acts.choose(person, query, str(given.get("result_id"))))

    async def _block(self, request: web.Request) -> web.Response:
        set_blocked(self._world, person_of(self._world, request).id, True)
        return answer({})

    async def _unblock(self, request: web.Request) -> web.Response:
        set_blocked(self._world, person_of(self._world, request).id, False)
        return answer({})

    async def _deactivate(self, request: web.Request) -> web.Response:
        person = person_of(self._world, request)
        person.deactivated = True
        if person.silent:
            self._world.crowd.change(person)
        self._world.tell({"type": "user", "chat_id": person.id, "user": person.described()})
        return answer({})

    async def _messages(self, request: web.Request) -> web.Response:
        chat = self._world.chat(person_of(self._world, request).id)
        assert chat
        return answer({**page_of(chat, request), "keyboard": chat.keyboard})

    async def _commands(self, request: web.Request) -> web.Response:
        person = person_of(self._world, request)
        chat_id = request.query.get("chat_id")
        chat = self._world.chat(int(chat_id)) if chat_id else None
        own = self._world.chats.get(person.id)
        button = (own.menu_button if own else None) or self._world.menu_button
        return answer({"commands": commands_for(self._world, person, chat), "menu_button": button})


def _told(query: InlineQuery) -> Json:
    found = query.answer
    return {
        "query_id": query.id,
        "query": query.text,
        "answered": found is not None,
        "results": [{**result, "message": result["message"]} for result in found.results] if found else [],
        "next_offset": found.next_offset if found else "",
        "button": found.button if found else None,
        "cache_time": found.cache_time if found else None,
        "is_personal": found.is_personal if found else None,
    }
