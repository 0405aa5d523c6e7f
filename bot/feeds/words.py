"""Single lines of text as people read them: tags and entities resolved, white space in order. Pure."""

from __future__ import annotations

import re
from html import unescape

# Only HTML's own tags are markup; in «std::vector<int> за 5 минут» the angle brackets belong to the headline.
TAG = re.compile(
    r"<(?:/\s*)?(?:a|abbr|acronym|b|bdi|bdo|big|blockquote|br|center|cite|code|del|div|dfn|em|figcaption|figure|font|h[1-6]|hr"
    r"|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|script|small|span|strike|strong|style|sub|sup|table|tbody|td|time|tr|tt"
    r"|u|ul|var|wbr)(?:\s[^<>]{0,2000})?/?>|<!--[^<>]{0,2000}-->",
    re.IGNORECASE,
)
BREAK = re.compile(r"<(?:br|p|div|li|h[1-6]|td|tr)\b", re.IGNORECASE)
CONTROL = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Scripts whose letters zero-width joiners and non-joiners shape, and emoji, which joiners compose.
JOINED = r"\u0600-\u1aff\u203c-\u3299\ufb50-\ufdff\ufe0f\ufe70-\ufefe\U0001f000-\U000e007f"
LOOSE_JOINER = re.compile(rf"(?<![{JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{JOINED}])")
ESCAPED_TWICE = re.compile(r"&(?:nbsp|[lr]aquo|[mn]dash|hellip|[lr][ds]quo|[lr]arr|quot|bull|shy|#\d{2,6});")
"""Entities that nobody writes about: whoever sees them sees a mistake of the site's."""
SENTENCE_END = re.compile(r"[.!?…][»”\")]?(?=\s)|。")
SPACE = re.compile(r"[ \t\r\n\f\v\u0085\u2028\u2029]+")


def plain(text: str) -> str:
    """A headline, name or label: one line, tags out, entities resolved, also when they were escaped twice."""
    for _ in range(3):
        before = text
        if "<" in text:
            text = TAG.sub(lambda tag: " " if BREAK.match(tag.group()) else "", text)
        if "&" in text:
            text = unescape(text)
        if text == before:
            break
    return tidy(text)


def unescaped(text: str) -> str:
    """Text of an element with what was escaped once too often put right; "&lt;" may be meant to be read."""
    return ESCAPED_TWICE.sub(lambda entity: unescape(entity.group()), text)


def tidy(text: str) -> str:
    """White space folded (a non-breaking space stays one), control and zero-width characters out."""
    return SPACE.sub(" ", scrub(text)).strip(" \u00a0")


def scrub(text: str) -> str:
    """Without characters that no reader sees and no database takes (lone surrogates)."""
    text = CONTROL.sub("", text)
    if text.isascii():
        return text
    if "\u200d" in text or "\u200c" in text:
        text = LOOSE_JOINER.sub("", text)
    return text.encode("utf-8", "ignore").decode("utf-8")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a sentence when one ends in the last half, else after a word, with …"""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    sentence = max((found.end() for found in SENTENCE_END.finditer(head)), default=0)
    if sentence > limit // 2:
        return head[:sentence]
    return (head.rsplit(None, 1)[0] if re.search(r"\s", head) else head).rstrip(" ,;:—–-\u00a0") + "…"
