"""What Telegram makes clickable by itself: links, addresses, hashtags, mentions, commands.

Links without https:// are found by a short list of top-level domains; Telegram's is long.
"""

from __future__ import annotations

import re

from bot.sandbox.answers import Json
from bot.sandbox.text.entities import utf16

DOMAINS = "com|org|net|info|biz|edu|gov|int|io|me|tv|app|dev|news|online|site|media|press|kz|ru|su|by|uz|kg|tj|ua|az|am|ge|de|fr|eu|uk|us|cn|tr|it|es|pl|py|md|bar|рф|қаз|бел|укр|сайт|онлайн"  # fmt: skip  # noqa: E501
_HOST = r"(?:[\w-]+\.)+"
_REST = r"(?::\d{1,5})?(?:[/?#][^\s<>\"«»“”‘’…{}|\\^`]*)?"
_PATTERNS = (
    ("email", re.compile(r"(?<![\w.+@-])[a-z0-9._+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,16}(?![\w@])", re.IGNORECASE)),
    ("url", re.compile(rf"(?<![\w@/.])(?:(?:https?|ftp)://(?:[^\s/@]*@)?{_HOST}\w{{2,}}|tg://[\w-]+){_REST}", re.I)),
    ("url", re.compile(rf"(?<![\w@/.-]){_HOST}(?:{DOMAINS})(?![\w@-]|\.\w){_REST}", re.IGNORECASE)),
    ("url", re.compile(rf"(?<![\w@/.-])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\w@-]|\.\w){_REST}")),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{4,32}(?!\w)|(?<!\w)@(?:gif|wiki|vid|bing|pic|bold|imdb)(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#@])#(?=[\w·]*[^\W\d_])[\w·]{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])")),
)
_MARKS = re.compile(r"[.@#$/]")
FIXED = frozenset(
    ("text_link", "text_mention", "code", "pre", "url", "mention", "hashtag", "cashtag", "bot_command", "email",
     "phone_number", "custom_emoji", "date_time")
)  # fmt: skip


def pieces(text: str) -> list[tuple[str, int, int]]:
    """(kind, begin, end) of each, in letters of the text, in order and apart."""
    if not _MARKS.search(text):
        return []
    found: list[tuple[str, int, int]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            begin, end = match.span()
            if kind == "url":
                end = begin + len(_ended(match[0]))
            if not any(begin < other_end and other_begin < end for _, other_begin, other_end in found):
                found.append((kind, begin, end))
    return sorted(found, key=lambda piece: piece[1])


def with_recognised(text: str, entities: list[Json]) -> list[Json]:
    """The entities, and those that Telegram adds where no link or code stands already."""
    added = []
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in FIXED]
    for kind, first, last in pieces(text):
        begin = utf16(text[:first])
        end = begin + utf16(text[first:last])
        if not any(begin < stop and start < end for start, stop in taken):
            added.append({"type": kind, "offset": begin, "length": end - begin})
    return [*entities, *added]


def _ended(url: str) -> str:
    """Without the punctuation behind it, and without a bracket that was opened before it."""
    while True:
        url = url.rstrip(".,;:!?'\"…")
        for opening, closing in ("()", "[]"):
            if url.endswith(closing) and url.count(closing) > url.count(opening):
                url = url[:-1]
                break
        else:
            return url
