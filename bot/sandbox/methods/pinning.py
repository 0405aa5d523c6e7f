"""Pinned messages."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import may, writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat
from bot.sandbox.methods.posting import heading, without_reply
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.world import World

methods = Methods()


@methods("pinChatMessage", "business_connection_id chat_id message_id disable_notification")
async def pin_chat_message(context: Context, params: Json) -> Any:
    chat = _manageable(context.world, params)
    message_id = params.get("message_id")
    message = chat.find(message_id) if isinstance(message_id, int) else None
    if message is None or not isinstance(message_id, int):
        raise bad_request("message to pin not found")
    if chat.pinned and chat.pinned[-1] == message_id:
        return True
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    chat.pinned.append(message_id)
    context.world.keep(chat, {**heading(context.world, chat), "pinned_message": without_reply(message)})
    _tell(context.world, chat)
    return True


@methods("unpinChatMessage", "business_connection_id chat_id message_id")
async def unpin_chat_message(context: Context, params: Json) -> Any:
    """Without message_id, the newest one."""
    chat = _manageable(context.world, params)
    message_id = params.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    _tell(context.world, chat)
    return True


@methods("unpinAllChatMessages", "chat_id")
async def unpin_all_chat_messages(context: Context, params: Json) -> Any:
    chat = _manageable(context.world, params)
    chat.pinned.clear()
    _tell(context.world, chat)
    return True


def _manageable(world: World, params: Json) -> Chat:
    chat = writable(world, params.get("chat_id"))
    if not may(chat, "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _tell(world: World, chat: Chat) -> None:
    if chat.id in world.chats:
        world.tell({"type": "pinned", "chat_id": chat.id, "pinned": list(chat.pinned)})
