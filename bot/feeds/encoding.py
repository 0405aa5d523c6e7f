"""Bytes of a feed → text: encodings declared, undeclared and lying. Pure.

Valid UTF-8 with anything beyond ASCII in it is UTF-8, whatever is declared: text in another encoding is never valid
by chance. Only then the declarations count, the document's own before the server's, and at last the bytes themselves.
"""

from __future__ import annotations

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
# What is called by the smaller set's name mostly uses the larger one (as browsers read it).
WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
UNDEFINED = "\x81\x8d\x8f\x90\x9d"
"""Bytes that windows-1252 leaves undefined; whoever reads it keeps them as they are."""
TWICE = re.compile(f"[{UNDEFINED}{bytes(range(0x80, 0x100)).decode('cp1252', 'ignore')}]{{2,}}")
LIKELY = re.compile("[\u00a0-\u017f\u0370-\u052f\u2010-\u203a\u20a0-\u20bf\u2116\u2122]+")
"""Letters and signs of the languages in which this was seen; by chance «É»» would be «ɻ»."""
FEWEST_TWICE = 3
SHIFTED = ("iso2022", "utf-7", "hz")
"""Encodings whose bytes are all ASCII."""
DAMAGE = 0.1
"""A larger part of the bytes beyond ASCII being no UTF-8 means that it is something else, not damaged UTF-8."""


def decode(body: bytes, content_type: str) -> str:
    """The text without its byte order mark. Bytes that fit nowhere become U+FFFD."""
    return repaired(_decode(body, content_type))


def repaired(text: str) -> str:
    """Text that somebody read as windows-1252 and encoded once more («ÐœÐ¸Ð½» for «Мин»), put right. Only when most of
    what is beyond ASCII is of that kind: single such pairs are honest («CAFÉ»)."""
    runs = list(TWICE.finditer(text, 0, 200_000))
    twice = sum(_once(run.group()) != run.group() for run in runs)
    if twice < FEWEST_TWICE or twice < len(runs) / 2:
        return text
    return TWICE.sub(lambda run: _once(run.group()), text)


def _once(run: str) -> str:
    """The run with one encoding taken off, or as it is when that gives no UTF-8."""
    try:
        raw = [letter.encode("latin-1" if letter in UNDEFINED else "cp1252") for letter in run]
        once = b"".join(raw).decode()
    except UnicodeError:
        return run
    return once if LIKELY.fullmatch(once) else run


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    declared = (_declared(body), _charset(content_type))
    named = [known for found in declared if found and (known := _known(found))]
    shifted = next((name for name in named if name.startswith(SHIFTED)), None)
    if shifted:
        return body.decode(shifted, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        pass
    for name in named:
        # UTF-16 without a mark was found above, so here it is a lie.
        if not name.startswith("utf"):
            return body.decode(name, "replace")
    text = body.decode("utf-8", "replace")
    beyond = sum(letter > "\x7f" for letter in text)
    return text if text.count("\ufffd") <= DAMAGE * beyond else body.decode(_guess(body), "replace")


def _declared(body: bytes) -> str:
    found = DECLARED.match(body[:1000])
    return found.group(1).decode("ascii") if found else ""


def _charset(content_type: str) -> str:
    found = CHARSET.search(content_type)
    return found.group(1) if found else ""


def _known(name: str) -> str | None:
    """Python's name for it, widened; None for what is no text encoding here."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, UnicodeError):
        return None
    return WIDER.get(found.name, found.name)


def _guess(body: bytes) -> str:
    """Cyrillic words are runs of bytes beyond ASCII; in Western languages such a byte mostly stands alone."""
    runs = re.findall(rb"[\x80-\xff]+", body[:200_000])
    inside = sum(len(run) for run in runs if len(run) > 2)
    return "cp1251" if inside * 2 > sum(map(len, runs)) else "cp1252"
