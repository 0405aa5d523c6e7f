"""Words with formatting in rich HTML → RichText."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.sandbox.answers import Json, bad_request
from bot.sandbox.rich.tree import INLINE, Node, error

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "mark": "marked",
    "sub": "subscript", "sup": "superscript", "tg-spoiler": "spoiler",
}  # fmt: skip
FLAGS = {"switch_inline_query": "query", "switch_inline_query_current_chat": "query", "copy_text": "text",
         "callback_data": "data", "url": "url"}  # fmt: skip


def is_inline(node: Node) -> bool:
    return node.tag in INLINE or (node.tag == "img" and node.attributes.get("src", "").startswith("tg://emoji?id="))


def inline_text(children: Sequence[Node | str], *, verbatim: bool = False) -> Any:
    """A string where that is enough, else a list. White space counts once and not at the ends, unless `verbatim`."""
    parts = _parts(children, verbatim)
    return _whole(parts if verbatim else _edges(parts))


def _parts(children: Sequence[Node | str], verbatim: bool) -> list[Any]:
    parts: list[Any] = []
    for child in children:
        if isinstance(child, Node):
            part = _node(child, verbatim)
        else:
            part = child if verbatim else re.sub(r"[ \t\r\n]+", " ", child)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part != "":
            parts.append(part)
    return parts


def _whole(parts: list[Any]) -> Any:
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else parts


def _edges(parts: list[Any]) -> list[Any]:
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(" ")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(" ")
    return [part for part in parts if part != ""]


def _node(node: Node, verbatim: bool) -> Any:
    tag, attributes = node.tag, node.attributes
    if tag == "br":
        return "\n"
    if not is_inline(node):
        raise error(f'tag "{tag}" is not allowed here')
    if tag in ("tg-emoji", "img"):
        number = attributes.get("emoji-id") or attributes.get("src", "").removeprefix("tg://emoji?id=")
        words = attributes.get("alt") or _plain(node)
        return {"type": "custom_emoji", "custom_emoji_id": number, "alternative_text": words}
    if tag == "tg-math":
        return {"type": "mathematical_expression", "expression": _plain(node)}
    if tag == "tg-button":
        return {"type": "button", "button": _button(node)}
    text = _whole(_parts(node.children, verbatim))
    if tag in STYLES:
        return {"type": STYLES[tag], "text": text} if text != "" else ""
    if tag == "tg-time":
        return {"type": "date_time", "text": text, "unix_time": _time(attributes.get("unix", "")),
                "date_time_format": attributes.get("format", "")}  # fmt: skip
    if tag == "tg-reference":
        return {"type": "reference", "name": attributes.get("name", ""), "text": text}
    return _link(attributes, text)


def _link(attributes: dict[str, str], text: Any) -> Any:
    if "name" in attributes and "href" not in attributes:
        return {"type": "anchor", "name": attributes["name"]}
    target = attributes.get("href") or (text if isinstance(text, str) else "")
    if target.startswith("#"):
        return {"type": "anchor_link", "text": text, "anchor_name": target[1:]}
    if target.lower().startswith("mailto:"):
        return {"type": "email_address", "text": text, "email_address": target[7:].partition("?")[0]}
    if target.lower().startswith("tel:"):
        return {"type": "phone_number", "text": text, "phone_number": target[4:]}
    if user := re.fullmatch(r"tg://user\?id=(\d{1,13})", target):
        return {"type": "text_mention", "text": text, "user": {"id": int(user[1])}}
    return {"type": "url", "text": text, "url": target}


def _button(node: Node) -> Json:
    attributes = node.attributes
    kind = attributes.get("type", "")
    button: Json = {"text": inline_text(node.children)}
    if "style" in attributes:
        button["style"] = attributes["style"]
    if kind in FLAGS:
        value = attributes.get(FLAGS[kind], "")
        button[kind] = {"text": value} if kind == "copy_text" else value
    elif kind in ("web_app", "login_url"):
        button[kind] = {"url": attributes.get("url", "")}
    elif kind == "switch_inline_query_chosen_chat":
        flags = ("allow-user-chats", "allow-bot-chats", "allow-group-chats", "allow-channel-chats")
        chosen = {flag.replace("-", "_"): True for flag in flags if flag in attributes}
        button[kind] = {"query": attributes.get("query", ""), **chosen}
    elif kind == "disabled":
        button[kind] = {}
    else:
        raise bad_request(f'can\'t parse rich message: type "{kind}" of a button is unsupported')
    return button


def _plain(node: Node) -> str:
    return "".join(child if isinstance(child, str) else _plain(child) for child in node.children)


def _time(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0
