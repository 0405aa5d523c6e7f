"""Groups, supergroups, forums and channels: founding them, who is in them, what becomes of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.answers import Json
from bot.sandbox.chats import MEMBERSHIPS, PERMISSIONS, Member
from bot.sandbox.membership import described, migrate, set_member
from bot.sandbox.methods.topics import forget_topic, open_topic
from bot.sandbox.routes.talk import answer, body, chat_of, page_of, told
from bot.sandbox.world import BOT_ID, World

KINDS = ("group", "supergroup", "channel")


class ChatRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        chat = "/sandbox/chats/{id:-?[0-9]+}"
        app.router.add_get("/sandbox/chats", told(self._list))
        app.router.add_post("/sandbox/chats", told(self._found))
        app.router.add_get(chat, told(self._one))
        app.router.add_get(f"{chat}/messages", told(self._messages))
        app.router.add_post(f"{chat}/members", told(self._member))
        app.router.add_post(f"{chat}/permissions", told(self._permissions))
        app.router.add_post(f"{chat}/topics", told(self._open_topic))
        app.router.add_post(f"{chat}/topics/{{topic:[0-9]+}}", told(self._change_topic))
        app.router.add_post(f"{chat}/migrate", told(self._migrate))
        app.router.add_post(f"{chat}/remove", told(self._remove))

    async def _list(self, request: web.Request) -> web.Response:
        chats = [described(self._world, chat) for chat in self._world.chats.values() if chat.kind != "private"]
        return answer({"chats": chats})

    async def _found(self, request: web.Request) -> web.Response:
        given = await body(request)
        kind, title = str(given.get("type") or "supergroup"), str(given.get("title") or "").strip()
        if kind not in KINDS or not title:
            raise ValueError(f"a chat has a type of {KINDS} and a title")
        if given.get("is_forum") and kind != "supergroup":
            raise ValueError("only a supergroup has topics")
        creator = self._user(given.get("creator") or next(iter(self._world.people)))
        chat = self._world.new_chat(
            kind, title, username=str(given.get("username") or ""), is_forum=bool(given.get("is_forum"))
        )
        chat.members[creator] = Member("creator")
        for user in given.get("members") or []:
            chat.members[self._user(user)] = Member("member")
        if given.get("bot"):
            set_member(self._world, chat, BOT_ID, str(given["bot"]), by=creator, rights=given.get("rights"))
        self._world.tell({"type": "chat", "chat_id": chat.id, "chat": described(self._world, chat)})
        return answer(described(self._world, chat))

    def _user(self, given: Any) -> int:
        user_id = BOT_ID if given == "bot" else int(given)
        if user_id != BOT_ID and self._world.person(user_id) is None:
            raise ValueError(f"there is no person {given}")
        return user_id

    async def _one(self, request: web.Request) -> web.Response:
        return answer(described(self._world, chat_of(self._world, request)))

    async def _messages(self, request: web.Request) -> web.Response:
        return answer(page_of(chat_of(self._world, request), request))

    async def _member(self, request: web.Request) -> web.Response:
        chat, given = chat_of(self._world, request), await body(request)
        status = str(given.get("status"))
        if status not in MEMBERSHIPS:
            raise ValueError(f"a status is one of {MEMBERSHIPS}")
        creator = next((user for user, member in chat.members.items() if member.status == "creator"), BOT_ID)
        rights = given.get("rights")
        if isinstance(rights, dict) and (unknown := set(rights) - {*chat.rights, *PERMISSIONS}):
            raise ValueError(f"there is no right {sorted(unknown)[0]}")
        set_member(
            self._world,
            chat,
            self._user(given.get("user_id")),
            status,
            by=self._user(given.get("by") or creator),
            rights=rights,
            until=int(given.get("until") or 0),
            is_member=bool(given.get("is_member", True)),
        )
        return answer(described(self._world, chat))

    async def _permissions(self, request: web.Request) -> web.Response:
        chat, given = chat_of(self._world, request), await body(request)
        if unknown := set(given) - set(PERMISSIONS):
            raise ValueError(f"there is no permission {sorted(unknown)[0]}")
        chat.permissions |= {name: bool(value) for name, value in given.items()}
        return answer(chat.permissions)

    async def _open_topic(self, request: web.Request) -> web.Response:
        chat, given = chat_of(self._world, request), await body(request)
        if not chat.is_forum:
            raise ValueError("this chat has no topics")
        by = self._user(given.get("by") or next(iter(chat.members)))
        head: Json = {
            "message_id": next(chat.numbers),
            "from": self._world.user(by),
            "chat": chat.described(),
            "date": int(self._world.clock()),
        }
        topic = open_topic(self._world, chat, head, str(given.get("name") or "Topic"))
        message = chat.find(topic.id)
        if message and chat.member(BOT_ID).present:
            self._world.updates.add("message", message, chat.id)
        return answer({"id": topic.id, "name": topic.name})

    async def _change_topic(self, request: web.Request) -> web.Response:
        chat, given = chat_of(self._world, request), await body(request)
        topic = chat.topics.get(int(request.match_info["topic"]))
        if topic is None:
            raise ValueError("no such topic")
        if given.get("deleted"):
            forget_topic(self._world, chat, topic)
        elif "closed" in given:
            topic.closed = bool(given["closed"])
        return answer(described(self._world, chat))

    async def _migrate(self, request: web.Request) -> web.Response:
        chat, given = chat_of(self._world, request), await body(request)
        if chat.kind != "group" or chat.migrated_to:
            raise ValueError("only a group becomes a supergroup, and only once")
        new = migrate(self._world, chat, by=self._user(given.get("by") or next(iter(chat.members))))
        return answer(described(self._world, new))

    async def _remove(self, request: web.Request) -> web.Response:
        chat = chat_of(self._world, request)
        chat.gone = True
        return answer({})
