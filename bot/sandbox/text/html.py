"""HTML parse mode as Telegram's library reads it, with its errors.

Offsets and lengths of entities count UTF-16 units; offsets in errors count UTF-8 bytes of the source. The reader
works on bytes for that reason. What it yields may be nested in ways that are put right later (`entities.tidied`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.text.entities import in_order
from bot.sandbox.text.links import NoLink, checked, mentioned_user

TAGS = {
    b"b": "bold", b"strong": "bold", b"i": "italic", b"em": "italic", b"u": "underline", b"ins": "underline",
    b"s": "strikethrough", b"strike": "strikethrough", b"del": "strikethrough", b"tg-spoiler": "spoiler",
    b"span": "spoiler", b"a": "text_link", b"code": "code", b"pre": "pre", b"blockquote": "blockquote",
    b"tg-emoji": "custom_emoji", b"tg-time": "date_time",
}  # fmt: skip
NAMED = {b"lt": 0x3C, b"gt": 0x3E, b"amp": 0x26, b"quot": 0x22}
SPACE = b" \t\r\n\0\x0b"
DIGITS, HEX = b"0123456789", b"0123456789abcdefABCDEF"
LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAME_TOKEN = LETTERS + DIGITS + b".-"
END = 0
"""The byte that stands behind the last one, as in C."""
LONGEST_REFERENCE = 10
NOT_A_LETTER = 0x10FFFF


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    name: bytes
    value: str
    extra: str
    offset: int
    begins: int


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The text and its entities; ApiError for what Telegram refuses."""
    reader = _Reader(source.encode("utf-8", "surrogatepass"))
    reader.read()
    for entity in reader.entities:
        entity.pop("_language", None)
    try:
        return bytes(reader.out).decode("utf-8"), in_order(reader.entities)
    except UnicodeDecodeError:
        raise _error(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units"
        ) from None


def _error(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


class _Reader:
    def __init__(self, source: bytes) -> None:
        self._source = source.split(b"\0", 1)[0] + b"\0\0"
        self._at = 0
        self.out = bytearray()
        self.entities: list[Json] = []
        self._length = 0
        self._open: list[_Open] = []

    def read(self) -> None:
        source, end = self._source, len(self._source) - 2
        while self._at < end:
            byte = source[self._at]
            if byte == 0x3C:
                begin = self._at
                self._at += 1
                if source[self._at] == 0x2F:
                    self._end_tag(begin)
                else:
                    self._start_tag(begin)
            elif byte == 0x26 and (code := self._reference()):
                self.out += chr(code).encode("utf-8", "surrogatepass")
                self._length += 1 + (code > 0xFFFF)
            else:
                self._plain(end)
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name.decode()}"')

    def _plain(self, end: int) -> None:
        """Everything up to the next tag or reference."""
        source, start = self._source, self._at
        stops = [found for mark in (b"<", b"&") if (found := source.find(mark, start + 1)) >= 0]
        self._at = min([*stops, end])
        piece = source[start : self._at]
        self.out += piece
        self._length += len(piece.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")) // 2

    def _reference(self) -> int:
        """The code point of a reference at the cursor, which is moved behind it; 0 when there is none."""
        source, start = self._source, self._at
        at, code = start + 1, 0
        if source[at] == 0x23:
            at += 1
            if source[at] == 0x78:
                at += 1
                while source[at] in HEX:
                    code = (code * 16 + int(chr(source[at]), 16)) & 0xFFFFFFFF
                    at += 1
            else:
                while source[at] in DIGITS:
                    code = (code * 10 + source[at] - 0x30) & 0xFFFFFFFF
                    at += 1
            if code == 0 or code >= NOT_A_LETTER or at - start >= LONGEST_REFERENCE:
                return 0
        else:
            while source[at] in LETTERS:
                at += 1
            code = NAMED.get(source[start + 1 : at], 0)
            if not code:
                return 0
        self._at = at + (source[at] == 0x3B)
        return code

    def _start_tag(self, begin: int) -> None:
        source = self._source
        while source[self._at] not in SPACE and source[self._at] != 0x3E:
            self._at += 1
        if source[self._at] == END:
            raise _error(f"Unclosed start tag at byte offset {begin}")
        name = source[begin + 1 : self._at].lower()
        if name not in TAGS:
            shown = name.decode("utf-8", "replace")
            raise _error(f'Unsupported start tag "{shown}" at byte offset {begin}')
        tag = _Open(name, "", "", self._length, len(self.out))
        while source[self._at] != 0x3E:
            self._skip_space()
            if source[self._at] == 0x3E:
                break
            self._attribute(tag, begin)
        self._at += 1
        if name == b"span" and tag.value != "spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(tag)

    def _attribute(self, tag: _Open, begin: int) -> None:
        source, start = self._source, self._at
        while source[self._at] not in SPACE and source[self._at] not in b"=>/\"'":
            self._at += 1
        name = source[start : self._at]
        if not name:
            raise _error(f'Empty attribute name in the tag "{tag.name.decode()}" at byte offset {begin}')
        self._skip_space()
        if source[self._at] == END:
            raise _error(f'Unclosed start tag "{tag.name.decode()}" at byte offset {begin}')
        value = ""
        if source[self._at] == 0x3D:
            self._at += 1
            self._skip_space()
            if source[self._at] == END:
                raise _error(f'Unclosed start tag "{tag.name.decode()}" at byte offset {begin}')
            value = self._value()
        if source[self._at] == END:
            raise _error(f"Unclosed start tag at byte offset {begin}")
        self._keep(tag, name, value)

    def _value(self) -> str:
        source, start = self._source, self._at
        quote = source[start]
        if quote not in b"'\"":
            while source[self._at] in NAME_TOKEN:
                self._at += 1
            if source[self._at] not in SPACE and source[self._at] != 0x3E:
                raise _error(f"Unexpected end of name token at byte offset {start}")
            return source[start : self._at].decode().lower()
        self._at += 1
        value = bytearray()
        while source[self._at] not in (quote, END):
            if source[self._at] == 0x26 and (code := self._reference()):
                value += chr(code).encode("utf-8", "surrogatepass")
                continue
            value.append(source[self._at])
            self._at += 1
        if source[self._at] == quote:
            self._at += 1
        return value.decode("utf-8", "replace")

    def _keep(self, tag: _Open, name: bytes, value: str) -> None:
        match tag.name, name:
            case (b"a", b"href") | (b"tg-emoji", b"emoji-id") | (b"tg-time", b"unix"):
                tag.value = value
            case (b"tg-time", b"format"):
                tag.extra = value
            case (b"code", b"class") if value.startswith("language-"):
                tag.value = value.removeprefix("language-")
            case (b"span", b"class") if value.startswith("tg-"):
                tag.value = value.removeprefix("tg-")
            case (b"blockquote", b"expandable"):
                tag.value = "1"

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise _error(f"Unexpected end tag at byte offset {begin}")
        source = self._source
        while source[self._at] not in SPACE and source[self._at] != 0x3E:
            self._at += 1
        named = source[begin + 2 : self._at].lower()
        self._skip_space()
        if source[self._at] != 0x3E:
            raise _error(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        tag = self._open.pop()
        if named and named != tag.name:
            found = named.decode("utf-8", "replace")
            raise _error(
                f'Unmatched end tag at byte offset {begin}, expected "</{tag.name.decode()}>", found "</{found}>"'
            )
        if self._length > tag.offset:
            self._close(tag)

    def _skip_space(self) -> None:
        while self._source[self._at] != END and self._source[self._at] in SPACE:
            self._at += 1

    def _close(self, tag: _Open) -> None:
        kind = TAGS[tag.name]
        entity: Json = {"type": kind, "offset": tag.offset, "length": self._length - tag.offset}
        match kind:
            case "text_link":
                written = bytes(self.out[tag.begins :]).decode("utf-8", "replace")
                if not _link(entity, tag.value or written):
                    return
            case "custom_emoji":
                entity["custom_emoji_id"] = _emoji(tag.value)
            case "date_time":
                if not _date(entity, tag):
                    return
            case "blockquote" if tag.value:
                entity["type"] = "expandable_blockquote"
            case "pre" | "code":
                self._close_code(entity, tag)
                return
        self.entities.append(entity)

    def _close_code(self, entity: Json, tag: _Open) -> None:
        """<pre><code class="language-x"> is one entity, either way round."""
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if entity["type"] == "pre" and same and last.get("type") == "code" and last.get("_language"):
            last["type"], last["language"] = "pre", last.pop("_language")
        elif entity["type"] == "code" and same and last.get("type") == "pre" and tag.value:
            last["language"] = tag.value
        else:
            if tag.value and entity["type"] == "code":
                entity["_language"] = tag.value
            self.entities.append(entity)


def _link(entity: Json, url: str) -> bool:
    """Whether the address opens anything; Telegram drops others silently."""
    if user := mentioned_user(url):
        entity["type"], entity["user"] = "text_mention", {"id": user, "is_bot": False, "first_name": ""}
        return True
    try:
        entity["url"] = checked(url)
    except NoLink:
        return False
    return True


def _emoji(value: str) -> str:
    digits = value.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or not int(digits) or len(digits) > 19:
        raise _error("Invalid custom emoji identifier specified")
    return value


def _date(entity: Json, tag: _Open) -> bool:
    """Whether it names a moment; the digits at the beginning do, as a 32-bit number."""
    if format_ := date_format(tag.extra):
        entity["date_time_format"] = format_
    found = re.match(r"\d+", tag.value, re.ASCII)
    entity["unix_time"] = (int(found[0]) + 2**31) % 2**32 - 2**31 if found else 0
    return bool(entity["unix_time"] > 0)


def date_format(given: str) -> str:
    """`r`, or day of the week, date and time in this order; the first letter of each kind counts."""
    if given in ("r", "R"):
        return "r"
    if not re.fullmatch(r"[wWdDtT]*", given):
        raise _error("Invalid date format used")
    firsts = [next((letter for letter in given if letter in pair), "") for pair in ("wW", "dD", "tT")]
    return "".join(firsts).replace("W", "w")
