"""Topics of forums, and of private chats when the bot has topics there."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import may, writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import GENERAL, Chat, Topic
from bot.sandbox.methods.posting import heading
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.world import World

methods = Methods()

COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
NAME_LIMIT = 128


@methods("createForumTopic", "chat_id name icon_color icon_custom_emoji_id")
async def create_forum_topic(context: Context, params: Json) -> Any:
    chat = _forum(context.world, params)
    name = _name(params)
    color = params.get("icon_color") or COLORS[0]
    if color not in COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    topic = open_topic(context.world, chat, heading(context.world, chat), name, color)
    told = {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.color}
    if params.get("icon_custom_emoji_id"):
        told["icon_custom_emoji_id"] = str(params["icon_custom_emoji_id"])
    return told


def open_topic(world: World, chat: Chat, head: Json, name: str, color: int = COLORS[0]) -> Topic:
    """The message that tells of a new topic gives it its id."""
    topic = chat.topics[head["message_id"]] = Topic(head["message_id"], name, color)
    about = {"forum_topic_created": {"name": name, "icon_color": color}}
    world.keep(chat, {**head, "message_thread_id": topic.id, "is_topic_message": True, **about})
    return topic


@methods("editForumTopic", "chat_id message_thread_id name icon_custom_emoji_id")
async def edit_forum_topic(context: Context, params: Json) -> Any:
    chat, topic = _topic(context.world, params)
    if params.get("name"):
        name = _name(params)
        if name == topic.name:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.name = name
    _say(context.world, chat, topic, {"forum_topic_edited": {"name": topic.name}})
    return True


@methods("closeForumTopic", "chat_id message_thread_id")
async def close_forum_topic(context: Context, params: Json) -> Any:
    return _set_closed(context.world, params, True)


@methods("reopenForumTopic", "chat_id message_thread_id")
async def reopen_forum_topic(context: Context, params: Json) -> Any:
    return _set_closed(context.world, params, False)


@methods("deleteForumTopic", "chat_id message_thread_id")
async def delete_forum_topic(context: Context, params: Json) -> Any:
    """With all its messages."""
    chat, topic = _topic(context.world, params)
    if not may(chat, "can_delete_messages"):
        raise bad_request("not enough rights to delete a topic")
    forget_topic(context.world, chat, topic)
    return True


def forget_topic(world: World, chat: Chat, topic: Topic) -> None:
    del chat.topics[topic.id]
    for message in chat.all():
        if message.get("message_thread_id") == topic.id:
            chat.remove(message["message_id"])
            world.tell({"type": "delete", "chat_id": chat.id, "message_id": message["message_id"]})


def _set_closed(world: World, params: Json, closed: bool) -> bool:
    chat, topic = _topic(world, params)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _say(world, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


def _say(world: World, chat: Chat, topic: Topic, what: Json) -> None:
    world.keep(chat, {**heading(world, chat, topic), **what})


def _forum(world: World, params: Json) -> Chat:
    chat = writable(world, params.get("chat_id"))
    if chat.kind == "private" and world.private_topics:
        chat.is_forum = True
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not may(chat, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(world: World, params: Json) -> tuple[Chat, Topic]:
    chat = _forum(world, params)
    topic = chat.topics.get(params.get("message_thread_id") or 0)
    if topic is None or topic.id == GENERAL:
        raise bad_request("message thread not found" if topic is None else "TOPIC_ID_INVALID")
    return chat, topic


def _name(params: Json) -> str:
    name = params.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= NAME_LIMIT:
        raise bad_request("topic name must be non-empty" if not name else "TOPIC_TITLE_INVALID")
    return name.strip()
