"""Parsed entries as the articles that storage makes of them, without a database."""

from __future__ import annotations

from datetime import datetime

from bot.model.articles import Article, Category, ParsedArticle
from bot.model.ids import ArticleId, CategoryId


def published(parsed: ParsedArticle, number: int, now: datetime) -> Article:
    labels = enumerate(parsed.labels, start=1)
    return Article(
        id=ArticleId(number),
        title=parsed.title,
        link=parsed.link,
        lead=parsed.lead,
        body=parsed.body,
        author=parsed.author,
        language=parsed.language,
        published_at=parsed.published_at or now,
        categories=tuple(Category(CategoryId(at), {parsed.language: one.label}) for at, one in labels if one.founds),
        photos=parsed.photos,
        attachments=parsed.attachments,
    )
