"""InputMedia objects: which fields each kind has."""

from __future__ import annotations

from typing import Any

from bot.sandbox.answers import Json, bad_request

COMMON = frozenset(("type", "media", "caption", "parse_mode", "caption_entities"))
SHOWN = COMMON | {"show_caption_above_media", "has_spoiler"}
FIELDS = {
    "photo": SHOWN,
    "video": SHOWN | {"thumbnail", "cover", "start_timestamp", "width", "height", "duration", "supports_streaming"},
    "animation": SHOWN | {"thumbnail", "width", "height", "duration"},
    "audio": COMMON | {"thumbnail", "duration", "performer", "title"},
    "document": COMMON | {"thumbnail", "disable_content_type_detection"},
    "voice_note": COMMON | {"duration"},
}


def checked_media(item: Any) -> Json:
    """An InputMedia with known fields; its file is not looked at yet."""
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind not in FIELDS:
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    if unknown := {key for key in item if item[key] is not None} - FIELDS[kind]:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of a media of type {kind}")
    return item
