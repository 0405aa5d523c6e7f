"""Parsed entries as the articles that storage makes of them, without a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.body import Body, Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Run
from bot.model import Article, ArticleId, BlockKind, BodyBlock, Category, CategoryId, ParsedArticle


def published(parsed: ParsedArticle, number: int, now: datetime) -> Article:
    labels = enumerate(parsed.labels, start=1)
    return Article(
        id=ArticleId(number),
        title=parsed.title,
        link=parsed.link,
        lead=parsed.lead,
        body=body(parsed.body),
        author=parsed.author,
        language=parsed.language,
        published_at=parsed.published_at or now,
        categories=tuple(Category(CategoryId(at), {parsed.language: one.label}) for at, one in labels if one.founds),
        photos=parsed.photos,
    )


def body(blocks: tuple[Any, ...]) -> Body:
    return tuple(_block(block) if isinstance(block, BodyBlock) else block for block in blocks)


def _block(old: BodyBlock) -> Any:
    runs = (Run(old.text),)
    match old.kind:
        case BlockKind.PHOTO:
            return PhotoPlace(old.url)
        case BlockKind.VIDEO:
            return Embed(old.url)
        case BlockKind.CODE:
            return Code(old.text)
        case BlockKind.ROW:
            return Row(tuple((Run(cell),) if cell else () for cell in old.text.split(" | ")))
        case BlockKind.HEADING:
            return Heading(runs)
        case BlockKind.QUOTE:
            return Quote(runs)
        case BlockKind.ITEM:
            return Item(runs)
    return Paragraph(runs)
