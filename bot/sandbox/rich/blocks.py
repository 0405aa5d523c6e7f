"""InputRichBlocks → RichBlocks: which fields each kind has, what it may hold, and the errors of the Bot API server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import Json, bad_request, field
from bot.sandbox.media.inputs import checked_media
from bot.sandbox.rich.tally import COLUMNS, MEDIA_BLOCKS, Tally, check_depth
from bot.sandbox.rich.texts import TextReader

FIELDS = {
    "paragraph": {"text"},
    "heading": {"text", "size"},
    "pre": {"text", "language"},
    "footer": {"text"},
    "divider": set[str](),
    "anchor": {"name"},
    "mathematical_expression": {"expression"},
    "list": {"items"},
    "blockquote": {"blocks", "credit"},
    "expandable_blockquote": {"text", "credit"},
    "pullquote": {"text", "credit"},
    **{kind: {kind, "caption"} for kind in MEDIA_BLOCKS},
    "collage": {"blocks", "caption"},
    "slideshow": {"blocks", "caption"},
    "table": {"cells", "is_bordered", "is_striped", "is_compact", "caption"},
    "details": {"summary", "blocks", "is_open"},
    "map": {"location", "zoom", "width", "height", "caption"},
    "buttons": {"buttons", "align"},
}
ITEM_FIELDS = {"blocks", "has_checkbox", "is_checked", "value", "type"}
CELL_FIELDS = {"text", "is_header", "colspan", "rowspan", "align", "valign"}
LABELS = ("a", "A", "i", "I", "1")
ALIGNMENTS = ("left", "center", "right")
VERTICAL = ("top", "middle", "bottom")
MOST_BUTTONS = 8
MOST_ZOOM = 24
MOST_SIDES, MOST_RATIO = 10_000, 20
MAP = {"zoom": 15, "width": 640, "height": 360}
"""Of a map about which nothing is said."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the file of an InputMedia goes when it has been got."""

    block: Json
    kind: str
    media: Json


class BlockReader:
    def __init__(self, *, detect: bool, private: bool = True) -> None:
        self.tally = Tally()
        self.slots: list[Slot] = []
        self.warnings: list[str] = []
        self._texts = TextReader(self.tally, detect=detect, private=private)

    def read(self, given: Any, depth: int = 0, *, only: tuple[str, ...] = ()) -> list[Json]:
        """`only`: the kinds that may stand here."""
        if not isinstance(given, list):
            raise bad_request('field "blocks" must be of type Array')
        return [self._block(block, depth + 1, only) for block in given]

    def _block(self, given: Any, depth: int, only: tuple[str, ...]) -> Json:
        if not isinstance(given, dict):
            raise bad_request(
                "object expected as InputRichMessageBlock" if given is not None else "block must be non-empty"
            )
        kind = given.get("type")
        if kind == "thinking" or (only and kind not in only):
            raise bad_request("block is not allowed")
        if kind not in FIELDS:
            raise bad_request(f'type "{kind}" is unsupported')
        _no_other(given, FIELDS[kind] | {"type"}, f"a rich block of type {kind}")
        check_depth(depth)
        self.tally.blocks += 1
        block: Json = {"type": kind}
        if kind in MEDIA_BLOCKS:
            self._media(block, kind, given, depth)
        else:
            getattr(self, f"_{kind}", self._textual)(block, given, depth)
        return block

    def _textual(self, block: Json, given: Json, depth: int) -> None:
        """paragraph, footer, pre, heading, expandable_blockquote, pullquote."""
        block["text"] = self._text(given, "text", depth, detect=block["type"] != "pre")
        if block["type"] == "heading":
            block["size"] = field(given, "size", int)
            if not 1 <= block["size"] <= 6:
                raise bad_request("invalid section heading size specified")
        if given.get("language"):
            block["language"] = field(given, "language", str)
        self._credit(block, given, depth)

    def _text(self, given: Json, name: str, depth: int, *, detect: bool = True) -> Any:
        if given.get(name) is None:
            raise bad_request(f'can\'t find field "{name}"')
        return self._texts.read(given[name], depth, detect=detect)

    def _credit(self, block: Json, given: Json, depth: int) -> None:
        if given.get("credit"):
            block["credit"] = self._texts.read(given["credit"], depth)

    def _caption(self, block: Json, given: Json, depth: int) -> None:
        caption = given.get("caption")
        if caption is None:
            return
        if not isinstance(caption, dict):
            raise bad_request("richBlockCaption must be an object")
        _no_other(caption, {"text", "credit"}, "a rich block's caption")
        told: Json = {"text": self._text(caption, "text", depth)}
        self._credit(told, caption, depth)
        if told["text"] or "credit" in told:
            block["caption"] = told

    def _divider(self, block: Json, given: Json, depth: int) -> None:
        """Nothing is in it."""

    def _anchor(self, block: Json, given: Json, depth: int) -> None:
        block["name"] = field(given, "name", str)

    def _mathematical_expression(self, block: Json, given: Json, depth: int) -> None:
        block["expression"] = field(given, "expression", str)
        self.tally.letters += len(block["expression"])

    def _list(self, block: Json, given: Json, depth: int) -> None:
        items = field(given, "items", list)
        if not items:
            raise bad_request("list must be non-empty")
        block["items"] = []
        number = 0
        for item in items:
            if not isinstance(item, dict):
                raise bad_request("object expected as InputRichBlockListItem")
            _no_other(item, ITEM_FIELDS, "an item of a rich list")
            label = item.get("type") or ""
            if label not in ("", *LABELS):
                raise bad_request("invalid list item type specified")
            if bool(label) != bool(items[0].get("type")):
                raise bad_request("list must be either ordered or unordered")
            self.tally.blocks += 1
            number = item.get("value") or number + 1
            told: Json = {"label": f"{number}." if label else "•"}
            told["blocks"] = self.read(item.get("blocks"), depth)
            told |= {key: True for key in ("has_checkbox", "is_checked") if item.get(key)}
            block["items"].append({**told, "value": number, "type": label} if label else told)

    def _blockquote(self, block: Json, given: Json, depth: int) -> None:
        block["blocks"] = self.read(given.get("blocks"), depth)
        self._credit(block, given, depth)

    def _collage(self, block: Json, given: Json, depth: int) -> None:
        block["blocks"] = self.read(given.get("blocks"), depth, only=MEDIA_BLOCKS)
        if not block["blocks"]:
            raise bad_request("block must be non-empty")
        self._caption(block, given, depth)

    _slideshow = _collage

    def _details(self, block: Json, given: Json, depth: int) -> None:
        block["summary"] = self._text(given, "summary", depth)
        block["blocks"] = self.read(given.get("blocks"), depth)
        if given.get("is_open"):
            block["is_open"] = True

    def _media(self, block: Json, kind: str, given: Json, depth: int) -> None:
        media = checked_media(field(given, kind, dict))
        if media["type"] != kind:
            raise bad_request(f'unexpected media type "{media["type"]}" for block "{kind}"')
        if media.get("caption"):
            self.warnings.append("the caption inside an InputMedia of a rich message is ignored: use the block's")
        self.tally.media += 1
        self.slots.append(Slot(block, kind, media))
        if media.get("has_spoiler"):
            block["has_spoiler"] = True
        self._caption(block, given, depth)

    def _table(self, block: Json, given: Json, depth: int) -> None:
        rows = field(given, "cells", list)
        block["cells"] = []
        for row in rows:
            if not isinstance(row, list):
                raise bad_request('field "cells" must be of type Array of Arrays of RichBlockTableCell')
            self.tally.blocks += 1
            cells = [self._cell(cell, depth) for cell in row]
            if sum(cell.get("colspan", 1) for cell in cells) > COLUMNS:
                raise bad_request("RICH_MESSAGE_TABLE_COLS_TOO_MANY")
            block["cells"].append(cells)
        block |= {key: True for key in ("is_bordered", "is_striped", "is_compact") if given.get(key)}
        if given.get("caption"):
            block["caption"] = self._texts.read(given["caption"], depth)

    def _cell(self, given: Any, depth: int) -> Json:
        if not isinstance(given, dict):
            raise bad_request(
                "richBlockTableCell must be an object" if given is not None else "table cell must be non-empty"
            )
        _no_other(given, CELL_FIELDS, "a table cell")
        cell: Json = {"align": field(given, "align", str), "valign": field(given, "valign", str)}
        if cell["align"] not in ALIGNMENTS:
            raise bad_request("invalid horizontal alignment specified")
        if cell["valign"] not in VERTICAL:
            raise bad_request("invalid vertical alignment specified")
        if given.get("text"):
            cell["text"] = self._texts.read(given["text"], depth)
        if given.get("is_header"):
            cell["is_header"] = True
        for span in ("colspan", "rowspan"):
            number = given.get(span)
            if number is not None and (not isinstance(number, int) or number < 0):
                raise bad_request(f"invalid table cell {span} specified")
            if number and number > 1:
                cell[span] = number
        return cell

    def _map(self, block: Json, given: Json, depth: int) -> None:
        location = field(given, "location", dict)
        latitude, longitude = location.get("latitude"), location.get("longitude")
        if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
            raise bad_request('can\'t find field "latitude"' if latitude is None else 'can\'t find field "longitude"')
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise bad_request("invalid location specified")
        block["location"] = {"latitude": latitude, "longitude": longitude}
        block |= {key: default if given.get(key) is None else field(given, key, int) for key, default in MAP.items()}
        width, height = block["width"], block["height"]
        if not 0 <= block["zoom"] <= MOST_ZOOM or width <= 0 or height <= 0 or width + height > MOST_SIDES:
            raise bad_request("invalid map properties specified")
        if max(width, height) > MOST_RATIO * min(width, height):
            raise bad_request("invalid map properties specified")
        self._caption(block, given, depth)

    def _buttons(self, block: Json, given: Json, depth: int) -> None:
        buttons = field(given, "buttons", list)
        if not buttons:
            raise bad_request("button row must be non-empty")
        if len(buttons) > MOST_BUTTONS:
            raise bad_request("a button row can have at most 8 buttons")
        if given.get("align") not in (None, *ALIGNMENTS):
            raise bad_request("invalid horizontal alignment specified")
        block["buttons"] = [self._texts.button(button, depth) for button in buttons]
        if given.get("align"):
            block["align"] = given["align"]


def _no_other(given: Json, known: set[str], what: str) -> None:
    if unknown := {key for key in given if given[key] is not None} - known:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of {what}")
