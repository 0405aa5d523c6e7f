"""People and the bot coming into chats, leaving them, and getting rights; the updates that tell the bot of it."""

from __future__ import annotations

from bot.sandbox.answers import Json
from bot.sandbox.chats import Chat, Member
from bot.sandbox.world import BOT_ID, World


def set_member(
    world: World,
    chat: Chat,
    user_id: int,
    status: str,
    *,
    by: int,
    rights: dict[str, bool] | None = None,
    until: int = 0,
    is_member: bool = True,
) -> None:
    """`rights`: of an administrator, or what a restricted member may still do. An administrator of whom nothing is
    said may do everything but appoint others."""
    if status == "administrator" and rights is None:
        rights = {right: right != "can_promote_members" for right in chat.rights}
    old = chat.member(user_id)
    new = Member(status, rights or {}, until, is_member)
    chat.members[user_id] = new
    if (old.status, old.rights, old.is_member) == (new.status, new.rights, new.is_member):
        return
    # The bot hears of its own coming and of its being thrown out, whether it is there or not.
    service = _service(world, chat, user_id, old, new, by)
    told = {
        "chat": chat.described(),
        "from": world.user(by),
        "date": int(world.clock()),
        "old_chat_member": old.described(world.user(user_id), chat),
        "new_chat_member": new.described(world.user(user_id), chat),
    }
    if user_id == BOT_ID:
        world.updates.add("my_chat_member", told, chat.id)
    elif chat.member(BOT_ID).in_charge:
        world.updates.add("chat_member", told, chat.id)
    if service and (chat.member(BOT_ID).present or chat.kind == "group"):
        world.updates.add("message", service, chat.id)
    world.tell({"type": "members", "chat_id": chat.id, "chat": described(world, chat)})


def _service(world: World, chat: Chat, user_id: int, old: Member, new: Member, by: int) -> Json | None:
    """The message that a group shows when somebody comes or goes."""
    if chat.kind == "channel" or old.present == new.present:
        return None
    message = {
        "message_id": next(chat.numbers),
        "from": world.user(by),
        "chat": chat.described(),
        "date": int(world.clock()),
    }
    if new.present:
        message["new_chat_members"] = [world.user(user_id)]
    else:
        message["left_chat_member"] = world.user(user_id)
    world.keep(chat, message)
    return message


def set_blocked(world: World, person_id: int, blocked: bool) -> None:
    """A private chat: the bot hears of a block and of its end."""
    person = world.person(person_id)
    chat = world.chat(person_id)
    assert person
    assert chat
    if person.blocked == blocked:
        return
    person.blocked = blocked
    if person.silent:
        world.crowd.change(person)
    statuses = ("member", "kicked") if blocked else ("kicked", "member")
    old, new = (Member(status).described(world.bot(), chat) for status in statuses)
    told = {
        "chat": chat.described(),
        "from": person.user(),
        "date": int(world.clock()),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    world.updates.add("my_chat_member", told, chat.id)
    world.tell({"type": "user", "chat_id": person.id, "user": person.described()})


def migrate(world: World, old: Chat, *, by: int) -> Chat:
    """A group becomes a supergroup with a new id; both tell of it."""
    new = world.new_chat("supergroup", old.title)
    new.members = old.members
    new.permissions = old.permissions
    old.migrated_to = new.id
    for chat, about in ((old, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": old.id})):
        message = {
            "message_id": next(chat.numbers),
            "from": world.user(by),
            "chat": chat.described(),
            "date": int(world.clock()),
            **about,
        }
        world.keep(chat, message)
        if new.member(BOT_ID).present:
            world.updates.add("message", message, chat.id)
    world.tell({"type": "members", "chat_id": new.id, "chat": described(world, new)})
    return new


def described(world: World, chat: Chat) -> Json:
    """A chat as the page and the tests see it."""
    return {
        **chat.described(),
        "kind": chat.kind,
        "username": chat.username,
        "members": {str(user_id): member.status for user_id, member in chat.members.items()},
        "bot": chat.member(BOT_ID).described(world.bot(), chat),
        "topics": [{"id": topic.id, "name": topic.name, "closed": topic.closed} for topic in chat.topics.values()],
        "pinned": list(chat.pinned),
        "migrated_to": chat.migrated_to or None,
        "gone": chat.gone,
    }
