"""Articles that editors took from pages which no feed had brought, until one does."""

from __future__ import annotations

from datetime import datetime

from bot.model.ids import ArticleId, FeedId
from storage.engine import Transaction
from storage.moments import to_ms

DESK = "newsroom:desk"
"""The address of the feed that they stand under. It is one that was removed: never polled, and in nobody's list."""


async def desk(transaction: Transaction, now: datetime) -> FeedId:
    await transaction.run(
        "INSERT INTO feeds (url, seed_url, next_poll_at, removed_at) VALUES ($1, $1, $2, $2) ON CONFLICT DO NOTHING",
        DESK,
        to_ms(now),
    )
    return FeedId(await transaction.value("SELECT id FROM feeds WHERE url = $1", DESK))


async def adopt(transaction: Transaction, article_id: ArticleId, feed_id: FeedId, content_hash: bytes) -> None:
    """The first feed that has it is the one whose changes it follows from now on. That the feed words it otherwise
    than the page did is no change."""
    await transaction.run(
        "UPDATE articles SET feed_id = $2, content_hash = $3 "
        "WHERE id = $1 AND feed_id = (SELECT id FROM feeds WHERE url = $4)",
        article_id,
        feed_id,
        content_hash,
        DESK,
    )
