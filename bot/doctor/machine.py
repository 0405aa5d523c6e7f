"""What the doctor looks at on this machine: the database, the disk, the backups, the clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.doctor.findings import Finding, good, note, wrong
from bot.progress import size
from storage.backup import check_integrity, database_path, kept, made_at, on_server
from storage.base import DatabaseTooNew, StorageError
from storage.inspection import Facts, inspect

SPARE = 500_000_000
"""Bytes to be free beside what copies of the database need: its log, the system, a week of growth."""
CLOCK_OFF, CLOCK_WRONG = timedelta(seconds=5), timedelta(seconds=60)
"""Beyond the first, times in posts are off and flood waits too short; beyond the second, certificates and expiry."""


def look_at_database(settings: Settings, told: Callable[[str, int, int], None]) -> tuple[list[Finding], Facts | None]:
    if on_server(settings.database_url):
        return [
            note("database", "it is on a PostgreSQL server", "watch its disk there, and back it up with pg_dump")
        ], None
    path = database_path(settings.database_url)
    if not path.exists():
        return [_none_yet(path)], None
    try:
        facts = inspect(path)
        check_integrity(path, told)
    except DatabaseTooNew as error:
        return [wrong("database", str(error), "nothing is lost: the newer version reads it")], None
    except StorageError as error:
        return [wrong("database", str(error), "put the newest backup back: newsbot restore FILE")], None
    about = f"{path}: {size(facts.size)}, undamaged, {facts.readers} readers, {len(facts.feeds)} feeds"
    found = [good("database", about)]
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        found.append(wrong("database", f"{path} can't be written by this user", _give(path.parent)))
    if facts.schema < facts.latest:
        what = f"it has the schema {facts.schema} of an earlier version; this one has {facts.latest}"
        found.append(note("database", what, "nothing: the next start changes it, after a copy of it was made"))
    return found, facts


def _none_yet(path: Path) -> Finding:
    there = next(folder for folder in (path.parent, *path.absolute().parents) if folder.exists())
    if not os.access(there, os.W_OK):
        return wrong("database", f"{path} can't be made: {there} can't be written by this user", _give(there))
    return good("database", f"{path} will be made at the first start")


def _give(folder: Path) -> str:
    return f"sudo chown -R {os.getuid()}:{os.getgid()} {folder}"


def look_at_disk(settings: Settings, facts: Facts | None) -> Iterator[Finding]:
    database = facts.size if facts else 0
    here = Path() if on_server(settings.database_url) else database_path(settings.database_url).parent
    folders = {"disk": here}
    if settings.backup_dir:
        folders["backup disk"] = Path(settings.backup_dir)
    devices: set[int] = set()
    for part, folder in folders.items():
        there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        device = there.stat().st_dev
        if device in devices:
            continue
        devices.add(device)
        free, needed = shutil.disk_usage(there).free, 2 * database + SPARE
        what = f"{size(free)} free at {there.absolute()}"
        if free < needed:
            advice = f"make room: {size(needed)} are wanted, for the log, a copy before each update and the backups"
            yield wrong(part, what, advice)
        else:
            yield good(part, what)


def look_at_backups(settings: Settings, facts: Facts | None, now: datetime) -> Iterator[Finding]:
    if on_server(settings.database_url):
        return
    if not settings.backup_dir:
        yield note("backup", "the bot makes no copies of its database", "set BACKUP_DIR, best to another disk")
        return
    folder = Path(settings.backup_dir)
    copies = kept(folder)
    if copies:
        age = now - made_at(copies[0])
        what = f"the newest of {len(copies)} is {age / timedelta(hours=1):.1f} hours old"
        if age > timedelta(hours=2 * settings.backup_hours):
            advice = "is the bot running, and the disk full? Its log says why; by hand: newsbot backup"
            yield wrong("backup", what, advice)
        else:
            yield good("backup", what)
    elif facts:
        yield note("backup", f"there is none in {folder} yet", "start the bot, or now: newsbot backup")
    path = database_path(settings.database_url)
    if folder.exists() and path.exists() and folder.stat().st_dev == path.stat().st_dev:
        yield note("backup", "it is on the disk of the database, and dies with it", "copy the folder elsewhere, too")


def look_at_clock(server_time: datetime | None, now: datetime) -> Iterator[Finding]:
    """`server_time` comes in whole seconds and took a moment to arrive, so two seconds mean nothing."""
    if server_time is None:
        return
    off = now - server_time
    words = f"{abs(off).total_seconds():.0f} s {'ahead of' if off > timedelta() else 'behind'} Telegram's"
    if abs(off) > CLOCK_OFF:
        level = wrong if abs(off) > CLOCK_WRONG else note
        yield level("clock", f"it is {words}", "let the machine keep time: sudo timedatectl set-ntp true")
    else:
        yield good("clock", "it agrees with Telegram's")
