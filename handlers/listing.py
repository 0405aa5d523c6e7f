"""A page of articles as one message: numbered, linked titles with their section and date."""

from __future__ import annotations

from datetime import tzinfo
from html import escape

from bot.delivery.links import opens
from bot.delivery.render.words import cut
from bot.model import Article, ArticlePage, Language
from bot.texts import Texts

PER_PAGE = 5
TITLE_LIMIT = 200
"""Five such titles with links stay far below the 4,096 characters of a message."""


def last_page(total: int) -> int:
    """The number of pages, at least one."""
    return max(1, -(-total // PER_PAGE))


def listing(shown: ArticlePage, title: str, page: int, language: Language, texts: Texts, zone: tzinfo) -> str:
    lines = [title]
    lines += [_line(number, article, language, texts, zone) for number, article in enumerate(shown.articles, start=1)]
    if (pages := last_page(shown.total)) > 1:
        lines.append(texts.get(language, "list.page", page=page + 1, pages=pages))
    return "\n\n".join(lines)


def _line(number: int, article: Article, language: Language, texts: Texts, zone: tzinfo) -> str:
    headline = escape(cut(article.title, TITLE_LIMIT))
    if opens(article.link):
        headline = f'<a href="{escape(article.link, quote=True)}">{headline}</a>'
    about = [category.name(language) for category in article.categories[:1]]
    about.append(texts.date(language, article.published_at, zone))
    return f"{number}. {headline}\n{escape(' · '.join(about))}"
