"""Articles that are new here: their row, and the categories that they go into."""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.model.articles import ParsedArticle
from bot.model.body import text_of
from bot.model.ids import ArticleId, FeedId
from storage.bodies import dump_body
from storage.engine import Transaction
from storage.media import store_attachments, store_photos
from storage.moments import to_ms
from storage.twins import story_key


async def insert(transaction: Transaction, feed_id: FeedId, parsed: ParsedArticle, now: datetime) -> ArticleId:
    row = await transaction.row(
        "INSERT INTO articles (title, link, link_key, lead, body, author, language, published_at, first_seen_at, "
        "content_hash, feed_id, story_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        parsed.title,
        parsed.link,
        parsed.link_key,
        parsed.lead,
        dump_body(parsed.body or parsed.page_body),
        parsed.author,
        parsed.language,
        to_ms(parsed.published_at or now),
        to_ms(now),
        content_hash(parsed),
        feed_id,
        story_key(parsed),
    )
    assert row
    article_id = ArticleId(row["id"])
    await store_photos(transaction, article_id, parsed.photos or parsed.page_photos)
    await store_attachments(transaction, article_id, parsed.attachments or parsed.page_attachments)
    return article_id


async def categorise(
    transaction: Transaction, article_id: ArticleId, parsed: ParsedArticle, language: str, fallback: str, now: datetime
) -> bool:
    """Put the article into the categories of its labels, founding new ones where allowed. True: it gained some."""
    language = parsed.language or language
    found: list[int] = []
    for label in parsed.labels:
        category = await found_category(transaction, label.label, language, now, found=label.founds)
        if category is not None and category not in found:
            found.append(category)
    if not found:
        category = await found_category(transaction, fallback, language, now, found=True)
        assert category is not None
        found.append(category)
    gained = 0
    for category in found:
        gained += await transaction.run(
            "INSERT INTO article_categories (article_id, category_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            article_id,
            category,
        )
    return gained > 0


async def found_category(
    transaction: Transaction, label: str, language: str, now: datetime, *, found: bool
) -> int | None:
    folded = " ".join(label.split()).casefold()
    known = await transaction.value("SELECT category_id FROM category_labels WHERE label = $1", folded)
    if known is not None or not found:
        return None if known is None else int(known)
    made = await transaction.value("INSERT INTO categories (created_at) VALUES ($1) RETURNING id", to_ms(now))
    await transaction.run("INSERT INTO category_labels (label, category_id) VALUES ($1, $2)", folded, made)
    await transaction.run(
        "INSERT INTO category_names (category_id, language, name) VALUES ($1, $2, $3)",
        made,
        language,
        " ".join(label.split()),
    )
    return int(made)


def content_hash(parsed: ParsedArticle) -> bytes:
    """SHA-256 of what readers see: a change of it is an edit; a change of the date or of formatting alone is not."""
    digest = hashlib.sha256()
    seen = [parsed.title, parsed.lead, text_of(parsed.body)]
    for photo in parsed.photos:
        seen += [photo.url, photo.caption, photo.credit]
    seen += [attachment.url for attachment in parsed.attachments]
    for part in seen:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()
