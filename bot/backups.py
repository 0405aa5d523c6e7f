"""Copies of the database: the commands `backup` and `restore`, and the ones that a running bot makes by itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.progress import Progress, size
from storage.backup import back_up, database_path, kept, made_at, name_at, rotate
from storage.base import StorageError
from storage.restore import restore

log = structlog.get_logger()

AGAIN = timedelta(minutes=30)
"""After a failed copy the next try."""


class Backups:
    """`due` is called every minute; when the newest copy is old enough it makes another and removes the oldest. What
    was made is told by the folder itself, so a restart neither repeats nor forgets one."""

    def __init__(
        self,
        database: Path,
        folder: Path,
        every: timedelta,
        keep: int,
        *,
        made: Callable[[datetime], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._folder, self._every, self._keep = database, folder, every, keep
        self._made, self._now = made, now
        self._not_before: datetime | None = None

    async def due(self) -> None:
        now = self._now()
        newest = next(iter(kept(self._folder)), None)
        if newest:
            self._made(made_at(newest))
        if (newest and now - made_at(newest) < self._every) or (self._not_before and now < self._not_before):
            return
        try:
            copy, copied = await asyncio.to_thread(_back_up_into, self._folder, self._database, self._keep, now)
        except StorageError as error:
            self._not_before = now + AGAIN
            log.error("the database could not be backed up", error=str(error), next_try_in=AGAIN.total_seconds())
        else:
            self._made(now)
            log.info("database backed up", copy=str(copy), bytes=copied)


def back_up_to_file(url: str, file: Path) -> int:
    """`newsbot backup FILE`: the exit code."""
    try:
        with Progress("bytes") as progress:
            copied = back_up(database_path(url), file, progress)
    except StorageError as error:
        return _fail(error)
    print(f"{file}: {size(copied)}, checked")
    return 0


def back_up_to_folder(url: str, folder: Path, keep: int) -> int:
    """`newsbot backup --to FOLDER`: the exit code."""
    try:
        with Progress("bytes") as progress:
            file, copied = _back_up_into(folder, database_path(url), keep, datetime.now(UTC), progress)
    except StorageError as error:
        return _fail(error)
    print(f"{file}: {size(copied)}, checked; {len(kept(folder))} kept")
    return 0


async def put_back(url: str, copy: Path) -> int:
    """`newsbot restore FILE`: the exit code."""
    try:
        path = database_path(url)
        with Progress("bytes") as progress:
            restored = await restore(copy, path, datetime.now(UTC), progress)
    except StorageError as error:
        return _fail(error)
    print(f"{path}: {restored.readers} readers, {restored.articles} articles, from {copy}")
    if restored.replaced:
        print(f"The database that was there is now {restored.replaced}; remove it when you need it no more.")
    if restored.expired:
        print(f"{restored.expired} posts that still waited in the copy will not go out: they are old by now.")
    print("Start the bot: each feed's next poll announces what was published within EXPIRY and is not in the copy.")
    return 0


def _back_up_into(
    folder: Path, database: Path, keep: int, now: datetime, told: Callable[[str, int, int], None] = lambda *_: None
) -> tuple[Path, int]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} can't be made ({error.strerror})") from None
    copied = back_up(database, folder / name_at(now), told)
    rotate(folder, keep, now)
    return folder / name_at(now), copied


def _fail(error: StorageError) -> int:
    print(f"newsbot: {error}", file=sys.stderr)
    return 1
