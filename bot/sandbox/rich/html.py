"""Rich HTML → the same InputRichBlocks that a bot could have sent itself."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.answers import Json, bad_request
from bot.sandbox.rich.inline import inline_text, is_inline
from bot.sandbox.rich.tree import MEDIA, Node, error, tree_of

SIZES = {f"h{size}": size for size in range(1, 7)}
KINDS = {"img": "photo", "video": "video", "audio": "audio", "tg-document": "document"}
STORED = re.compile(r"tg://(photo|video|audio|document)\?id=([A-Za-z0-9_-]{1,64})")


def blocks_of(source: str, media: Any) -> list[Json]:
    """`media`: the InputRichMessageMedia that tg://photo?id= links name."""
    return _Writer(_by_id(media)).blocks(tree_of(source))


def _by_id(media: Any) -> dict[str, Json]:
    if not isinstance(media, list):
        raise bad_request('field "media" must be of type Array')
    found: dict[str, Json] = {}
    for item in media:
        if not isinstance(item, dict) or not isinstance(item.get("media"), dict):
            raise bad_request("can't parse InputRichMessageMedia: media must be non-empty")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(item.get("id") or "")):
            raise bad_request("invalid rich message file identifier specified")
        found[item["id"]] = item["media"]
    return found


class _Writer:
    def __init__(self, media: dict[str, Json]) -> None:
        self._media = media

    def blocks(self, node: Node, *, leave: tuple[str, ...] = ()) -> list[Json]:
        """The blocks in a node, without the children that are `leave`; words between them become paragraphs."""
        blocks: list[Json] = []
        words: list[Node | str] = []
        for child in [*node.children, Node("")]:
            if isinstance(child, str) or is_inline(child):
                words.append(child)
                continue
            text = inline_text(words)
            if text:
                blocks.append({"type": "paragraph", "text": text})
            words = []
            if child.tag and child.tag not in leave:
                blocks.append(self._block(child))
        return blocks

    def _block(self, node: Node) -> Json:
        tag = node.tag
        if tag in SIZES:
            return {"type": "heading", "size": SIZES[tag], "text": inline_text(node.children)}
        if tag in MEDIA:
            return self._file(node)
        writer = getattr(self, "_" + tag.replace("-", "_"), None)
        if writer is None:
            raise error(f'tag "{tag}" is not allowed here')
        block: Json = writer(node)
        return block

    def _p(self, node: Node) -> Json:
        return {"type": "paragraph", "text": inline_text(node.children)}

    def _footer(self, node: Node) -> Json:
        return {"type": "footer", "text": inline_text(node.children)}

    def _hr(self, node: Node) -> Json:
        return {"type": "divider"}

    def _pre(self, node: Node) -> Json:
        code = node.first("code")
        language = code.attributes.get("class", "") if code and len(node.children) == 1 else ""
        inner = code.children if code and len(node.children) == 1 else node.children
        told: Json = {"type": "pre", "text": inline_text(inner, verbatim=True)}
        return told | ({"language": language.removeprefix("language-")} if language.startswith("language-") else {})

    def _ul(self, node: Node) -> Json:
        ordered = node.tag == "ol"
        label = node.attributes.get("type", "1")
        items = [child for child in node.children if isinstance(child, Node) and child.tag == "li"]
        step = -1 if "reversed" in node.attributes else 1
        number = _number(node, "start", len(items) if step < 0 else 1)
        told = []
        for item in items:
            entry: Json = {"blocks": self.blocks(item, leave=("input",))}
            if ordered:
                number = _number(item, "value", number)
                entry |= {"value": number, "type": item.attributes.get("type", label)}
                number += step
            if box := item.first("input"):
                entry |= {"has_checkbox": True, "is_checked": "checked" in box.attributes}
            told.append(entry)
        return {"type": "list", "items": told}

    _ol = _ul

    def _blockquote(self, node: Node) -> Json:
        if "expandable" in node.attributes:
            words = [child for child in node.children if not isinstance(child, Node) or child.tag != "cite"]
            return {"type": "expandable_blockquote", "text": inline_text(words), **_credit(node)}
        return {"type": "blockquote", "blocks": self.blocks(node, leave=("cite",)), **_credit(node)}

    def _aside(self, node: Node) -> Json:
        words = [child for child in node.children if not isinstance(child, Node) or child.tag != "cite"]
        return {"type": "pullquote", "text": inline_text(words), **_credit(node)}

    def _file(self, node: Node) -> Json:
        source = node.attributes.get("src", "")
        if stored := STORED.fullmatch(source):
            media = self._media.get(stored[2])
            if media is None:
                raise bad_request("can't parse InputRichMessageMedia: media not found")
            kind = str(media.get("type"))
        else:
            if not source.startswith(("http://", "https://")):
                raise bad_request("RICH_MESSAGE_URL_INVALID")
            path = source.partition("?")[0].lower()
            kind = KINDS[node.tag]
            if node.tag == "video" and path.endswith(".gif"):
                kind = "animation"
            if node.tag == "audio" and path.endswith((".ogg", ".oga")):
                kind = "voice_note"
            media = {"type": kind, "media": source}
        if "tg-spoiler" in node.attributes:
            media = {**media, "has_spoiler": True}
        return {"type": kind, kind: media}

    def _figure(self, node: Node) -> Json:
        inner = [child for child in node.children if isinstance(child, Node) and child.tag != "figcaption"]
        if len(inner) != 1 or inner[0].tag not in (*MEDIA, "tg-map"):
            raise error("a figure has one photo, video, audio, document or map")
        return self._block(inner[0]) | _caption(node)

    def _tg_collage(self, node: Node) -> Json:
        inner = [child for child in node.children if isinstance(child, Node) and child.tag != "figcaption"]
        kind = node.tag.removeprefix("tg-")
        return {"type": kind, "blocks": [self._block(child) for child in inner], **_caption(node)}

    _tg_slideshow = _tg_collage

    def _table(self, node: Node) -> Json:
        rows = [child for child in node.children if isinstance(child, Node) and child.tag == "tr"]
        told: Json = {"type": "table", "cells": [[_cell(cell) for cell in _cells(row)] for row in rows]}
        told |= {f"is_{name}": True for name in ("bordered", "striped", "compact") if name in node.attributes}
        caption = node.first("caption")
        return told | ({"caption": inline_text(caption.children)} if caption else {})

    def _details(self, node: Node) -> Json:
        summary = node.first("summary")
        told: Json = {"type": "details", "blocks": self.blocks(node, leave=("summary",))}
        told["summary"] = inline_text(summary.children) if summary else ""
        return told | ({"is_open": True} if "open" in node.attributes else {})

    def _tg_map(self, node: Node) -> Json:
        try:
            location = {"latitude": float(node.attributes["lat"]), "longitude": float(node.attributes["long"])}
        except (KeyError, ValueError):
            raise bad_request("invalid location specified") from None
        zoom = {"zoom": _number(node, "zoom", 15)} if "zoom" in node.attributes else {}
        return {"type": "map", "location": location, **zoom}

    def _tg_math_block(self, node: Node) -> Json:
        return {"type": "mathematical_expression", "expression": str(inline_text(node.children, verbatim=True))}

    def _tg_thinking(self, node: Node) -> Json:
        return {"type": "thinking", "text": inline_text(node.children)}

    def _tg_button_row(self, node: Node) -> Json:
        inner = [child for child in node.children if isinstance(child, Node)]
        buttons = [part["button"] for part in _listed(inline_text(list(inner))) if isinstance(part, dict)]
        align = {"align": node.attributes["align"]} if "align" in node.attributes else {}
        return {"type": "buttons", "buttons": buttons, **align}


def _listed(text: Any) -> list[Any]:
    return text if isinstance(text, list) else [text] if text else []


def _caption(node: Node) -> Json:
    found = node.first("figcaption")
    if not found:
        return {}
    words = [child for child in found.children if not isinstance(child, Node) or child.tag != "cite"]
    return {"caption": {"text": inline_text(words), **_credit(found)}}


def _credit(node: Node) -> Json:
    found = node.first("cite")
    return {"credit": inline_text(found.children)} if found else {}


def _cells(row: Node) -> list[Node]:
    return [child for child in row.children if isinstance(child, Node) and child.tag in ("td", "th")]


def _cell(node: Node) -> Json:
    header = node.tag == "th"
    cell: Json = {
        "align": node.attributes.get("align", "center" if header else "left"),
        "valign": node.attributes.get("valign", "middle"),
        "text": inline_text(node.children),
    }
    cell |= {span: _number(node, span, 1) for span in ("colspan", "rowspan") if span in node.attributes}
    return cell | ({"is_header": True} if header else {})


def _number(node: Node, name: str, default: int) -> int:
    value = node.attributes.get(name, "")
    return int(value) if re.fullmatch(r"-?\d{1,9}", value) else default
