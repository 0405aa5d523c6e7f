"""Bounds for what goes into the HTML parser. Pure, linear in the length of its input.

Every HTML parser has inputs on which it takes tens of seconds (measured with Lexbor: 100,000 nested elements 17-25 s,
a tag with 100,000 attributes 26 s), so what is too large, too deep or too dense is cut off before parsing.
"""

from __future__ import annotations

import re
from collections import Counter

HTML_LIMIT = 1_000_000
"""Characters of one entry that are parsed."""
DEPTH_LIMIT = 512
TAG_LIMIT = 16_384
"""Characters of one tag, its attributes included."""

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]*")
# Elements that hold nothing, and those that a following one closes by itself.
FLAT = frozenset(
    re.findall(
        r"\w+",
        "br img hr input meta link source wbr area base col embed track param p li option dt dd tr td th thead tbody",
    )
)


def guard(html: str) -> str:
    """The beginning of the HTML, up to where its size, nesting or one of its tags gets out of hand."""
    html = html[:HTML_LIMIT]
    opened: Counter[str] = Counter()
    depth = 0
    position = 0
    while (start := html.find("<", position)) >= 0:
        if html.startswith("<!--", start):
            end = html.find("-->", start + 4)
            if end < 0:
                return html[:start]
            position = end + 3
            continue
        closing = html.startswith("/", start + 1)
        name = NAME.match(html, start + 1 + closing)
        if name is None:
            position = start + 1
            continue
        end = html.find(">", name.end())
        if end < 0 or end - start > TAG_LIMIT:
            return html[:start]
        position = end + 1
        tag = name.group().lower()
        if closing:
            # Only what was opened can be closed: "<div></x>" repeated nests for ever.
            if opened[tag]:
                opened[tag] -= 1
                depth -= 1
        elif tag not in FLAT and html[end - 1] != "/":
            opened[tag] += 1
            depth += 1
            if depth > DEPTH_LIMIT:
                return html[:start]
    return html
