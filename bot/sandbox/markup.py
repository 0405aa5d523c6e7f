"""What Telegram accepts as buttons under a message, and as reply keyboards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import Json, bad_request
from bot.sandbox.text.links import NoLink, checked

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
KEYBOARD_FIELDS = frozenset(
    ("keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective",
     "force_reply")
)  # fmt: skip
REQUESTS = ("request_users", "request_chat", "request_contact", "request_location", "request_poll", "web_app",
            "request_managed_bot")  # fmt: skip
STYLES = ("danger", "success", "primary")
MOST_BUTTONS = 100
MOST_IN_ROW = 8
DATA_LIMIT = 64
"""Bytes of callback_data."""
COPY_LIMIT = 256
PLACEHOLDER_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Markup:
    """`inline` stays with the message; `reply` changes what stands below the chat."""

    inline: Json | None = None
    reply: Json | None = None


def markup_of(given: Any, *, private: bool = True) -> Markup:
    if not given:
        return Markup()
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return Markup(inline=inline_keyboard(given, private=private))
    if "keyboard" in given:
        return Markup(reply=_reply_keyboard(given, private=private))
    if {"remove_keyboard", "force_reply"} & set(given):
        return Markup(reply=dict(given))
    raise bad_request("object expected as reply markup")


def inline_keyboard(given: Any, *, private: bool = True) -> Json | None:
    """The keyboard to keep with a message; None when there is no button in it."""
    if not given:
        return None
    if not isinstance(given, dict) or "inline_keyboard" not in given:
        raise bad_request("inline keyboard expected")
    rows = given["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays of InlineKeyboardButton')
    if unknown := set(given) - {"inline_keyboard", "force_reply"}:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of an inline keyboard")
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    kept = [[_button(button, private) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any, private: bool) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: field "text" must be a String')
    if unknown := set(button) - FIELDS:
        raise bad_request(f"unknown field {sorted(unknown)[0]!r} of an inline keyboard button")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    check_action(button, private=private)
    if button.get("style") not in (None, *STYLES):
        raise bad_request("invalid button style specified")
    return {key: value for key, value in button.items() if value is not None}


def check_action(button: Json, *, private: bool = True) -> str:
    """The one thing that a button does."""
    actions = [action for action in ACTIONS if button.get(action) is not None]
    if len(actions) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    action = actions[0]
    value = button[action]
    if action == "callback_data":
        if not isinstance(value, str) or not value:
            raise bad_request("text buttons are unallowed in the inline keyboard")
        if len(value.encode()) > DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        _check_url(str(value))
    elif action == "web_app":
        if not private:
            raise bad_request("BUTTON_TYPE_INVALID")
        _check_https(value)
    elif action == "login_url":
        _check_https(value)
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= COPY_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return action


def _check_url(url: str) -> None:
    if not url:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    try:
        checked(url)
    except NoLink as why:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {why}") from None


def _check_https(target: Any) -> None:
    url = target.get("url") if isinstance(target, dict) else None
    if not isinstance(url, str):
        raise bad_request('can\'t find field "url"')
    _check_url(url)
    if not url.startswith("https://"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Only HTTPS links are allowed")


def _reply_keyboard(given: Json, *, private: bool) -> Json:
    rows = given["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be of type Array of Arrays of KeyboardButton')
    if unknown := set(given) - KEYBOARD_FIELDS:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of a reply keyboard")
    if not 0 <= len(given.get("input_field_placeholder") or "") <= PLACEHOLDER_LIMIT:
        raise bad_request("input field placeholder is too long")
    kept = []
    for row in rows:
        buttons = [{"text": one} if isinstance(one, str) else one for one in row]
        for button in buttons:
            if not isinstance(button, dict) or not str(button.get("text") or "").strip():
                raise bad_request("keyboard button text must be non-empty")
            if not private and any(button.get(request) for request in REQUESTS):
                raise bad_request("this kind of button can be used in private chats only")
        if buttons:
            kept.append(buttons)
    if not kept:
        raise bad_request("reply keyboard must be non-empty")
    return {**given, "keyboard": kept}
