"""Entities: checked as the Bot API checks those that it is given, and put right as Telegram puts them right, silently.

Offsets and lengths count UTF-16 units.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from bot.sandbox.answers import Json, bad_request

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("pre", "code")
NEEDED = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
SIMPLE = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card"}
TYPES = frozenset((*SPLITTABLE, *QUOTES, *CODE, *NEEDED, *SIMPLE))
FIELDS = {"type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format"}

_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_SPACES = re.compile("[\x00-\x09\x0b-\x1f]")


def utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, entity: Json) -> str:
    """What an entity covers."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    begin = entity["offset"] * 2
    return encoded[begin : begin + entity["length"] * 2].decode("utf-16-le", "replace")


def checked(given: Any, text: str) -> list[Json]:
    """Entities that a call brings along, in its own offsets."""
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    length = utf16(text)
    kept = []
    for entity in given:
        if not isinstance(entity, dict) or entity.get("type") not in TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        if unknown := set(entity) - FIELDS:
            raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of a MessageEntity")
        offset, size = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(size, int):
            raise bad_request("can't parse MessageEntity: wrong offset or length")
        if offset < 0:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if size < 0:
            raise bad_request(f"receive an entity with incorrect length {size}")
        if offset + size > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset "
                f"{offset + size}"
            )
        if not entity.get(NEEDED.get(entity["type"], "type")):
            raise bad_request(f"can't parse MessageEntity: can't find field \"{NEEDED[entity['type']]}\"")
        kept.append({key: value for key, value in entity.items() if value is not None})
    return [entity for entity in kept if entity["length"]]


def cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the letters that Telegram takes out; other control characters become spaces."""
    text = _SPACES.sub(" ", text.replace("\r", "\u2028") if "\r" in text else text)
    gone = [found.start() for found in _DROPPED.finditer(text)]
    if not gone:
        return text, entities
    places = [utf16(text[:at]) for at in gone]
    moved = []
    for entity in entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        start = begin - sum(place < begin for place in places)
        stop = end - sum(place < end for place in places)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return _DROPPED.sub("", text), moved


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, entities moved along."""
    lead = len(text) - len(text.lstrip(" \n"))
    text = text.strip(" \n")
    length = utf16(text)
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, length)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return text, kept


def tidied(entities: list[Json]) -> list[Json]:
    """Entities that contain one another only in the ways that Telegram allows: of two links, pieces of code or quotes
    that meet the first stays; bold and the like are cut at the borders of others and never stand in code."""
    entities = in_order(entities)
    quotes = _apart([one for one in entities if one["type"] in QUOTES])
    others = [
        one
        for one in _apart([one for one in entities if one["type"] not in (*QUOTES, *SPLITTABLE)])
        if not any(_meet(one, quote) and not _within(one, quote) for quote in quotes)
    ]
    fixed = [*quotes, *others]
    return in_order([*fixed, *_split([one for one in entities if one["type"] in SPLITTABLE], fixed)])


def in_order(entities: list[Json]) -> list[Json]:
    """By beginning, outer ones first."""
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], _RANK.get(one["type"], 5)))


_RANK = {"expandable_blockquote": 0, "blockquote": 0, "pre": 1, "code": 2, "text_link": 3, "text_mention": 3,
         "bold": 10, "italic": 11, "underline": 12, "strikethrough": 13, "spoiler": 14, "custom_emoji": 99}  # fmt: skip


def _end(entity: Json) -> int:
    return int(entity["offset"] + entity["length"])


def _meet(one: Json, other: Json) -> bool:
    return bool(one["offset"] < _end(other) and other["offset"] < _end(one))


def _within(one: Json, other: Json) -> bool:
    return bool(other["offset"] <= one["offset"] and _end(one) <= _end(other))


def _apart(entities: list[Json]) -> list[Json]:
    kept: list[Json] = []
    for entity in entities:
        if not kept or entity["offset"] >= _end(kept[-1]):
            kept.append(entity)
    return kept


def _split(entities: list[Json], fixed: list[Json]) -> list[Json]:
    spans: dict[str, list[list[int]]] = {}
    for entity in entities:
        of_kind = spans.setdefault(entity["type"], [])
        if of_kind and of_kind[-1][1] >= entity["offset"]:
            of_kind[-1][1] = max(of_kind[-1][1], _end(entity))
        else:
            of_kind.append([entity["offset"], _end(entity)])
    cuts = {begin for of_kind in spans.values() for begin, _ in of_kind}
    cuts |= {edge for one in fixed for edge in (one["offset"], _end(one))}
    kept = []
    for kind, of_kind in spans.items():
        for begin, end in of_kind:
            edges = [begin, *sorted(cut for cut in cuts if begin < cut < end), end]
            for start, stop in pairwise(edges):
                piece = {"type": kind, "offset": start, "length": stop - start}
                if not any(one["type"] in CODE and _meet(piece, one) for one in fixed):
                    kept.append(piece)
    return kept
