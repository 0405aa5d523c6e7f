"""The parameters of a call: from its query, a form or JSON, where numbers and objects may also come as text."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.answers import Json
from bot.sandbox.media.media import Upload

OBJECTS = frozenset(
    ("reply_markup", "entities", "caption_entities", "link_preview_options", "reply_parameters", "media", "commands",
     "scope", "allowed_updates", "message_ids", "menu_button", "rich_message", "results", "button", "reaction",
     "suggested_post_parameters", "ephemeral_message_parameters")
)  # fmt: skip
NUMBERS = frozenset(
    ("chat_id", "from_chat_id", "message_id", "message_thread_id", "direct_messages_topic_id", "user_id", "offset",
     "limit", "timeout", "cache_time", "duration", "width", "height", "start_timestamp", "video_start_timestamp",
     "max_connections", "icon_color")
)  # fmt: skip
FLAGS = frozenset(
    ("disable_notification", "protect_content", "allow_paid_broadcast", "show_caption_above_media", "has_spoiler",
     "supports_streaming", "disable_content_type_detection", "show_alert", "is_personal", "is_big",
     "drop_pending_updates", "remove_caption", "return_bots")
)  # fmt: skip
JSON_TYPE = b"application/json"
FORM_TYPE = b"application/x-www-form-urlencoded"


def from_body(kind: bytes, body: bytes, query: str = "") -> Json:
    """JSON or a form. Raises ValueError for what can't be read."""
    params = _form(query) if query else {}
    if not body:
        return params
    if kind.startswith(JSON_TYPE):
        given = _parsed(body, "the request")
        if not isinstance(given, dict):
            raise ValueError("a JSON object is expected")
        for key, value in given.items():
            params[key] = _value(key, value) if isinstance(value, str) else value
        return params
    return params | _form(body.decode("utf-8", "replace"))


async def from_request(request: web.Request) -> Json:
    """Of any kind, with uploads. Raises ValueError for what can't be read."""
    kind = request.headers.get("Content-Type", "").encode("latin-1", "replace")
    if not kind.lower().startswith(b"multipart/"):
        return from_body(kind, await request.read(), request.query_string)
    params: Json = {key: _value(key, value) for key, value in request.query.items()}
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params[key] = Upload(value.filename or "", value.content_type or "", value.file.read())
        else:
            params[key] = _value(key, value if isinstance(value, str) else bytes(value).decode("utf-8", "replace"))
    return params


def _parsed(text: bytes, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"can't parse {what} JSON object") from None


def _form(text: str) -> Json:
    return {key: _value(key, value) for key, value in parse_qsl(text, keep_blank_values=True)}


def _value(key: str, value: str) -> Any:
    if key in OBJECTS:
        return _parsed(value.encode(), key) if value else None
    if key in NUMBERS:
        try:
            return int(value)
        except ValueError:
            return value or None
    return value.lower() in ("true", "yes", "1") if key in FLAGS else value
