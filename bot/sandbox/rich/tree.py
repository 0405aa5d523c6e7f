"""Rich HTML as a tree. Only the documented tags exist; how the server words its errors is not documented, so these
words are the sandbox's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.sandbox.answers import ApiError, bad_request
from bot.sandbox.rich.tally import DEPTH

INLINE = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "mark", "sub", "sup", "tg-spoiler",
     "tg-emoji", "tg-time", "tg-math", "br", "a", "tg-reference", "tg-button")
)  # fmt: skip
MEDIA = frozenset(("img", "video", "audio", "tg-document"))
BLOCKS = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "footer", "hr", "ul", "ol", "li", "input", "blockquote", "cite",
     "aside", "figure", "figcaption", "tg-collage", "tg-slideshow", "table", "caption", "tr", "th", "td", "details",
     "summary", "tg-map", "tg-math-block", "tg-thinking", "tg-button-row")
)  # fmt: skip
TAGS = INLINE | MEDIA | BLOCKS
VOID = frozenset(("br", "hr", "img", "input", "tg-map"))
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": "\xa0", "hellip": "…", "mdash": "—",
         "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”"}  # fmt: skip
DEEPEST = 4 * DEPTH
"""Tags in tags; deeper ones can't become a message that is allowed."""

_TOKEN = re.compile(
    r"<!--.*?-->|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<more>(?:\s+[^\s=>/\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|"
    r"[^\s>\"']+))?)*)\s*(?P<closed>/?)>|(?P<text>[^<]+)|(?P<stray><)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]+));?")


@dataclass(slots=True)
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def first(self, tag: str) -> Node | None:
        return next((child for child in self.children if isinstance(child, Node) and child.tag == tag), None)


def tree_of(source: str) -> Node:
    root = Node("")
    open_nodes = [root]
    for found in _TOKEN.finditer(source):
        offset = len(source[: found.start()].encode("utf-8", "replace")) if found["tag"] or found["stray"] else 0
        if found["stray"]:
            raise error(f'unsupported start tag "" at byte offset {offset}')
        if found["text"]:
            open_nodes[-1].children.append(_decoded(found["text"]))
        elif found["tag"]:
            _tag(found, open_nodes, offset)
    if len(open_nodes) > 1:
        raise error(f'can\'t find end tag corresponding to start tag "{open_nodes[-1].tag}"')
    return root


def _tag(found: re.Match[str], open_nodes: list[Node], offset: int) -> None:
    tag = found["tag"].lower()
    if tag not in TAGS:
        raise error(f'unsupported start tag "{tag}" at byte offset {offset}')
    if found["end"]:
        if tag in VOID:
            return
        if len(open_nodes) == 1:
            raise error(f"unexpected end tag at byte offset {offset}")
        expected = open_nodes.pop().tag
        if expected != tag:
            raise error(f'unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{tag}>"')
        return
    attributes = {
        name.lower(): _decoded(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(found["more"])
    }
    node = Node(tag, attributes)
    open_nodes[-1].children.append(node)
    if tag not in VOID and not found["closed"]:
        open_nodes.append(node)
        if len(open_nodes) > DEEPEST:
            raise bad_request("RICH_MESSAGE_DEPTH_INVALID")


def error(why: str) -> ApiError:
    return bad_request(f"can't parse rich message: {why}")


def _decoded(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        if found[3]:
            return NAMED.get(found[3], found[0])
        code = int(found[1]) if found[1] else int(found[2], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]

    return _REFERENCE.sub(letter, text)
