"""Text that stands as it was typed: programs, logs, verse. Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from bot.body import Code, Paragraph
from bot.feeds.runs import PLAIN, fold
from bot.feeds.words import scrub

LANGUAGE = re.compile(r"(?:^|[\s-])(?:language-|lang-|highlight-source-|brush:\s*|sourceCode\s)([\w+#-]{1,20})")


def read_listing(node: LexborNode) -> Code | Paragraph | None:
    """A <pre> element, if anything stands in it."""
    parts = node.traverse(include_text=True)
    typed = "".join(
        "\n" if part.tag == "br" else part.text_content or "" for part in parts if part.tag in ("br", "-text")
    )
    text = scrub(typed.replace("\r\n", "\n")).strip("\n").rstrip()
    if not text:
        return None
    if "verse" in (node.attributes.get("class") or ""):
        runs = fold([(text.replace("\t", " "), PLAIN, "")])
        return Paragraph(runs) if runs else None
    return Code(text, _language(node))


def _language(node: LexborNode) -> str:
    """As highlighters mark it on the element, inside of it or around it; "" when they don't."""
    around = node.parent
    for marked in (node.css_first("code"), node, around, around.parent if around else None):
        classes = (marked.attributes.get("class") or "") if marked else ""
        if found := LANGUAGE.search(classes):
            return found.group(1).lower()
    return ""
