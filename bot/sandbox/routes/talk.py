"""What all routes of the sandbox's own interface share: JSON in and out, and how a mistake is told."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.answers import ApiError, Json
from bot.sandbox.chats import Chat
from bot.sandbox.people import Person
from bot.sandbox.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answer(content: Any) -> web.Response:
    return web.json_response(text=json.dumps(content, ensure_ascii=False))


def refuse(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)


def told(handler: Handler) -> Handler:
    """What a person or a chat can't do, and numbers that are none, are the caller's mistake."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            return refuse(error.description)
        except ValueError as error:
            return refuse(str(error))

    return handle


async def body(request: web.Request) -> Json:
    given = json.loads(await request.text() or "{}")
    if not isinstance(given, dict):
        raise ValueError("a JSON object is expected")
    return given


def person_of(world: World, request: web.Request) -> Person:
    person = world.person(int(request.match_info["id"]))
    if person is None:
        raise web.HTTPNotFound(text=json.dumps({"error": "no such person"}), content_type="application/json")
    return person


def page_of(chat: Chat, request: web.Request) -> Json:
    """The chat's messages, oldest first: all of them, or with ?limit the newest so many, or those before ?before."""
    messages = chat.all()
    if before := int(request.query.get("before", 0)):
        messages = [message for message in messages if message["message_id"] < before]
    limit = int(request.query.get("limit", 0))
    more = 0 < limit < len(messages)
    topics = [{"id": topic.id, "name": topic.name, "closed": topic.closed} for topic in chat.topics.values()]
    return {
        "messages": messages[-limit:] if more else messages,
        "more": more,
        "pinned": list(chat.pinned),
        "topics": topics,
    }


def chat_of(world: World, request: web.Request) -> Chat:
    chat = world.chat(int(request.match_info["id"]))
    if chat is None:
        raise web.HTTPNotFound(text=json.dumps({"error": "no such chat"}), content_type="application/json")
    return chat
