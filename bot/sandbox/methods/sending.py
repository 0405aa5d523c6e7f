"""Sending: texts, rich messages, and one photo, video, animation, piece of music, voice or document each."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.methods.posting import place, post
from bot.sandbox.methods.registry import CAPTIONED, DELIVERY, Context, Methods
from bot.sandbox.rich.message import rich_message
from bot.sandbox.text.formatted import caption_of, text_of

methods = Methods()

SENT = f"{DELIVERY} business_connection_id ephemeral_message_parameters"
PREVIEW_FIELDS = frozenset(("is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"))
ACTIONS = frozenset(
    ("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
     "choose_sticker", "find_location", "record_video_note", "upload_video_note", "cancel")
)  # fmt: skip


@methods("sendMessage", f"{SENT} text parse_mode entities link_preview_options")
async def send_message(context: Context, params: Json) -> Any:
    content = text_of(params)
    content["link_preview_options"] = preview = preview_of(params)
    where = place(context, params, "text")
    if preview and "url" not in preview and {"prefer_large_media", "prefer_small_media"} & preview.keys():
        context.world.warn(where.chat.id, "the size of a link preview is ignored unless its url is given")
    return post(context.world, where, content)


@methods("sendRichMessage", f"{SENT} rich_message")
async def send_rich_message(context: Context, params: Json) -> Any:
    rich = await rich_message(context.media, params)
    where = place(context, params, "rich", *rich.kinds)
    if rich.lost:
        context.world.warn(where.chat.id, rich.lost)
    return post(context.world, where, {"rich_message": rich.told}, shown={"rich_message": rich.shown})


def preview_of(params: Json) -> Json | None:
    given = params.get("link_preview_options")
    if not given:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as link preview options")
    if unknown := set(given) - PREVIEW_FIELDS:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of link preview options")
    return {key: value for key, value in given.items() if value not in (None, False)}


@methods("sendPhoto", f"{SENT} photo {CAPTIONED} show_caption_above_media has_spoiler")
async def send_photo(context: Context, params: Json) -> Any:
    return await _send(context, params, "photo")


@methods(
    "sendVideo",
    f"{SENT} video {CAPTIONED} show_caption_above_media has_spoiler duration width height thumbnail cover "
    "start_timestamp supports_streaming",
)
async def send_video(context: Context, params: Json) -> Any:
    return await _send(context, params, "video")


@methods(
    "sendAnimation",
    f"{SENT} animation {CAPTIONED} show_caption_above_media has_spoiler duration width height thumbnail",
)
async def send_animation(context: Context, params: Json) -> Any:
    return await _send(context, params, "animation")


@methods("sendAudio", f"{SENT} audio {CAPTIONED} duration performer title thumbnail")
async def send_audio(context: Context, params: Json) -> Any:
    return await _send(context, params, "audio")


@methods("sendVoice", f"{SENT} voice {CAPTIONED} duration")
async def send_voice(context: Context, params: Json) -> Any:
    return await _send(context, params, "voice")


@methods("sendDocument", f"{SENT} document {CAPTIONED} thumbnail disable_content_type_detection")
async def send_document(context: Context, params: Json) -> Any:
    return await _send(context, params, "document")


async def _send(context: Context, params: Json, kind: str) -> Any:
    content = caption_of(params)
    where = place(context, params, kind)
    file = await context.media.resolve(kind, params.get(kind), params, params)
    return post(context.world, where, {**media_fields(kind, file.described(), params), **content})


def media_fields(kind: str, described: Any, params: Json) -> Json:
    """An animation is told as a document, too, for bots of old."""
    fields: Json = {kind: described}
    if kind == "animation":
        fields["document"] = {key: described[key] for key in described if key not in ("duration", "width", "height")}
    if params.get("has_spoiler"):
        fields["has_media_spoiler"] = True
    return fields


@methods("sendChatAction", "business_connection_id chat_id message_thread_id action")
async def send_chat_action(context: Context, params: Json) -> Any:
    chat = writable(context.world, params.get("chat_id"))
    if params.get("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    if chat.id in context.world.chats:
        context.world.tell({"type": "chat_action", "chat_id": chat.id, "action": params["action"]})
    return True
