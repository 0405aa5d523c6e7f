"""What Telegram's own library says: HTML, entities and links, offline."""

from __future__ import annotations

import json
from typing import Any

import tdjson

KINDS = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "TextUrl": "text_link", "MentionName": "text_mention", "Code": "code", "Pre": "pre",
    "PreCode": "pre", "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote",
    "CustomEmoji": "custom_emoji", "DateTime": "date_time", "Url": "url", "Mention": "mention", "Hashtag": "hashtag",
    "Cashtag": "cashtag", "BotCommand": "bot_command", "EmailAddress": "email", "MediaTimestamp": "timestamp",
}  # fmt: skip
NAMES = {kind: name for name, kind in KINDS.items() if name != "PreCode"}


def ask(kind: str, **fields: Any) -> Any:
    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    return json.loads(tdjson.td_execute(json.dumps({"@type": kind, **fields}).encode()))


def parsed_html(source: str) -> tuple[str, list[dict[str, Any]]] | str:
    """Text and entities in the Bot API's shape, or the error."""
    told = ask("parseTextEntities", text=source, parse_mode={"@type": "textParseModeHTML"})
    if told["@type"] == "error":
        return str(told["message"])
    return told["text"], [entity(one) for one in told["entities"]]


def tidied(text: str, entities: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """(kind, offset, length) as Telegram keeps them. The text must have no Markdown in it."""
    more = {"text_link": {"url": "http://x.kz/"}, "custom_emoji": {"custom_emoji_id": "5368324170671202286"}}
    given = [
        {
            "@type": "textEntity",
            "offset": offset,
            "length": length,
            "type": {"@type": f"textEntityType{NAMES[kind]}", **more.get(kind, {})},
        }
        for kind, offset, length in entities
    ]
    told = ask("parseMarkdown", text={"@type": "formattedText", "text": text, "entities": given})
    return [(KINDS[one["type"]["@type"][14:]], one["offset"], one["length"]) for one in told["entities"]]


def recognised(text: str) -> list[tuple[str, int, int]]:
    told = ask("getTextEntities", text=text)["entities"]
    found = [(KINDS[one["type"]["@type"][14:]], one["offset"], one["length"]) for one in told]
    return [one for one in found if one[0] != "timestamp"]


def entity(told: dict[str, Any]) -> dict[str, Any]:
    kind, fields = told["type"].pop("@type")[14:], told["type"]
    one = {"type": KINDS[kind], "offset": told["offset"], "length": told["length"]}
    for name in ("url", "language", "custom_emoji_id", "unix_time", "user_id"):
        if name in fields:
            one[name] = fields[name]
    if format_ := fields.get("formatting_type"):
        one["date_time_format"] = date_format(format_)
    return one


def date_format(told: dict[str, Any]) -> str:
    if told["@type"].endswith("Relative"):
        return "r"
    parts = {"Short": str.lower, "Long": str.upper}
    day = "w" if told["show_day_of_week"] else ""
    precisions = (("d", told["date_precision"]), ("t", told["time_precision"]))
    letters = [parts[size](letter) for letter, one in precisions if (size := one["@type"][21:]) in parts]
    return day + "".join(letters)
