"""What a database file says of itself, without changing it and beside a bot that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.model.ids import ChatId
from storage.backup import reading
from storage.base import DatabaseUnusable
from storage.schema import check_ours, migrations


@dataclass(frozen=True, slots=True)
class Facts:
    schema: int
    latest: int
    """The schema of this version of the program."""
    size: int
    """Bytes, with what stands in its log."""
    readers: int
    feeds: tuple[str, ...]
    """The addresses of those that are polled."""
    groups: tuple[ChatId, ...]
    """Groups and channels that get news."""


def inspect(path: Path) -> Facts:
    """Raises DatabaseUnusable, DatabaseTooNew or another StorageError."""
    if not path.is_file():
        raise DatabaseUnusable(f"there is no database {path}")
    with reading(path) as connection:
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        schema = connection.execute("PRAGMA user_version").fetchone()[0]
        check_ours(str(path), owner, schema)
        readers = connection.execute("SELECT count(*) FROM readers WHERE left_at IS NULL AND unreachable_at IS NULL")
        groups = connection.execute(
            "SELECT chat_id FROM readers WHERE chat_id < 0 AND left_at IS NULL AND unreachable_at IS NULL "
            "ORDER BY chat_id"
        )
        feeds = connection.execute("SELECT url FROM feeds WHERE stopped_at IS NULL ORDER BY id")
        log = Path(f"{path}-wal")
        return Facts(
            schema=schema,
            latest=migrations()[-1][0],
            size=path.stat().st_size + (log.stat().st_size if log.exists() else 0),
            readers=readers.fetchone()[0],
            feeds=tuple(row[0] for row in feeds),
            groups=tuple(ChatId(row[0]) for row in groups),
        )
