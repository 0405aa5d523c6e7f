"""Showing why an article was found: its headline and a fragment of its text with the hits in bold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from bot.model.articles import Article
from bot.model.body import text_of
from bot.model.finding import Hits
from storage.spellings import folded
from storage.stems import WORD, normal, stem

Span = tuple[int, int]
FRAGMENT = 160
"""Characters of a fragment: two or three lines on a phone."""
BEFORE = 60
"""Of these, at most, before the first hit."""


def marked(text: str, hits: Hits, language: str) -> str:
    """HTML, the words that were hit in bold."""
    done, end = "", 0
    for first, last in _joined(text, list(_spans(text, hits, language))):
        done += f"{escape(text[end:first])}<b>{escape(text[first:last])}</b>"
        end = last
    return done + escape(text[end:])


def fragment(article: Article, hits: Hits) -> str:
    """HTML: a piece of the lead or the body around the most hits, cut at words; "" when that says nothing that the
    headline does not say."""
    best, most = "", 0
    for text in (article.lead, *text_of(article.body).split("\n\n")):
        text = " ".join(text.split())
        if text.rstrip(".…") in article.title:
            continue
        spans = list(_spans(text, hits, article.language))
        for first, _ in spans:
            start = _word_start(text, max(0, first - BEFORE)) if len(text) > FRAGMENT else 0
            count = sum(start <= one and last <= start + FRAGMENT for one, last in spans)
            if count > most:
                best, most = _cut(text, start), count
    return marked(best, hits, article.language)


def _spans(text: str, hits: Hits, language: str) -> Iterator[Span]:
    for found in WORD.finditer(text):
        word = normal(found[0])
        if word and _is_hit(word, hits, language == "kk"):
            yield found.span()


def _is_hit(word: str, hits: Hits, kazakh: bool) -> bool:
    found = stem(word, kazakh)
    if found in hits.stems or found.startswith(hits.beginnings):
        return True
    return any(plain in hits.stems for plain in folded(word))


def _joined(text: str, spans: list[Span]) -> Iterator[Span]:
    """Neighbours with nothing but a space or hyphen between them as one."""
    current: Span | None = None
    for first, last in spans:
        if current and re.fullmatch(r"[\s\-‐‑]", text[current[1] : first]):
            current = current[0], last
            continue
        if current:
            yield current
        current = first, last
    if current:
        yield current


def _word_start(text: str, position: int) -> int:
    """The beginning of the first word that begins there or later."""
    if position == 0:
        return 0
    space = text.find(" ", position)
    return space + 1


def _cut(text: str, start: int) -> str:
    end = start + FRAGMENT
    kept = text[start:end]
    if end < len(text) and not text[end].isspace():
        kept = kept.rsplit(" ", 1)[0]
    kept = kept.rstrip(" ,;:—–-")
    return ("…" if start else "") + kept + ("…" if end < len(text) else "")
