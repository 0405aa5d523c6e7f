"""A rich message of a call: read, its files got, its limits held."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import Json, bad_request
from bot.sandbox.media.media import Media, Upload
from bot.sandbox.rich.blocks import BlockReader, Slot
from bot.sandbox.rich.html import blocks_of
from bot.sandbox.rich.tally import shown

FIELDS = frozenset(("html", "markdown", "blocks", "media", "is_rtl", "skip_entity_detection"))
FILE_KINDS = {"voice_note": "voice"}


@dataclass(frozen=True, slots=True)
class Rich:
    told: Json
    """The RichMessage of the answer."""
    shown: Json
    """What readers see of it."""
    kinds: tuple[str, ...]
    """Of its media, as rights name them."""
    lost: str
    """What Telegram does silently; empty when nothing."""


async def rich_message(media: Media, params: Json, *, stored_only: bool = False) -> Rich:
    """`stored_only`: inline messages may only have files that were uploaded before. Raises ApiError."""
    given = params.get("rich_message")
    if given in (None, "", {}):
        raise bad_request("rich message must be non-empty")
    if not isinstance(given, dict):
        raise bad_request("object expected as rich message")
    if unknown := set(given) - FIELDS:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of a rich message")
    reader = BlockReader(detect=not given.get("skip_entity_detection"))
    blocks = reader.read(_source(given, params))
    if not blocks:
        raise bad_request("rich message must be non-empty")
    reader.tally.check()
    if stored_only and not all(_is_stored(slot) for slot in reader.slots):
        raise bad_request("invalid inline message content specified")
    await _fill(media, reader.slots, params)
    direction = {"is_rtl": True} if given.get("is_rtl") else {}
    seen = shown(blocks)
    lost = list(dict.fromkeys(reader.warnings))
    if len(seen) < len(blocks):
        lost.append(f"more than 20 media: readers see only the first {len(seen)} of {len(blocks)} blocks")
    kinds = tuple(dict.fromkeys(FILE_KINDS.get(slot.kind, slot.kind) for slot in reader.slots))
    return Rich({"blocks": blocks, **direction}, {"blocks": seen, **direction}, kinds, "; ".join(lost))


def _source(given: Json, params: Json) -> Any:
    ways = [way for way in ("blocks", "html", "markdown") if given.get(way) is not None]
    if not ways or given[ways[0]] in ("", []):
        raise bad_request("rich message must be non-empty")
    if len(ways) > 1:
        raise bad_request(f"the sandbox reads exactly one of blocks, html and markdown, not {' and '.join(ways)}")
    if ways == ["markdown"]:
        raise bad_request("the sandbox reads no Markdown in rich messages; use html or blocks")
    if ways == ["blocks"]:
        if given.get("media") is not None:
            raise bad_request("media can be used only with html and markdown")
        return given["blocks"]
    if not isinstance(given["html"], str):
        raise bad_request('field "html" must be of type String')
    return blocks_of(given["html"], given.get("media") or [])


async def _fill(media: Media, slots: list[Slot], params: Json) -> None:
    for slot in slots:
        name = slot.media.get("media")
        if not isinstance(name, str) or not name:
            raise bad_request("media must be non-empty")
        attached = params.get(name.removeprefix("attach://"))
        if name.startswith("attach://") and not isinstance(attached, Upload):
            raise bad_request("can't parse InputRichMessageMedia: media not found")
    files = await asyncio.gather(
        *(
            media.resolve(FILE_KINDS.get(slot.kind, slot.kind), slot.media["media"], params, slot.media)
            for slot in slots
        )
    )
    for slot, file in zip(slots, files, strict=True):
        slot.block[slot.kind] = file.described()


def _is_stored(slot: Slot) -> bool:
    name = slot.media.get("media")
    return isinstance(name, str) and "." not in name and ":" not in name
