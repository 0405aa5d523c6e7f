"""Text that stands as it was typed: programs, logs, verse. Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from bot.feeds.looks import BLOCKS
from bot.feeds.runs import PLAIN, fold
from bot.feeds.words import scrub
from bot.model.body import Code, Paragraph

LINES = BLOCKS | {"hr"}
LANGUAGE = re.compile(r"(?:^|[\s-])(?:language-|lang-|highlight-source-|brush:\s*|sourceCode\s)([\w+#-]{1,20})")


def read_listing(node: LexborNode) -> Code | Paragraph | None:
    """A <pre> element, if anything stands in it."""
    text = scrub(_typed(node).replace("\r\n", "\n")).strip("\n").rstrip()
    if not text:
        return None
    if "verse" in (node.attributes.get("class") or ""):
        runs = fold([(text.replace("\t", " "), PLAIN, "")])
        return Paragraph(runs) if runs else None
    return Code(text, _language(node))


def _typed(node: LexborNode) -> str:
    parts = [""]
    for part in node.traverse(include_text=True):
        before = part.prev
        apart = part.tag in LINES or (before is not None and before.tag in LINES)
        if part.tag == "br" or (apart and not parts[-1].endswith("\n")):
            parts.append("\n")
        if part.tag == "-text":
            parts.append(part.text_content or "")
    return "".join(parts)


def _language(node: LexborNode) -> str:
    """As highlighters mark it on the element, inside of it or around it; "" when they don't."""
    around = node.parent
    for marked in (node.css_first("code"), node, around, around.parent if around else None):
        classes = (marked.attributes.get("class") or "") if marked else ""
        if found := LANGUAGE.search(classes):
            return found.group(1).lower()
    return ""
