"""Articles by section: in which order several stand in one post. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model.articles import Article, Category
from bot.model.ids import CategoryId


def by_section(articles: Iterable[Article]) -> list[tuple[Category | None, list[Article]]]:
    """Each section (an article's first category) with its articles, both in the order in which they came: who is given
    first, as a pinned article is by storage, is number 1, and its section the first one."""
    sections: dict[CategoryId | None, tuple[Category | None, list[Article]]] = {}
    for article in articles:
        category = article.categories[0] if article.categories else None
        sections.setdefault(category.id if category else None, (category, []))[1].append(article)
    return list(sections.values())


def in_sections(articles: Sequence[Article]) -> list[Article]:
    """The articles in the order in which a post with sections numbers them."""
    return [article for _, found in by_section(articles) for article in found]
