"""Deleting: two days in private chats and groups; with the right to, whenever, in supergroups and channels."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import may, writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.world import BOT_ID, World

methods = Methods()

TWO_DAYS = 48 * 3600
MOST = 100


@methods("deleteMessage", "chat_id message_id")
async def delete_message(context: Context, params: Json) -> Any:
    chat = writable(context.world, params.get("chat_id"))
    message_id = params.get("message_id")
    message = chat.find(message_id) if isinstance(message_id, int) else None
    if message is None:
        raise bad_request("message to delete not found")
    _check(context.world, chat, message)
    _delete(context.world, chat, message)
    return True


@methods("deleteMessages", "chat_id message_ids")
async def delete_messages(context: Context, params: Json) -> Any:
    """Unknown ids are skipped, but one known message that can't be deleted fails the whole call."""
    ids = params.get("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MOST:
        raise bad_request("too many message identifiers specified")
    chat = writable(context.world, params.get("chat_id"))
    found = [message for one in ids if isinstance(one, int) and (message := chat.find(one)) is not None]
    for message in found:
        _check(context.world, chat, message)
    for message in found:
        _delete(context.world, chat, message)
    return True


def _check(world: World, chat: Chat, message: Json) -> None:
    own = message.get("from", {}).get("id") == BOT_ID or (chat.kind == "channel" and "author_signature" not in message)
    if chat.kind != "private" and not may(chat, "can_delete_messages"):
        if not own:
            raise bad_request("message can't be deleted")
        if chat.kind == "channel" and not may(chat, "can_post_messages"):
            raise bad_request("message can't be deleted")
    if chat.ages and world.clock() - message["date"] > TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")


def _delete(world: World, chat: Chat, message: Json) -> None:
    chat.remove(message["message_id"])
    if chat.id in world.chats:
        world.tell({"type": "delete", "chat_id": chat.id, "message_id": message["message_id"]})
