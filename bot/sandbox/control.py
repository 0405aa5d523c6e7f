"""The sandbox's own interface, /sandbox/…: being a person, watching, and making trouble. JSON in and out; an error is
4xx with {"error": …}."""

from __future__ import annotations

import asyncio
import base64
import binascii
import itertools
import json
from typing import Any

from aiohttp import web

from bot.sandbox.entities import checked_entities, trimmed, with_recognised
from bot.sandbox.faults import Faults
from bot.sandbox.flood import Flood
from bot.sandbox.methods import commands_for
from bot.sandbox.photos import Photos
from bot.sandbox.state import ApiError, Json, Person, Query, World, bad_request, describe

DEMO_PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAAB4AgMAAADK/FV4AAAACVBMVEVKkNn////wyDywKaqeAAAB9ElEQVR42u2XT07zQAzFPU+O"
    "hFgZqQdgzSl8hByBo+Qo3/ITB2LNKVBXFYuWpMnYwQ8JCaHOIo3S+U3esz1/InJrt3Zrt5a2l//LPUrEk+Afh2ASueeQOxGRiUIe"
    "50sZmeZXVRGse6JqZTEDPkeoul/8/9BbvoFMqyj8ImF/CbkE+fjrhL2tfn7qLUd+ip2urtRycaSQt2v3NeTIL32nSeQ9jZiHzKuc"
    "nrPx2kjnRflUmvLZbzTiif8caXxZqoiRiFVihkIi95BWstPXmFOIXvwQiPFz30tlhi6RjUGUX5SsFrJgIhuBeE0fvipj3UM0RB/2"
    "EAtLxscdJIzU0CtDYMVW4Wte2Cx0HUVLEY1C14KYYT+DKtIpQ+R+uR2DwRAl0tYPhwTRndR7jFgUMotshltS25gaYsSDVWYI/8Re"
    "Gc+CDhGiUV8P5wXCROq2oweI79faoUdaFLIxnrHJvu/bYcYO0SBWmohEXsaWbImI3Wv3bNwgLSiZIQsf0jLeaF0mGhIr/QHAvjpc"
    "WUsTiyT32mmdlSEr4zE1h8R9ixbOK6S2rX7KR/lQMY+M6vloUUad+X1GtIocZsSqSJsR55Sh7v5TGQgrl9FBWLmUEflhpWfEhVMG"
    "xv1ZGRj3Z2Wg3Is0F1BWRMQEnBUR5b9em0NZxmAsMnwA7P4msRdEUs4AAAAASUVORK5CYII="
)
FIRST_OF_CROWD = 900_000_000
MOST_IN_CROWD = 1_000_000


class Control:
    def __init__(self, world: World, flood: Flood, faults: Faults, photos: Photos) -> None:
        self._world, self._flood, self._faults, self._photos = world, flood, faults, photos
        self._ids = itertools.count(720_000_001)
        self._query_ids = itertools.count(1)

    def add_routes(self, app: web.Application) -> None:
        user = "/sandbox/users/{id:[0-9]+}"
        app.router.add_get("/sandbox/state", self._state)
        app.router.add_post("/sandbox/users", self._add_user)
        app.router.add_post("/sandbox/crowd", self._crowd)
        app.router.add_post(user + "/send", self._send)
        app.router.add_post(user + "/tap", self._tap)
        app.router.add_post(user + "/block", self._block)
        app.router.add_post(user + "/unblock", self._unblock)
        app.router.add_get(user + "/messages", self._messages)
        app.router.add_get(user + "/commands", self._commands)
        app.router.add_get("/sandbox/callbacks/{id}", self._callback)
        app.router.add_get("/sandbox/events", self._events)
        app.router.add_get("/sandbox/photos/{unique_id}", self._photo)
        app.router.add_get("/sandbox/faults", self._list_faults)
        app.router.add_post("/sandbox/faults", self._add_fault)
        app.router.add_delete("/sandbox/faults", self._clear_faults)
        app.router.add_get("/sandbox/journal", self._journal)
        app.router.add_post("/sandbox/settings", self._settings)

    async def _state(self, request: web.Request) -> web.Response:
        world = self._world
        return answer(
            {
                "bot": {**world.bot(), "texts": {f"{k[0]}:{k[1]}": text for k, text in world.texts.items()}},
                "users": [describe(person) for person in world.people.values() if not person.silent],
                "crowd": sum(person.silent for person in world.people.values()),
                "counts": dict(world.counts),
                "flood_control": self._flood.on,
                "messages_per_second": self._flood.per_second,
            }
        )

    async def _add_user(self, request: web.Request) -> web.Response:
        given = await body(request)
        name = str(given.get("first_name") or "").strip()
        if not name:
            return refuse("a person needs a first_name")
        person_id = int(given.get("id") or next(self._ids))
        if person_id in self._world.people:
            return refuse(f"there is a person {person_id} already")
        person = Person(
            person_id, name[:64], str(given.get("language_code") or "ru"), str(given.get("role") or "reader")
        )
        return answer(describe(self._world.add(person)))

    async def _crowd(self, request: web.Request) -> web.Response:
        given = await body(request)
        count = int(given.get("count") or 0)
        if not 1 <= count <= MOST_IN_CROWD:
            return refuse(f"a crowd has 1 to {MOST_IN_CROWD} people")
        first = int(given.get("start_id") or FIRST_OF_CROWD + sum(one >= FIRST_OF_CROWD for one in self._world.people))
        for person_id in range(first, first + count):
            silent = bool(given.get("silent", True))
            self._world.people[person_id] = Person(person_id, "Reader", "ru", started=True, silent=silent)
            self._world.chats[person_id] = {}
        return answer({"first_id": first, "count": count})

    def _person(self, request: web.Request) -> Person:
        person = self._world.people.get(int(request.match_info["id"]))
        if person is None:
            raise web.HTTPNotFound(text=json.dumps({"error": "no such person"}), content_type="application/json")
        return person

    async def _send(self, request: web.Request) -> web.Response:
        person = self._person(request)
        given = await body(request)
        message: Json = {
            "message_id": self._world.next_message_id(),
            "from": person.user(),
            "chat": person.chat(),
            "date": int(self._world.clock()),
        }
        raw = given.get("raw")
        try:
            # Unchecked: whatever Telegram's clients may send that the sandbox knows nothing of.
            message |= raw if isinstance(raw, dict) else self._content(given)
        except ApiError as error:
            return refuse(error.description)
        if reply := self._world.chats[person.id].get(given.get("reply_to_message_id") or 0):
            message["reply_to_message"] = {key: value for key, value in reply.items() if key != "reply_to_message"}
        if person.blocked:
            self._set_blocked(person, False)
        person.started = True
        self._world.keep(message)
        self._world.update("message", message)
        return answer(message)

    def _content(self, given: Json) -> Json:
        photo = given.get("photo")
        text = str(given.get("caption" if photo else "text") or "")
        entities = checked_entities(given.get("entities") or [], text)
        text, entities = trimmed(text, entities)
        entities = with_recognised(text, entities)
        if not photo:
            if not text:
                raise bad_request("message text is empty")
            return {"text": text, **({"entities": entities} if entities else {})}
        try:
            data = DEMO_PHOTO if photo == "demo" else base64.b64decode(str(photo), validate=True)
        except binascii.Error:
            raise bad_request('a photo is "demo" or base64') from None
        content: Json = {"photo": self._photos.store(data).sizes()}
        if text:
            content["caption"] = text
        if entities:
            content["caption_entities"] = entities
        return content

    async def _tap(self, request: web.Request) -> web.Response:
        person = self._person(request)
        given = await body(request)
        message = self._world.chats[person.id].get(given.get("message_id") or 0)
        if not message:
            return refuse("no such message in this chat")
        data = given.get("data")
        if data is None:
            try:
                data = message["reply_markup"]["inline_keyboard"][given["row"]][given["column"]]["callback_data"]
            except (KeyError, IndexError):
                return refuse("there is no such callback button")
        query = Query(str(10**17 + next(self._query_ids)), person.id, self._world.clock())
        self._world.queries[query.id] = query
        self._world.update(
            "callback_query",
            {
                "id": query.id,
                "from": person.user(),
                "message": message,
                "chat_instance": str(person.id),
                "data": str(data),
            },
        )
        return answer({"callback_query_id": query.id})

    async def _callback(self, request: web.Request) -> web.Response:
        query = self._world.queries.get(request.match_info["id"])
        if query is None:
            return refuse("no such query")
        return answer({"answered": query.answered, "text": query.text, "show_alert": query.show_alert})

    async def _block(self, request: web.Request) -> web.Response:
        self._set_blocked(self._person(request), True)
        return answer({})

    async def _unblock(self, request: web.Request) -> web.Response:
        self._set_blocked(self._person(request), False)
        return answer({})

    def _set_blocked(self, person: Person, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked

        def member(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._world.bot(), "status": status, **until}

        states = ("member", "kicked") if blocked else ("kicked", "member")
        self._world.update(
            "my_chat_member",
            {
                "chat": person.chat(),
                "from": person.user(),
                "date": int(self._world.clock()),
                "old_chat_member": member(states[0]),
                "new_chat_member": member(states[1]),
            },
        )
        self._world.tell({"type": "user", "chat_id": person.id, "user": describe(person)})

    async def _messages(self, request: web.Request) -> web.Response:
        messages = self._world.chats[self._person(request).id].values()
        return answer({"messages": [message for message in messages if message]})

    async def _commands(self, request: web.Request) -> web.Response:
        return answer({"commands": commands_for(self._world, self._person(request))})

    async def _photo(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["unique_id"])
        if file is None:
            return refuse("no such photo")
        return web.Response(body=file.data, content_type=file.mime, headers={"Cache-Control": "private, max-age=86400"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events of one chat, or of all without `user`."""
        wanted = int(request.query["user"]) if request.query.get("user", "").isdigit() else None
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._world.listeners.add(queue)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if wanted is None or event["chat_id"] in (wanted, 0):
                    await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        except ConnectionError:
            pass
        finally:
            self._world.listeners.discard(queue)
        return response

    async def _list_faults(self, request: web.Request) -> web.Response:
        faults = [{"id": one.id, "method": one.method, "chat_id": one.chat_id, "times": one.times, "after": one.after,
                   "action": one.action} for one in self._faults.active]  # fmt: skip
        return answer({"faults": faults})

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            return answer({"id": self._faults.add(await body(request)).id})
        except ValueError as error:
            return refuse(str(error))

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._faults.active.clear()
        return answer({})

    async def _journal(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        name = request.query.get("method", "").lower()
        calls = [call for call in self._world.journal[since:] if not name or call["method"].lower() == name]
        return answer({"calls": calls, "next": len(self._world.journal)})

    async def _settings(self, request: web.Request) -> web.Response:
        given = await body(request)
        self._flood.on = bool(given.get("flood_control", self._flood.on))
        self._flood.per_second = float(given.get("messages_per_second", self._flood.per_second))
        return answer({"flood_control": self._flood.on, "messages_per_second": self._flood.per_second})


def answer(content: Any) -> web.Response:
    return web.json_response(text=json.dumps(content, ensure_ascii=False))


def refuse(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)


async def body(request: web.Request) -> Json:
    try:
        given = json.loads(await request.text() or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(
            text=json.dumps({"error": "a JSON object is expected"}), content_type="application/json"
        )
    return given
