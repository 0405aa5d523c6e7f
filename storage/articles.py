"""Reading articles with photos, attachments and categories: a fixed number of queries for any number of articles."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from bot.model.articles import Article, Category
from bot.model.ids import ArticleId, CategoryId
from storage.bodies import load_body
from storage.engine import Transaction
from storage.media import IDS, load_attachments, load_photos
from storage.moments import from_ms, from_ms_or_none


async def load_articles(transaction: Transaction, ids: Sequence[ArticleId]) -> list[Article]:
    """The articles in the order of the ids; unknown ids are left out."""
    wanted = json.dumps(list(ids))
    photos, attachments = await load_photos(transaction, wanted), await load_attachments(transaction, wanted)
    categories: dict[int, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in await transaction.rows(
        "SELECT ac.article_id, n.category_id, n.language, n.name FROM article_categories ac "  # noqa: S608
        "JOIN category_names n ON n.category_id = ac.category_id "
        f"WHERE ac.article_id IN {IDS} ORDER BY ac.category_id, n.language",
        wanted,
    ):
        categories[row["article_id"]][row["category_id"]][row["language"]] = row["name"]
    found = {
        row["id"]: Article(
            id=ArticleId(row["id"]),
            title=row["title"],
            link=row["link"],
            lead=row["lead"],
            body=load_body(row["body"]),
            author=row["author"],
            language=row["language"],
            published_at=from_ms(row["published_at"]),
            categories=tuple(Category(CategoryId(key), names) for key, names in categories[row["id"]].items()),
            photos=tuple(photos[row["id"]]),
            attachments=tuple(attachments[row["id"]]),
            revision=row["revision"],
            updated_at=from_ms_or_none(row["edited_at"]),
        )
        for row in await transaction.rows(f"SELECT * FROM articles WHERE id IN {IDS}", wanted)  # noqa: S608
    }
    return [found[article_id] for article_id in ids if article_id in found]


async def load_categories(transaction: Transaction, *, since: int) -> list[Category]:
    """Visible categories: those that editors put into an order, then the most articles since that moment first, then
    by name."""
    names: dict[int, dict[str, str]] = defaultdict(dict)
    positions: dict[int, int] = {}
    for row in await transaction.rows(
        "SELECT n.category_id, n.language, ltrim(c.emoji || ' ' || n.name) AS name, c.position FROM category_names n "
        "JOIN categories c ON c.id = n.category_id WHERE c.hidden = 0 ORDER BY n.category_id, n.language"
    ):
        names[row["category_id"]][row["language"]] = row["name"]
        if row["position"] is not None:
            positions[row["category_id"]] = row["position"]
    recent = {
        row["category_id"]: row["articles"]
        for row in await transaction.rows(
            # From the week's articles to their categories: the other way round it would go through all there are.
            "SELECT ac.category_id, count(*) AS articles FROM articles a CROSS JOIN article_categories ac "
            "WHERE ac.article_id = a.id AND a.first_seen_at >= $1 GROUP BY ac.category_id",
            since,
        )
    }
    found = [Category(CategoryId(key), value, recent.get(key, 0)) for key, value in names.items()]
    last = len(found)
    return sorted(
        found,
        key=lambda category: (positions.get(category.id, last), -category.recent, category.name("").casefold()),
    )
