"""Putting a copy of the database back.

A copy is old: what stood in its outbox has been sent since, or is news no more, and what was published since is not
in it. So nothing of its outbox goes out, but for recalls, which do no harm twice. Each feed's next good poll catches
up: what it brings that was published within EXPIRY is announced, also when some readers had it before the loss, since
nobody knows who had; what is older is only stored. Drafts stay drafts. What people typed before is not answered.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.backup import Told, check_integrity, flush, vacuum_into
from storage.base import DatabaseUnusable
from storage.inspection import inspect
from storage.moments import to_ms
from storage.opening import hold
from storage.schema import open_current
from storage.sqlite import Transaction


@dataclass(frozen=True, slots=True)
class Restored:
    readers: int
    articles: int
    expired: int
    """Posts that the copy still held and that go out no more."""
    replaced: Path | None
    """Where the database is that was there before."""


async def restore(copy: Path, path: Path, now: datetime, told: Told) -> Restored:
    """Put the copy in the place of the database, which is kept beside it. Raises DatabaseBusy while a bot runs on it,
    and other StorageErrors; until the last step, which is one rename, the old database is as it was."""
    lock = hold(str(path))
    fresh = path.with_name(f".{path.name}.restoring")
    try:
        inspect(copy)
        check_integrity(copy, told)
        _remove(fresh)
        fresh.touch(mode=0o600)
        vacuum_into(copy, fresh, told)
        database = await open_current(str(fresh), keep_copy=False)
        try:
            async with database.write() as transaction:
                expired = await _make_stale(transaction, to_ms(now))
                readers = await transaction.value("SELECT count(*) FROM readers")
                articles = await transaction.value("SELECT count(*) FROM articles")
        finally:
            await database.close()
        _into_one_file(fresh)
        flush(fresh)
        replaced = _set_aside(path, now)
        fresh.replace(path)
        flush(path.parent)
        return Restored(readers, articles, expired, replaced)
    except OSError as error:
        raise DatabaseUnusable(f"{path} can't be restored ({error})") from None
    finally:
        _remove(fresh)
        lock.close()


async def _make_stale(transaction: Transaction, at: int) -> int:
    await transaction.run(
        "UPDATE deliveries SET state = 'unknown', settled_at = $1, owner = NULL, lease_until = NULL "
        "WHERE state = 'sending' AND action = 'send'",
        at,
    )
    expired = await transaction.run(
        "UPDATE deliveries SET state = 'expired', settled_at = $1, owner = NULL, lease_until = NULL "
        "WHERE state IN ('pending', 'sending') AND action != 'recall'",
        at,
    )
    await transaction.run("UPDATE fanouts SET done = 1 WHERE done = 0 AND action != 'recall'")
    await transaction.run(
        "UPDATE feeds SET etag = NULL, last_modified = NULL, body_hash = NULL, next_poll_at = $1, restored_at = $1", at
    )
    await transaction.run("UPDATE updates SET handled_at = $1, content = '' WHERE handled_at IS NULL", at)
    return expired


def _into_one_file(path: Path) -> None:
    """So that one rename moves all of it; the next start turns the log on again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _set_aside(path: Path, now: datetime) -> Path | None:
    """The old database gets a second name, by which it can be opened; its log must never meet the new one."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.replaced-{now:%Y%m%d-%H%M%S}")
    # One that is damaged is kept as it is.
    with suppress(sqlite3.Error):
        _into_one_file(path)
    for ending in ("-wal", "-shm"):
        if (log := Path(f"{path}{ending}")).exists():
            log.replace(f"{aside}{ending}")
    try:
        aside.hardlink_to(path)
    except OSError:
        shutil.copy2(path, aside)
    return aside


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            Path(f"{path}{ending}").unlink()
