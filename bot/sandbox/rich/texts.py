"""RichText: read as the Bot API server reads it, and written as it writes it."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.answers import ApiError, Json, bad_request, field
from bot.sandbox.markup import check_action
from bot.sandbox.rich.tally import Tally, check_depth
from bot.sandbox.text.html import date_format
from bot.sandbox.text.links import NoLink, checked
from bot.sandbox.text.recognised import pieces

STYLES = frozenset(
    ("bold", "italic", "underline", "strikethrough", "spoiler", "marked", "code", "subscript", "superscript")
)
DETECTED = frozenset(("mention", "hashtag", "cashtag", "bot_command", "bank_card_number"))
"""Only Telegram makes these; sent back, they are text in which it finds them again."""
FIELDS = {
    **{kind: {"text"} for kind in STYLES},
    **{kind: {"text", "username" if kind == "mention" else kind} for kind in DETECTED},
    "url": {"text", "url"},
    "date_time": {"text", "unix_time", "date_time_format"},
    "custom_emoji": {"custom_emoji_id", "alternative_text"},
    "text_mention": {"text", "user"},
    "anchor": {"name"},
    "anchor_link": {"text", "anchor_name"},
    "reference": {"text", "name"},
    "reference_link": {"text", "reference_name"},
    "mathematical_expression": {"expression"},
    "email_address": {"text", "email_address"},
    "phone_number": {"text", "phone_number"},
    "button": {"button"},
}
BUTTON_FIELDS = frozenset(
    ("text", "style", "url", "callback_data", "web_app", "login_url", "switch_inline_query",
     "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "disabled")
)  # fmt: skip
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")
_FOUND = {"url": "url", "email": "email_address", "mention": "username", "hashtag": "hashtag", "cashtag": "cashtag",
          "bot_command": "bot_command"}  # fmt: skip


class TextReader:
    """`detect`: find links, hashtags and the like in plain text, as Telegram does unless it is told not to."""

    def __init__(self, tally: Tally, *, detect: bool, private: bool = True) -> None:
        self._tally, self._detect, self._private = tally, detect, private

    def read(self, given: Any, depth: int, *, detect: bool = True) -> Any:
        """The text as the answer has it. `depth` is that of the block or formatting around it."""
        if isinstance(given, str):
            self._tally.letters += len(given)
            return self._detected(given) if detect and self._detect else given
        if isinstance(given, list):
            return [self.read(part, depth, detect=detect) for part in given]
        if not isinstance(given, dict):
            raise bad_request("invalid rich text specified")
        kind = given.get("type")
        if kind not in FIELDS:
            raise bad_request("unsupported rich text type")
        if unknown := {key for key in given if given[key] is not None} - FIELDS[kind] - {"type"}:
            raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of a rich text of type {kind}")
        check_depth(depth + 1)
        if kind in DETECTED:
            return self.read(_text(given), depth, detect=detect)
        return self._object(kind, given, depth + 1, detect)

    def _object(self, kind: str, given: Json, depth: int, detect: bool) -> Json:
        told: Json = {"type": kind}
        if "text" in FIELDS[kind]:
            told["text"] = self.read(_text(given), depth, detect=detect and kind in STYLES - {"code"})
        match kind:
            case "url":
                told["url"] = rich_link(field(given, "url", str))
            case "date_time":
                told |= _date(given)
            case "custom_emoji":
                told |= self._emoji(given)
            case "text_mention":
                told["user"] = {"is_bot": False, "first_name": "", **field(given, "user", dict)}
                field(told["user"], "id", int)
            case "email_address":
                told["email_address"] = _email(field(given, "email_address", str))
            case "mathematical_expression":
                told["expression"] = field(given, "expression", str)
                self._tally.letters += len(told["expression"])
            case "button":
                told["button"] = self.button(field(given, "button", dict), depth)
            case "phone_number" | "anchor" | "anchor_link" | "reference" | "reference_link":
                name = next(iter(FIELDS[kind] - {"text"}))
                told[name] = field(given, name, str)
        return told

    def button(self, given: Any, depth: int) -> Json:
        """A RichMessageButton."""
        if not isinstance(given, dict):
            raise bad_request("inlineButton must be an Object")
        if unknown := {key for key in given if given[key] is not None} - BUTTON_FIELDS:
            raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of a rich message button")
        text = self.read(_text(given), depth, detect=False)
        if not _plain_enough(text):
            raise bad_request("button text can have only custom emoji and dates")
        action = check_action(given, private=self._private)
        style = given.get("style")
        if style not in (None, "danger", "success", "primary", "link"):
            raise bad_request("invalid button style specified")
        if style == "link" and action != "callback_data":
            raise bad_request("only callback buttons can have the link style")
        if action == "login_url" and "bot_username" in (given["login_url"] or {}):
            raise bad_request("login_url of a rich message button can't have bot_username")
        return {**{key: value for key, value in given.items() if value is not None}, "text": text}

    def _detected(self, text: str) -> Any:
        found = pieces(text)
        if not found:
            return text
        parts: list[Any] = []
        at = 0
        for kind, begin, end in found:
            if begin > at:
                parts.append(text[at:begin])
            parts.append(_found(kind, text[begin:end]))
            at = end
        return [*parts, text[at:]] if at < len(text) else parts

    def _emoji(self, given: Json) -> Json:
        number = field(given, "custom_emoji_id", str)
        if not re.fullmatch(r"-?[1-9]\d{0,18}", number):
            raise bad_request("invalid custom emoji identifier specified")
        words = field(given, "alternative_text", str)
        self._tally.letters += len(words)
        return {"custom_emoji_id": number, "alternative_text": words}


def rich_link(url: str) -> str:
    if url[:7].lower() == "mailto:" or url[:4].lower() == "tel:":
        return url
    try:
        return checked(url)
    except NoLink:
        raise bad_request("RICH_MESSAGE_URL_INVALID") from None


def _text(given: Json) -> Any:
    if given.get("text") is None:
        raise bad_request('can\'t find field "text"')
    return given["text"]


def _date(given: Json) -> Json:
    time = field(given, "unix_time", int)
    if time <= 0:
        raise bad_request("invalid date specified")
    try:
        return {"unix_time": time, "date_time_format": date_format(given.get("date_time_format") or "")}
    except ApiError:
        raise bad_request("invalid date-time format specified") from None


def _email(address: str) -> str:
    if not _EMAIL.fullmatch(address):
        raise bad_request("RICH_MESSAGE_EMAIL_INVALID")
    return address


def _found(kind: str, words: str) -> Json:
    value = words.removeprefix("@") if kind == "mention" else words
    if kind == "url" and "://" not in value:
        value = f"http://{value}"
    name = "email_address" if kind == "email" else kind
    return {"type": name, "text": words, _FOUND[kind]: value}


def _plain_enough(text: Any) -> bool:
    if isinstance(text, str):
        return True
    if isinstance(text, list):
        return all(map(_plain_enough, text))
    return bool(text["type"] == "custom_emoji" or (text["type"] == "date_time" and _plain_enough(text["text"])))
