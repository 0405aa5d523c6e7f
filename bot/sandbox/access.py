"""Whether the bot may do something in a chat, or what Telegram says why not."""

from __future__ import annotations

from typing import Any

from bot.sandbox.answers import ApiError, bad_request, forbidden
from bot.sandbox.chats import GENERAL, Chat, Member, Topic
from bot.sandbox.world import BOT_ID, World

SENDING = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "video": ("can_send_videos", "videos"),
    "animation": ("can_send_other_messages", "animations"),
    "audio": ("can_send_audios", "music"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "document": ("can_send_documents", "documents"),
    "rich": ("can_send_messages", "the rich message"),
}
"""By kind of message: the permission that it needs, and how the error names it."""
NAMES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


def known(world: World, chat_id: Any) -> Chat:
    """A chat that the bot may look at."""
    if chat_id in (None, ""):
        raise bad_request("chat_id is empty")
    chat = world.chat(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if chat.kind == "private":
        return chat
    member = chat.member(BOT_ID)
    if chat.kind != "group" and member.status == "kicked":
        raise forbidden(f"bot was kicked from the {NAMES[chat.kind]}")
    if chat.kind != "group" and not member.present and not chat.username:
        raise forbidden(f"bot is not a member of the {NAMES[chat.kind]}")
    return chat


def writable(world: World, chat_id: Any) -> Chat:
    """A chat that the bot may change something in."""
    chat = known(world, chat_id)
    if chat.kind == "private":
        return _private(world, chat)
    if chat.migrated_to:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    if chat.gone:
        raise forbidden("the group chat was deleted") if chat.kind == "group" else bad_request("chat not found")
    member = chat.member(BOT_ID)
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {NAMES[chat.kind]}")
    if not member.present:
        raise forbidden(f"bot is not a member of the {NAMES[chat.kind]}")
    return chat


def _private(world: World, chat: Chat) -> Chat:
    person = world.person(chat.id)
    assert person
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def check_sending(chat: Chat, *kinds: str) -> None:
    """Raises when the bot may not send messages of these kinds there."""
    if chat.kind == "private":
        return
    member = chat.member(BOT_ID)
    if chat.kind == "channel":
        if not member.may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        return
    allowed = permissions(chat, member)
    if not any(allowed.get(permission) for permission, _ in SENDING.values()):
        raise bad_request("have no rights to send a message")
    for kind in kinds:
        permission, words = SENDING[kind]
        if not allowed.get(permission):
            words = SENDING["rich"][1] if "rich" in kinds else words
            raise bad_request(f"not enough rights to send {words} to the chat")


def permissions(chat: Chat, member: Member) -> dict[str, bool]:
    """What a member may do."""
    if member.in_charge:
        return dict.fromkeys(chat.permissions, True)
    if member.status == "restricted":
        return {name: allowed and member.rights.get(name, False) for name, allowed in chat.permissions.items()}
    return chat.permissions


def may(chat: Chat, right: str) -> bool:
    """Whether the bot has a right that administrators have and members may have."""
    member = chat.member(BOT_ID)
    if chat.kind == "private":
        return True
    return member.may(right) if member.in_charge else permissions(chat, member).get(right, False)


def topic(chat: Chat, thread_id: Any) -> Topic | None:
    """The topic that a message goes to; None for the chat itself, or the forum's General."""
    if not thread_id:
        return None
    found = chat.topics.get(thread_id) if chat.is_forum and isinstance(thread_id, int) else None
    if found is None or thread_id == GENERAL:
        raise bad_request("message thread not found")
    if found.closed and not may(chat, "can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return found
