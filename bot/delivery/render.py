"""Articles → posts. Pure: the same input gives the same post."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.post import CAPTION_LIMIT, TEXT_LIMIT, PhotoPost, Post, TextPost, length
from bot.model import Article, Language, Photo
from bot.texts import Texts

TITLE_LIMIT = 300
"""A headline longer than this is cut: the lead and the photo need room too."""
BUNDLED_TITLE_LIMIT = 150
"""Twenty of these with a section each stay below 4,096."""
CREDIT_LIMIT = 150
SHORTEST_LEAD = 40
"""Fewer characters than this of a lead say nothing: better none."""


def card(article: Article, language: Language, texts: Texts, keyboard: InlineKeyboardMarkup | None) -> Post:
    """An article as its readers get it: photo, bold headline, lead, the photo's caption and credit, section.

    Cut at words, never inside a tag; within 1,024 characters under a photo and 4,096 without one."""
    photo = next((photo for photo in article.photos if not photo.refused), None)
    text = TextPost(_body(article, None, language, texts, TEXT_LIMIT), keyboard=keyboard, preview_url=article.link)
    if photo is None:
        return text
    caption = _body(article, photo, language, texts, CAPTION_LIMIT)
    return PhotoPost(photo.file_id or photo.url, caption, keyboard=keyboard, fallback=text, replaceable=True)


def bundle(articles: Sequence[Article], language: Language, texts: Texts, keyboard: InlineKeyboardMarkup) -> Post:
    """Several articles as one text: numbered, linked headlines with their sections, within 4,096 characters."""
    lines = [f"<b>{escape(texts.count(language, 'bundle.title', len(articles)))}</b>"]
    for number, article in enumerate(articles, start=1):
        headline = escape(cut(article.title, BUNDLED_TITLE_LIMIT))
        if article.link:
            headline = f'<a href="{escape(article.link, quote=True)}">{headline}</a>'
        tags = " ".join(hashtag(category.name(language)) for category in article.categories[:1])
        lines.append(f"{number}. {headline} {escape(tags)}".rstrip())
    return TextPost("\n\n".join(lines), keyboard=keyboard)


def hashtag(name: str) -> str:
    """The name as one hashtag: letters, digits and underscores, as Telegram recognises it; "" when none are left."""
    words = re.findall(r"\w+", name.replace("'", "").replace("’", ""))
    tag = "_".join(words)
    return f"#{tag}" if tag and not tag.isdigit() else ""


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, cut after a word, with … when anything was cut."""
    if length(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: max(0, limit - 1) * 2].decode("utf-16-le", "ignore")
    words = kept.rsplit(maxsplit=1)
    whole = words[0] if len(words) > 1 and not text[len(kept) : len(kept) + 1].isspace() else kept
    return whole.rstrip(" \t\n\u00a0,;:—–-") + "…"


def _body(article: Article, photo: Photo | None, language: Language, texts: Texts, limit: int) -> str:
    headline = cut(article.title, TITLE_LIMIT)
    below = _below(article, photo, language, texts)
    rest = limit - length(headline) - sum(length(line) + 2 for line in below)
    lead = cut(article.lead, rest - 2) if rest - 2 >= SHORTEST_LEAD else ""
    parts = [f"<b>{escape(headline)}</b>" if headline else "", escape(lead), *map(escape, below)]
    return "\n\n".join(part for part in parts if part)


def _below(article: Article, photo: Photo | None, language: Language, texts: Texts) -> list[str]:
    """What stands under the lead: the photo's caption and credit, the sections as hashtags."""
    lines = []
    about = []
    if photo and photo.caption and not _says(article.title, photo.caption) and not _says(article.lead, photo.caption):
        about.append(cut(photo.caption, CREDIT_LIMIT))
    if photo and photo.credit:
        about.append(texts.get(language, "card.credit", credit=cut(photo.credit, CREDIT_LIMIT)))
    if about:
        lines.append("\n".join(about))
    tags = dict.fromkeys(hashtag(category.name(language)) for category in article.categories[:3])
    if line := " ".join(tag for tag in tags if tag):
        lines.append(line)
    return lines


def _says(text: str, caption: str) -> bool:
    """Whether the text already says what the caption says."""
    return _folded(caption) in _folded(text) or _folded(text) in _folded(caption) if text else False


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
