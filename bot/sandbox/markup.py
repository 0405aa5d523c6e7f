"""What Telegram accepts as buttons under a message."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.state import Json, bad_request

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
FIELDS = frozenset((*ACTIONS, "text", "style", "icon_custom_emoji_id"))
MOST_BUTTONS = 100
MOST_IN_ROW = 8


def inline_keyboard(markup: Any) -> Json | None:
    """The keyboard to keep with the message; a reply keyboard or force-reply passes and leaves none."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not {"keyboard", "remove_keyboard", "force_reply"} & set(markup):
            raise bad_request("object expected as reply markup")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays of InlineKeyboardButton')
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: field "text" must be a String')
    if unknown := set(button) - FIELDS:
        raise bad_request(f"unknown field {sorted(unknown)[0]!r} of an inline keyboard button")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in ACTIONS if action in button]
    if len(actions) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if size == 0:
            raise bad_request("text buttons are unallowed in the inline keyboard")
        if size > 64:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(str(button["url"]))
    if button.get("style") not in (None, "danger", "success", "primary"):
        raise bad_request("invalid button style specified")
    return dict(button)


def _check_url(url: str) -> None:
    found = re.match(r"^(?:([a-z][a-z0-9+.-]*)://)?([^/?#\s]*)", url, re.IGNORECASE)
    scheme = (found.group(1) or "http").lower() if found else ""
    host = found.group(2) if found else ""
    if scheme in ("tg", "ton", "tonsite") and host:
        return
    if scheme not in ("http", "https") or "." not in host.split(":")[0] or " " in url:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
