"""The newsroom's feeds and how their polls went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.feeds import Feed, Validators
from bot.model.ids import FeedId
from storage.engine import Database, Row
from storage.moments import from_ms, from_ms_or_none, to_ms


class SqliteFeeds:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def seed(self, urls: Sequence[str], now: datetime) -> None:
        async with self._database.write() as transaction:
            await transaction.run_many(
                "INSERT INTO feeds (url, seed_url, next_poll_at) VALUES ($1, $1, $2) ON CONFLICT DO NOTHING",
                [(url, to_ms(now)) for url in urls],
            )

    async def all(self) -> list[Feed]:
        async with self._database.read() as transaction:
            return [
                feed_of(row)
                for row in await transaction.rows("SELECT * FROM feeds WHERE removed_at IS NULL ORDER BY id")
            ]

    async def due(self, now: datetime) -> list[Feed]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT * FROM feeds WHERE stopped_at IS NULL AND paused = 0 AND removed_at IS NULL "
                "AND next_poll_at <= $1 ORDER BY next_poll_at, id",
                to_ms(now),
            )
            return [feed_of(row) for row in rows]

    async def unchanged(self, feed_id: FeedId, now: datetime, next_poll_at: datetime) -> None:
        async with self._database.write(None) as transaction:
            await transaction.run(
                "UPDATE feeds SET failures = 0, failing_since = NULL, told = 0, last_error = '', last_success_at = $2, "
                "next_poll_at = $3 WHERE id = $1",
                feed_id,
                to_ms(now),
                to_ms(next_poll_at),
            )

    async def failed(self, feed_id: FeedId, error: str, now: datetime, next_poll_at: datetime) -> Feed:
        async with self._database.write(None) as transaction:
            row = await transaction.row(
                "UPDATE feeds SET failures = failures + 1, failing_since = coalesce(failing_since, $3), "
                "last_error = $2, next_poll_at = $4 WHERE id = $1 RETURNING *",
                feed_id,
                error,
                to_ms(now),
                to_ms(next_poll_at),
            )
            assert row
            return feed_of(row)

    async def set_told(self, feed_id: FeedId, times: int) -> None:
        async with self._database.write(None) as transaction:
            await transaction.run("UPDATE feeds SET told = $2 WHERE id = $1", feed_id, times)

    async def set_page_selector(self, feed_id: FeedId, selector: str | None) -> None:
        async with self._database.write(None) as transaction:
            await transaction.run("UPDATE feeds SET page_selector = $2 WHERE id = $1", feed_id, selector)

    async def stop(self, feed_id: FeedId, error: str, now: datetime) -> None:
        async with self._database.write(None) as transaction:
            await transaction.run(
                "UPDATE feeds SET stopped_at = $2, last_error = $3 WHERE id = $1", feed_id, to_ms(now), error
            )


def feed_of(row: Row) -> Feed:
    return Feed(
        id=FeedId(row["id"]),
        url=row["url"],
        title=row["title"],
        language=row["language"],
        validators=Validators(row["etag"], row["last_modified"], row["body_hash"]),
        baseline_at=from_ms_or_none(row["baseline_at"]),
        next_poll_at=from_ms(row["next_poll_at"]),
        last_success_at=from_ms_or_none(row["last_success_at"]),
        failures=row["failures"],
        failing_since=from_ms_or_none(row["failing_since"]),
        told=row["told"],
        last_error=row["last_error"],
        entries=row["entries"],
        photos=row["photos"],
        page_selector=row["page_selector"],
        stopped=row["stopped_at"] is not None,
        interval=None if row["interval"] is None else timedelta(seconds=row["interval"]),
        paused=bool(row["paused"]),
        own_language=row["own_language"],
        own_label=row["own_label"],
    )
