"""Text with formatting: HTML parse mode as Telegram's server reads it, with its error texts; entity checks; and what
Telegram recognises by itself (links, hashtags, commands, mentions).

Offsets and lengths of entities count UTF-16 units; offsets in errors count UTF-8 bytes.
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.state import Json, bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
SOURCE_LIMIT = 32_768

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
ENTITY_TYPES = frozenset(TAGS.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "text_mention",
    "expandable_blockquote",
}  # fmt: skip
RECOGNISED = (
    ("url", re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)]")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z]\w{4,31}")),
    ("bot_command", re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@\w+)?(?![\w/])")),
)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(params: Json, text_key: str, entities_key: str, limit: int, *, required: bool) -> tuple[str, list[Json]]:
    """The text and entities that a call's parameters ask for, or the error that Telegram answers."""
    source = params.get(text_key) or ""
    if not isinstance(source, str):
        raise bad_request(f'field "{text_key}" must be of type String')
    if not source:
        if required:
            raise bad_request("message text is empty")
        return "", []
    if len(source.encode("utf-8", "replace")) > SOURCE_LIMIT:
        raise bad_request("text is too long")
    mode = (params.get("parse_mode") or "").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad_request(f"unsupported parse_mode (the sandbox reads HTML and entities, not {params['parse_mode']})")
    else:
        text, entities = source, checked_entities(params.get(entities_key) or [], source)
    text, entities = trimmed(text, entities)
    if not text and required:
        raise bad_request("text must be non-empty")
    if len(text) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return text, with_recognised(text, entities)


def parse_html(source: str) -> tuple[str, list[Json]]:
    out: list[str] = []
    length = 0
    entities: list[Json] = []
    stack: list[tuple[str, int, Json, int]] = []
    position = 0
    while position < len(source):
        letter = source[position]
        if letter == "&":
            piece, position = _reference(source, position)
        elif letter == "<":
            position = _tag(source, position, stack, entities, length, "".join(out))
            continue
        else:
            end = re.compile(r"[<&]|$").search(source, position + 1)
            stop = end.start() if end else len(source)
            piece, position = source[position:stop], stop
        out.append(piece)
        length += utf16(piece)
    if stack:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    return "".join(out), sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _reference(source: str, position: int) -> tuple[str, int]:
    """Four named references and all numeric ones; any other stays as it is written."""
    found = re.compile(r"&(?:#(\d{1,7}|x[0-9a-fA-F]{1,6})|[a-z]{2,4});?").match(source, position)
    if found and found.group(1):
        code = int(found.group(1)[1:], 16) if found.group(1)[0] == "x" else int(found.group(1))
        if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
            return chr(code), found.end()
    for name, letter in NAMED.items():
        if source.startswith(name, position):
            return letter, position + len(name)
    return "&", position + 1


def _tag(
    source: str, start: int, stack: list[tuple[str, int, Json, int]], entities: list[Json], length: int, text: str
) -> int:
    offset = len(source[:start].encode("utf-8"))

    def error(why: str) -> Exception:
        return bad_request(f"can't parse entities: {why}")

    if source.startswith("</", start):
        end = source.find(">", start)
        if end < 0:
            raise error(f"Unclosed end tag at byte offset {offset}")
        name = source[start + 2 : end].strip().lower()
        if not stack:
            raise error(f"Unexpected end tag at byte offset {offset}")
        opened, begin, extra, _ = stack.pop()
        if name and name != opened:
            raise error(f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"')
        _close(opened, begin, extra, entities, length, text)
        return end + 1
    found = re.compile(r"<([^\s>]*)").match(source, start)
    name = found.group(1).lower() if found else ""
    if name not in TAGS:
        raise error(f'Unsupported start tag "{name}" at byte offset {offset}')
    attributes, end = _attributes(source, start + 1 + len(name), name, offset)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise error(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    stack.append((name, length, attributes, offset))
    return end


def _attributes(source: str, position: int, name: str, offset: int) -> tuple[Json, int]:
    attributes: Json = {}
    pattern = re.compile(r"\s+([^\s=>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.-]+)))?")
    while found := pattern.match(source, position):
        value = next((group for group in found.groups()[1:] if group is not None), "")
        attributes[found.group(1)] = re.sub(r"&\w+;|&#\w+;", lambda m: _reference(m.group(), 0)[0], value)
        position = found.end()
    closing = re.compile(r"\s*>").match(source, position)
    if not closing:
        if ">" not in source[position:]:
            raise bad_request(f"can't parse entities: Unclosed start tag at byte offset {offset}")
        raise bad_request(f'can\'t parse entities: Empty attribute name in the tag "{name}" at byte offset {offset}')
    return attributes, closing.end()


def _close(name: str, begin: int, attributes: Json, entities: list[Json], length: int, text: str) -> None:
    if length == begin:
        return
    entity: Json = {"type": TAGS[name], "offset": begin, "length": length - begin}
    if name == "a":
        url = attributes.get("href") or text.encode("utf-16-le")[begin * 2 : length * 2].decode("utf-16-le")
        if not usable(url):
            return
        entity["url"] = url
    elif name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    elif name == "code" and str(attributes.get("class", "")).startswith("language-"):
        entity["language"] = attributes["class"].removeprefix("language-")
    elif name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    elif name == "tg-time":
        entity["unix_time"] = int(attributes.get("unix", 0) or 0)
    entities.append(entity)


def usable(url: str) -> bool:
    """Whether a link opens anything; Telegram drops others silently."""
    found = re.match(r"^(?:(https?|tg|ton|tonsite)://)?([^/?#\s]+)", url, re.IGNORECASE)
    if not found:
        return False
    return (found.group(1) or "").lower() in ("tg", "ton", "tonsite") or "." in found.group(2)


def checked_entities(given: Any, text: str) -> list[Json]:
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    length = utf16(text)
    kept = []
    for entity in given:
        if not isinstance(entity, dict) or entity.get("type") not in ENTITY_TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        offset, size = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(size, int) or offset < 0 or size <= 0:
            raise bad_request("can't parse MessageEntity: wrong offset or length")
        if offset + size > length:
            raise bad_request("entity beyond the end of the text")
        kept.append({key: value for key, value in entity.items() if value is not None})
    return kept


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, entities moved along."""
    lead = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    length = utf16(text)
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, length)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return text, kept


def with_recognised(text: str, entities: list[Json]) -> list[Json]:
    """And what Telegram makes clickable by itself, where no link or code stands already."""
    taken = [
        (e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("text_link", "code", "pre", "url")
    ]
    taken += [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in dict(RECOGNISED)]
    added = []
    for kind, pattern in RECOGNISED:
        for found in pattern.finditer(text):
            begin = utf16(text[: found.start()])
            end = begin + utf16(found.group())
            if not any(begin < stop and start < end for start, stop in taken):
                added.append({"type": kind, "offset": begin, "length": end - begin})
                taken.append((begin, end))
    return sorted([*entities, *added], key=lambda entity: (entity["offset"], -entity["length"]))
