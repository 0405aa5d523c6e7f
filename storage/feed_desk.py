"""What editors decide about feeds."""

from __future__ import annotations

from datetime import datetime

from bot.model.feeds import Feed
from bot.model.ids import ChatId, FeedId
from bot.model.newsroom import Act, FeedOption
from storage import audit
from storage.engine import Database
from storage.feeds import feed_of
from storage.moments import to_ms

COLUMNS = {
    FeedOption.PAUSED: "paused",
    FeedOption.INTERVAL: "interval",
    FeedOption.LANGUAGE: "own_language",
    FeedOption.LABEL: "own_label",
    FeedOption.SELECTOR: "page_selector",
}


class SqliteFeedDesk:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, feed_id: FeedId) -> Feed | None:
        async with self._database.read() as transaction:
            row = await transaction.row("SELECT * FROM feeds WHERE id = $1 AND removed_at IS NULL", feed_id)
            return None if row is None else feed_of(row)

    async def add(self, url: str, by: ChatId, now: datetime) -> Feed | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "INSERT INTO feeds (url, seed_url, next_poll_at) VALUES ($1, $1, $2) ON CONFLICT DO NOTHING "
                "RETURNING *",
                url,
                to_ms(now),
            )
            if row is None:
                # One that was removed comes back as new: what is in it now is known, and not announced.
                row = await transaction.row(
                    "UPDATE feeds SET removed_at = NULL, stopped_at = NULL, paused = 0, baseline_at = NULL, "
                    "etag = NULL, last_modified = NULL, body_hash = NULL, failures = 0, failing_since = NULL, "
                    "told = 0, last_error = '', next_poll_at = $2 "
                    "WHERE (url = $1 OR seed_url = $1) AND removed_at IS NOT NULL RETURNING *",
                    url,
                    to_ms(now),
                )
            subject = f"f{row['id']}" if row else ""
            await audit.note(transaction, by, Act.FEED_ADDED, subject, now, detail=url, done=row is not None)
            return None if row is None else feed_of(row)

    async def set_option(
        self, feed_id: FeedId, option: FeedOption, value: str | int | None, by: ChatId, now: datetime
    ) -> Feed | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                f"UPDATE feeds SET {COLUMNS[option]} = $2, next_poll_at = min(next_poll_at, $3), "  # noqa: S608
                "stopped_at = CASE WHEN $4 = 1 THEN NULL ELSE stopped_at END "
                "WHERE id = $1 AND removed_at IS NULL RETURNING *",
                feed_id,
                value,
                to_ms(now),
                int(option is FeedOption.PAUSED and not value),
            )
            detail = f"{option}: {value}"
            await audit.note(transaction, by, Act.FEED_CHANGED, f"f{feed_id}", now, detail=detail, done=row is not None)
            return None if row is None else feed_of(row)

    async def remove(self, feed_id: FeedId, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "UPDATE feeds SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL RETURNING url",
                feed_id,
                to_ms(now),
            )
            detail = row["url"] if row else ""
            await audit.note(transaction, by, Act.FEED_REMOVED, f"f{feed_id}", now, detail=detail, done=row is not None)
            return row is not None
