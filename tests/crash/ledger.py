"""What the database file says of the outbox, read from outside while the bot runs, stands still or is dead.

Everything that these tests know of the tables is here.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

BREAKING = 0
SOON = 0.5
"""Seconds: what is due by then may be on its way in a moment."""


class Copy(NamedTuple):
    """One piece of news for one reader."""

    chat_id: int
    news: str
    """The article's headline or the alert's text."""


class Row(NamedTuple):
    copy: Copy
    breaking: bool
    state: str
    attempt: int
    error: str
    settled_at: int | None
    """Deliveries of one message to one chat are settled in the same millisecond."""


ROWS = """SELECT d.chat_id, coalesce(a.title, b.text), d.class, d.state, d.attempt, d.error, d.settled_at
    FROM deliveries d LEFT JOIN articles a ON a.id = d.article_id LEFT JOIN broadcasts b ON b.id = d.broadcast_id """


class Ledger:
    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=5)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, where: str = "1") -> list[Row]:
        with self._open() as connection:
            return [
                Row(Copy(chat_id, news), kind == BREAKING, state, attempt, error, settled_at)
                for chat_id, news, kind, state, attempt, error, settled_at in connection.execute(
                    f"{ROWS} WHERE {where}"
                )
            ]

    def under_way(self) -> list[Row]:
        """Begun and not settled: what a kill now makes doubtful."""
        return self.rows("d.state = 'sending'")

    def last_chance(self) -> set[Copy]:
        """Breaking news on its second way to a reader, or about to be: it would not be sent a third time."""
        due = int((time.time() + SOON) * 1000)
        begun = f"d.state = 'sending' AND d.attempt > 1 OR d.state = 'pending' AND d.attempt = 1 AND d.due_at <= {due}"
        return {row.copy for row in self.rows(f"d.class = {BREAKING} AND ({begun})")}

    def filling(self) -> int:
        """News that has not been turned into a delivery for each reader yet."""
        return self._number("SELECT count(*) FROM fanouts WHERE done = 0")

    def unsettled(self) -> int:
        """Deliveries whose end is still to come."""
        return self._number("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')")

    def leased(self) -> int:
        return self._number("SELECT count(*) FROM deliveries WHERE state = 'pending' AND owner IS NOT NULL")

    def states(self) -> Counter[str]:
        with self._open() as connection:
            return Counter(dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state")))

    def has_baseline(self) -> bool:
        return self._number("SELECT count(*) FROM feeds WHERE baseline_at IS NOT NULL") > 0

    def announced(self, text: str) -> bool:
        """Whether the editor's alert has been confirmed: it will reach everybody."""
        return self._number("SELECT count(*) FROM broadcasts WHERE text = ? AND confirmed_at IS NOT NULL", text) > 0

    def knows(self, headline: str) -> bool:
        """Whether the article has been read."""
        return self._number("SELECT count(*) FROM articles WHERE title = ?", headline) > 0

    def _number(self, sql: str, *parameters: str) -> int:
        with self._open() as connection:
            return int(connection.execute(sql, parameters).fetchone()[0])
