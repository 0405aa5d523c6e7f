"""Copies and forwards of messages."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bot.sandbox.access import known
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat
from bot.sandbox.markup import Markup
from bot.sandbox.methods.posting import CONTENT, Place, place, post
from bot.sandbox.methods.registry import CAPTIONED, DELIVERY, Context, Methods
from bot.sandbox.text.formatted import caption_of

methods = Methods()

ROUTE = "chat_id from_chat_id message_thread_id direct_messages_topic_id disable_notification protect_content"
MOST = 100
KIND_FIELDS = ("rich_message", "photo", "video", "animation", "audio", "voice", "document")


@methods(
    "copyMessage", f"{DELIVERY} from_chat_id message_id {CAPTIONED} show_caption_above_media video_start_timestamp"
)
async def copy_message(context: Context, params: Json) -> Any:
    source = known(context.world, params.get("from_chat_id"))
    original = source.find(_number(params.get("message_id")))
    if original is None or not set(original) & set(CONTENT):
        raise bad_request("message to copy not found" if original is None else "message can't be copied")
    if original.get("has_protected_content"):
        raise bad_request("message has protected content and can't be forwarded")
    content = copied(original)
    if "caption" in params and "caption" not in original and not any(kind in original for kind in KIND_FIELDS[1:]):
        raise bad_request("there is no caption in the message to copy")
    if "caption" in params:
        content = {key: value for key, value in content.items() if "caption" not in key} | caption_of(params)
    message = post(context.world, place(context, params, kind_of(original)), content)
    return {"message_id": message["message_id"]}


@methods("copyMessages", f"{ROUTE} message_ids remove_caption")
async def copy_messages(context: Context, params: Json) -> Any:
    sent = _each(context, params, forwarded=False)
    return [{"message_id": message["message_id"]} for message in sent]


@methods("forwardMessage", f"{ROUTE} message_id video_start_timestamp message_effect_id suggested_post_parameters")
async def forward_message(context: Context, params: Json) -> Any:
    source = known(context.world, params.get("from_chat_id"))
    original = source.find(_number(params.get("message_id")))
    if original is None:
        raise bad_request("message to forward not found")
    if original.get("has_protected_content") or not set(original) & set(CONTENT):
        raise bad_request("message has protected content and can't be forwarded")
    return post(context.world, place(context, params, kind_of(original)), _forwarded(source, original))


@methods("forwardMessages", f"{ROUTE} message_ids")
async def forward_messages(context: Context, params: Json) -> Any:
    sent = _each(context, params, forwarded=True)
    return [{"message_id": message["message_id"]} for message in sent]


def _each(context: Context, params: Json, *, forwarded: bool) -> list[Json]:
    """Those of the messages that can be found and passed on; albums stay albums."""
    ids = params.get("message_ids")
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        raise bad_request("message identifiers are not specified")
    if not 1 <= len(ids) <= MOST:
        raise bad_request("too many messages to forward" if ids else "message identifiers are not specified")
    if any(later <= earlier for earlier, later in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    source = known(context.world, params.get("from_chat_id"))
    originals = [found for one in ids if (found := source.find(one)) and not found.get("has_protected_content")]
    originals = [one for one in originals if set(one) & set(CONTENT)]
    if not originals:
        raise bad_request("there are no messages to forward" if forwarded else "there are no messages to copy")
    where = place(context, params, *dict.fromkeys(map(kind_of, originals)), messages=len(originals))
    groups: dict[str, str] = {}
    sent = []
    for original in originals:
        content = _forwarded(source, original) if forwarded else copied(original)
        if params.get("remove_caption"):
            content = {key: value for key, value in content.items() if "caption" not in key}
        if group := original.get("media_group_id"):
            content["media_group_id"] = groups.setdefault(group, str(10**15 + next(context.world.numbers)))
        sent.append(post(context.world, Place(where.chat, where.topic, {}, Markup(), where.protected), content))
    return sent


def copied(message: Json) -> Json:
    return {key: message[key] for key in CONTENT if key in message}


def kind_of(message: Json) -> str:
    """As rights name it."""
    kind = next((kind for kind in KIND_FIELDS if kind in message), "text")
    return "rich" if kind == "rich_message" else kind


def _forwarded(source: Chat, message: Json) -> Json:
    return {**copied(message), "forward_origin": message.get("forward_origin") or origin_of(source, message)}


def origin_of(source: Chat, message: Json) -> Json:
    if source.kind == "channel":
        return {
            "type": "channel",
            "date": message["date"],
            "chat": source.described(),
            "message_id": message["message_id"],
        }
    return {"type": "user", "date": message["date"], "sender_user": message["from"]}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
