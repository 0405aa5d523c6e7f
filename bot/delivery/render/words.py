"""Words: cut, compared, made hashtags, and told which way they run. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.delivery.post import length

RIGHT_TO_LEFT_MARK = "\u200f"
LONGEST_WORD = 60
"""Characters. What is longer without a space is no word: text in a script that writes none is cut anywhere."""
LONGEST_TAG = 64
_BREAK = re.compile(r"[^\S\u00a0\u2007\u202f]")
"""Where a line may end. «10 000» and «№ 5» with their non-breaking spaces stay whole."""
LOOSE_END = " \t\n\u00a0\u202f,;:—–-«“„‘([{‹"
"""What must not stand before …"""
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_JOINS = frozenset("\u200d\ufe0f\u20e3") | {chr(code) for code in range(0x1F3FB, 0x1F400)}


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, cut after a word, with … when anything was cut."""
    if length(text) <= limit:
        return text
    return text[: end_of_word(text, limit - 1)].rstrip(LOOSE_END) + "…"


def end_of_word(text: str, limit: int) -> int:
    """The index in a longer text before which at most `limit` UTF-16 units end with a whole word."""
    kept = len(text.encode("utf-16-le", "surrogatepass")[: max(0, limit) * 2].decode("utf-16-le", "ignore"))
    if _BREAK.match(text, kept):
        return kept
    start = max(0, kept - LONGEST_WORD)
    breaks = [found.start() for found in _BREAK.finditer(text, start, kept)]
    if breaks and text[: breaks[-1]].strip():
        return breaks[-1]
    while kept and _joined(text, kept):
        kept -= 1
    return kept


def _joined(text: str, at: int) -> bool:
    """Whether what stands there belongs to the letter or picture before it."""
    after = text[at : at + 1]
    return after in _JOINS or text[at - 1] == "\u200d" or (after != "" and unicodedata.category(after)[0] == "M")


def readable(text: str) -> str:
    """Without what Telegram doesn't take: a NUL ends the text for it, half a surrogate pair can't be sent at all."""
    return _UNREADABLE.sub("", text)


def says(text: str, words: str) -> bool:
    """Whether every word is in the text already."""
    return set(_folded(words)) <= set(_folded(text))


def repeats(text: str, words: str) -> bool:
    """Whether each line of the words, which may be cut off with …, stands in the text."""
    folded = " ".join(_folded(text))
    return all(" ".join(_folded(line)) in folded for line in words.split("\n"))


def _folded(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def hashtag(name: str) -> str:
    """The name as one hashtag that Telegram recognises to its end; "" when it can't be one.

    Telegram's hashtags have letters, digits and underscores, at least one letter; vowel signs (Hindi, Thai) end them.
    """
    name = unicodedata.normalize("NFC", name.replace("'", "").replace("’", ""))
    kinds = [unicodedata.category(letter) for letter in name]
    if any(kind[0] == "M" for kind in kinds):
        return ""
    marked = "".join(
        letter if kind[0] == "L" or kind == "Nd" or letter == "\u200c" else " "
        for letter, kind in zip(name, kinds, strict=True)
    )
    tag = "_".join(marked.split())
    return f"#{tag}" if len(tag) <= LONGEST_TAG and any(letter.isalpha() for letter in tag) else ""


def runs_right_to_left(text: str) -> bool:
    """Whether its first letter that has a direction is one of Arabic, Hebrew and the like."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def marked(text: str, *, rtl: bool) -> str:
    """Each of its lines begun with the mark that makes it run right to left, where it does."""
    return RIGHT_TO_LEFT_MARK + text.replace("\n", "\n" + RIGHT_TO_LEFT_MARK) if rtl and text else text
