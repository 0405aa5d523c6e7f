"""Answers to taps on buttons, and reactions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.world import QUERY_LIFETIME, USERNAME

methods = Methods()

NOTICE_LIMIT = 200


@methods("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
async def answer_callback_query(context: Context, params: Json) -> Any:
    world = context.world
    query = world.queries.get(str(params.get("callback_query_id")))
    if query is None or query.answered or world.clock() - query.asked_at > QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.get("text") or ""
    if len(text) > NOTICE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.get("url") or ""
    if url and not url.startswith((f"https://t.me/{USERNAME}?start=", f"t.me/{USERNAME}?start=", "tg://")):
        raise bad_request("URL_INVALID")
    query.answered, query.text, query.show_alert, query.url = True, text, bool(params.get("show_alert")), url
    answer = {"callback_query_id": query.id, "text": text, "show_alert": query.show_alert, "url": url}
    world.tell({"type": "callback_answer", "chat_id": query.chat, "user_id": query.person, **answer})
    return True


@methods("setMessageReaction", "chat_id message_id reaction is_big")
async def set_message_reaction(context: Context, params: Json) -> Any:
    chat = writable(context.world, params.get("chat_id"))
    message_id = params.get("message_id")
    if not isinstance(message_id, int) or chat.find(message_id) is None:
        raise bad_request("message to react not found")
    reaction = params.get("reaction") or []
    if not isinstance(reaction, list) or not all(isinstance(one, dict) and one.get("type") for one in reaction):
        raise bad_request("can't parse reaction types JSON object")
    if len(reaction) > 1 or any(one["type"] == "paid" for one in reaction):
        raise bad_request("REACTIONS_TOO_MANY" if len(reaction) > 1 else "REACTION_INVALID")
    context.world.tell({"type": "reaction", "chat_id": chat.id, "message_id": message_id, "reaction": reaction})
    return True
