"""Putting a message of the bot into a chat: where it goes, whether it may, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.access import check_sending, topic, writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat, Topic
from bot.sandbox.markup import Markup, markup_of
from bot.sandbox.methods.registry import Context
from bot.sandbox.world import World

REPLY_FIELDS = frozenset(
    ("message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
     "quote_position", "checklist_task_id", "poll_option_id", "ephemeral_message_id")
)  # fmt: skip
CONTENT = (
    "text", "entities", "link_preview_options", "rich_message", "photo", "video", "animation", "audio", "voice",
    "document", "location", "contact", "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler",
)  # fmt: skip
"""The fields of a message that a copy of it has, too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, all checked."""

    chat: Chat
    topic: Topic | None
    reply: Json
    markup: Markup
    protected: bool


def place(context: Context, params: Json, *kinds: str, messages: int = 1) -> Place:
    """Raises ApiError when the bot may not send that there, or sends too fast."""
    world = context.world
    asked = world.chat(params.get("chat_id"))
    markup = markup_of(params.get("reply_markup"), private=asked is None or asked.kind == "private")
    chat = writable(world, params.get("chat_id"))
    check_sending(chat, *kinds)
    thread = topic(chat, params.get("message_thread_id"))
    if params.get("message_effect_id") and chat.kind != "private":
        raise bad_request("message effects can be used in private chats only")
    reply = _reply(world, chat, params.get("reply_parameters"))
    paid = bool(params.get("allow_paid_broadcast"))
    context.flood.check(chat.id, messages, group=chat.kind != "private", paid=paid)
    return Place(chat, thread, reply, markup, bool(params.get("protect_content")))


def post(world: World, where: Place, content: Json, *, shown: Json | None = None) -> Json:
    """The new message. `shown`: what its chat shows instead where Telegram loses some of it silently."""
    chat = where.chat
    message = heading(world, chat, where.topic)
    message |= where.reply
    message |= {key: value for key, value in content.items() if value not in (None, [], "", False)}
    if where.protected:
        message["has_protected_content"] = True
    if where.markup.inline:
        message["reply_markup"] = where.markup.inline
    if where.markup.reply:
        chat.fixed.add(message["message_id"])
        set_keyboard(world, chat, where.markup.reply)
    world.keep(chat, {**message, **shown} if shown else message)
    return message


def heading(world: World, chat: Chat, thread: Topic | None = None) -> Json:
    """What every message of the bot begins with."""
    message: Json = {"message_id": next(chat.numbers)}
    if chat.kind == "channel":
        message["sender_chat"] = chat.described()
    else:
        message["from"] = world.bot()
    message |= {"chat": chat.described(), "date": int(world.clock())}
    if thread:
        message |= {"message_thread_id": thread.id, "is_topic_message": True}
    return message


def set_keyboard(world: World, chat: Chat, reply: Json) -> None:
    chat.keyboard = reply if "keyboard" in reply or reply.get("force_reply") else None
    if chat.id in world.chats:
        world.tell({"type": "keyboard", "chat_id": chat.id, "keyboard": chat.keyboard})


def _reply(world: World, chat: Chat, given: Any) -> Json:
    if not given:
        return {}
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    if unknown := set(given) - REPLY_FIELDS:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of reply parameters")
    message_id = given.get("message_id")
    elsewhere = given.get("chat_id") not in (None, chat.id)
    there = world.chat(given["chat_id"]) if elsewhere else chat
    original = there.find(message_id) if there and isinstance(message_id, int) else None
    if original is None:
        if given.get("allow_sending_without_reply") and not elsewhere:
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": without_reply(original)}


def without_reply(message: Json) -> Json:
    """Messages that are replied to show no further ones."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
