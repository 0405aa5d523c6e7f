"""Copies of the database file, made beside a running bot; and which of them are kept.

VACUUM INTO sees one moment of the database and holds up nobody (0.5 s for 200 MB; `sqlite3.backup` never finished
beside a writer). A copy gets its name when it is whole and has been checked: a crash or a full disk leaves no half one.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from storage.base import DatabaseUnusable, StorageError
from storage.sqlite import BUSY_TIMEOUT, translated

Told = Callable[[str, int, int], None]
"""Hears what is being done, and how many bytes of how many are."""

NAME = "newsbot-%Y%m%d-%H%M%S.db"
NAMED = re.compile(r"newsbot-\d{8}-\d{6}\.db")
PARTIAL = re.compile(r"\.newsbot-\d{8}-\d{6}\.db\.\d+\.partial")
ABANDONED = timedelta(hours=6)
"""What has not been written to for so long was left behind by a process that was killed."""
LOOK = 100_000
"""Steps of SQLite's machine between two looks at how far it is: some 20 a second."""


def on_server(url: str) -> bool:
    return not url.startswith("sqlite:")


def database_path(url: str) -> Path:
    """SQLite's file. Raises DatabaseUnusable when it is on a server."""
    if on_server(url):
        raise DatabaseUnusable("a database on a PostgreSQL server is copied with pg_dump and put back with pg_restore")
    return Path(url.removeprefix("sqlite:///"))


def back_up(source: Path, target: Path, told: Told) -> int:
    """Copy the database to a file that does not exist yet; returns its bytes. Raises StorageError."""
    if not source.is_file():
        raise DatabaseUnusable(f"there is no database {source}")
    if target.exists():
        raise DatabaseUnusable(f"{target} exists already; name another file")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        # Readers are in it, so it is for nobody else; SQLite takes an empty file for none.
        partial.touch(mode=0o600)
        vacuum_into(source, partial, told)
        check_integrity(partial, told)
        flush(partial)
        partial.replace(target)
        flush(target.parent)
        return target.stat().st_size
    except OSError as error:
        raise DatabaseUnusable(f"{target} can't be written ({error.strerror})") from None
    finally:
        with suppress(OSError):
            partial.unlink()


def vacuum_into(source: Path, target: Path, told: Told) -> None:
    with reading(source) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        total = (pages - free) * size

        def look() -> int:
            told("copying", min(total, target.stat().st_size), total)
            return 0

        connection.set_progress_handler(look, LOOK)
        connection.execute("VACUUM INTO ?", (str(target),))
    told("copying", total, total)


def check_integrity(path: Path, told: Told) -> None:
    """Raises DatabaseUnusable when it is damaged."""
    size = path.stat().st_size
    told("checking", 0, size)
    with reading(path) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseUnusable(f"{path} is damaged ({found})")
    told("checking", size, size)


def name_at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(NAME)


def kept(folder: Path) -> list[Path]:
    """The copies in it that were named by us, the newest first."""
    if not folder.is_dir():
        return []
    return sorted((file for file in folder.iterdir() if NAMED.fullmatch(file.name)), reverse=True)


def made_at(copy: Path) -> datetime:
    return datetime.strptime(copy.name, NAME).replace(tzinfo=UTC)


def rotate(folder: Path, keep: int, now: datetime) -> list[Path]:
    """Remove all but the newest `keep`, and what was begun and abandoned; which went. Raises StorageError."""
    try:
        begun = [file for file in folder.iterdir() if PARTIAL.fullmatch(file.name)]
        oldest = (now - ABANDONED).timestamp()
        old = [*kept(folder)[keep:], *(file for file in begun if file.stat().st_mtime < oldest)]
        for copy in old:
            copy.unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"an old copy in {folder} can't be removed ({error.strerror})") from None
    return old


def flush(path: Path) -> None:
    """To the disk itself: what comes after relies on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can't change it; beside a bot, too. Raises StorageError."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise translated(error, str(path)) or StorageError(f"{path}: {error}") from None
