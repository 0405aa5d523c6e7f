"""Rich text and single rich blocks (Bot API InputRichMessage.blocks, as JSON), and what they count. Pure.

Formatting is at most two levels deep: a reader of the answer that other bots use takes seconds for a few more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.delivery.links import opens
from bot.delivery.post import length
from bot.delivery.render.classic import MOMENT_FORMAT
from bot.delivery.render.edition import unix
from bot.delivery.render.media import media_of
from bot.delivery.render.words import cut, readable
from bot.model.articles import Photo
from bot.model.body import Item, Row, Run, Runs, Style, words
from bot.model.language import Language
from bot.texts import Texts

Json = dict[str, Any]
RichText = str | list[Any] | Json

COLUMNS = 20
"""Of a table (Bot API, RichBlockTable)."""
CAPTION_LIMIT = 1_000
STYLES = {
    Style.CODE: "code",
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.UNDERLINE: "underline",
    Style.STRIKE: "strikethrough",
    Style.MARK: "marked",
    Style.SUB: "subscript",
    Style.SUP: "superscript",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”()\[\]]+", re.IGNORECASE)
WORDS = ("text", "credit", "caption", "blocks", "items", "cells")
"""Where in a block there is something to read."""


def rich_text(runs: Sequence[Run]) -> RichText:
    """Addresses that stand in the text open as well: the message is sent without looking for them, since a phone
    number or an e-mail address that is none would make Telegram refuse all of it."""
    runs = [part for run in runs for part in _with_addresses(run)]
    parts: list[Any] = []
    for url, group in groupby(runs, key=lambda run: run.url):
        whole = opens(url)
        styled = [_styled(run, 1 if whole else 2) for run in group]
        parts += [{"type": "url", "text": _one(styled), "url": url}] if whole else styled
    return _one(parts)


def _with_addresses(run: Run) -> list[Run]:
    if run.url or "://" not in run.text or Style.CODE in run.styles:
        return [run]
    parts: list[Run] = []
    at = 0
    for found in _ADDRESS.finditer(run.text):
        if opens(url := found[0].rstrip(".,:;!?'")):
            end = found.start() + len(url)
            parts += [replace(run, text=run.text[at : found.start()]), replace(run, text=url, url=url)]
            at = end
    return [part for part in (*parts, replace(run, text=run.text[at:])) if part.text]


def _one(parts: list[Any]) -> RichText:
    alone: RichText = parts[0] if len(parts) == 1 else parts
    return alone


def _styled(run: Run, levels: int) -> RichText:
    text: RichText = readable(run.text)
    styles = [style for style in STYLES if style in run.styles]
    for style in styles[:1] if Style.CODE in styles else styles[:levels]:
        text = {"type": STYLES[style], "text": text}
    return text


def paragraph(text: RichText) -> Json:
    return {"type": "paragraph", "text": text}


def moment_text(moment: datetime, said: str) -> RichText:
    """A moment that every reader sees in their own zone."""
    seconds = unix(moment)
    if seconds is None:
        return said
    return {"type": "date_time", "text": said, "unix_time": seconds, "date_time_format": MOMENT_FORMAT}


def photo_blocks(photos: Sequence[Photo], language: Language, texts: Texts) -> Json:
    """One photo, or several as a slideshow."""
    blocks = [_photo(photo, language, texts) for photo in photos]
    return blocks[0] if len(blocks) == 1 else {"type": "slideshow", "blocks": blocks}


def _photo(photo: Photo, language: Language, texts: Texts) -> Json:
    block: Json = {"type": "photo", "photo": {"type": "photo", "media": media_of(photo)}}
    caption = readable(cut(photo.caption, CAPTION_LIMIT))
    said = readable(cut(photo.credit, CAPTION_LIMIT))
    credit = texts.get(language, "card.credit", credit=said) if said else ""
    if caption and credit:
        block["caption"] = {"text": caption, "credit": credit}
    elif caption or credit:
        block["caption"] = {"text": caption or credit}
    return block


def lists(items: Sequence[Item]) -> list[Json]:
    """Neighbouring items as lists within lists; where numbers begin or end, another list does."""
    made: list[Json] = []
    at = 0
    while at < len(items):
        item = items[at]
        end = at + 1
        while end < len(items) and items[end].depth > item.depth:
            end += 1
        entry: Json = {"blocks": [paragraph(rich_text(item.runs)), *lists(items[at + 1 : end])]}
        if item.number is not None:
            entry |= {"type": "1", **({"value": item.number} if item.number > 0 else {})}
        if made and ("type" in made[-1]["items"][0]) == ("type" in entry):
            made[-1]["items"].append(entry)
        else:
            made.append({"type": "list", "items": [entry]})
        at = end
    return made


def table(rows: Sequence[Row]) -> Json:
    """With as many cells in every row; columns beyond the limit are cut with …"""
    columns = min(COLUMNS, max(len(row.cells) for row in rows))
    cells = [[_cell(cell, header=row.header) for cell in _fitted(row.cells, columns)] for row in rows]
    return {"type": "table", "cells": cells, "is_bordered": True}


def _fitted(cells: Sequence[Runs], columns: int) -> list[Runs]:
    if len(cells) > columns:
        return [*cells[: columns - 1], (Run("…"),)]
    return [*cells, *[()] * (columns - len(cells))]


def _cell(runs: Runs, *, header: bool) -> Json:
    cell: Json = {"align": "left", "valign": "top"}
    if words(runs):
        cell["text"] = rich_text(runs)
    return cell | {"is_header": True} if header else cell


def letters(content: Any) -> int:
    """Of all the text in it, in UTF-16 units; addresses don't count."""
    if isinstance(content, str):
        return length(content)
    if isinstance(content, list):
        return sum(map(letters, content))
    return sum(letters(content[key]) for key in WORDS if key in content)


def count(block: Json) -> int:
    """The block with all blocks in it; list items and table rows count, too."""
    nested = sum(map(count, block.get("blocks", ())))
    items = sum(1 + sum(map(count, item["blocks"])) for item in block.get("items", ()))
    return 1 + nested + items + len(block.get("cells", ()))
