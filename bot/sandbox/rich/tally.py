"""The limits of a rich message, and what Telegram loses of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import Json, bad_request

LETTERS = 32_768
"""Code points, with captions, formulas and the words for custom emoji, without addresses."""
BLOCKS = 500
"""With nested ones, list items and table rows, as the documentation has it; users have seen the server count only the
outermost ones, so this is the stricter reading."""
DEPTH = 16
"""Levels of blocks and of formatting together."""
MEDIA = 50
COLUMNS = 20
SHOWN_MEDIA = 20
"""Beyond these the block that crosses and everything after it is lost, silently; the answer has it all."""
DEEPEST_READ = 100
WORDS = ("text", "alternative_text", "expression", "summary", "blocks", "items", "cells", "buttons", "button",
         "caption", "credit")  # fmt: skip
MEDIA_BLOCKS = ("photo", "video", "animation", "audio", "voice_note", "document")


@dataclass(slots=True)
class Tally:
    letters: int = 0
    blocks: int = 0
    media: int = 0

    def check(self) -> None:
        for count, limit, code in (
            (self.letters, LETTERS, "RICH_MESSAGE_TEXT_TOO_LONG"),
            (self.blocks, BLOCKS, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
            (self.media, MEDIA, "RICH_MESSAGE_MEDIA_TOO_MANY"),
        ):
            if count > limit:
                raise bad_request(code)


def check_depth(depth: int) -> None:
    if depth > DEPTH:
        raise bad_request("RICH_MESSAGE_DEPTH_INVALID")


def shown(blocks: list[Json]) -> list[Json]:
    """Those that readers see."""
    media = 0
    for number, block in enumerate(blocks):
        media += sum(inner["type"] in MEDIA_BLOCKS for inner in within(block))
        if media > SHOWN_MEDIA:
            return blocks[:number]
    return blocks


def within(block: Json) -> Iterator[Json]:
    """The block and all blocks in it."""
    yield block
    for inner in block.get("blocks", ()):
        yield from within(inner)
    for item in block.get("items", ()):
        for inner in item["blocks"]:
            yield from within(inner)


def plain(content: Any, depth: int = 0) -> str:
    """The words of blocks or of a rich text, to be read in one line; what is nested beyond all limits is left out."""
    if isinstance(content, str):
        return content
    if depth > DEEPEST_READ:
        return ""
    if isinstance(content, list):
        blocks = any(isinstance(one, dict) and {"blocks", "caption"} & one.keys() for one in content)
        return (" " if blocks else "").join(plain(one, depth + 1) for one in content)
    if not isinstance(content, dict):
        return ""
    parts = [plain(content[key], depth + 1) for key in WORDS if key in content]
    return " ".join(filter(None, parts))
