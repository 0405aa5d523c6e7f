"""Bringing a database file to the schema of this version: numbered migrations, each in one transaction."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from importlib import resources
from pathlib import Path

import structlog

from storage.backup import back_up
from storage.base import DatabaseTooNew, DatabaseUnusable
from storage.sqlite import Database, Transaction

log = structlog.get_logger()

APPLICATION = 0x4E455753
"""PRAGMA application_id of our files ("NEWS"): a database of another program is refused, not filled with tables."""

SQLITE = re.compile(r"\d{4}_\w+\.sql")


def migrations() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    folder = resources.files("storage") / "migrations"
    return sorted(
        (int(file.name[:4]), file.read_text("utf-8")) for file in folder.iterdir() if SQLITE.fullmatch(file.name)
    )


def statements(script: str) -> list[str]:
    """The statements of a migration; `executescript` would commit before it starts."""
    without_comments = re.sub(r"^--.*$", "", script, flags=re.MULTILINE)
    return [part.strip() for part in re.split(r";\s*\n", without_comments) if part.strip()]


async def open_current(path: str, *, keep_copy: bool = True) -> Database:
    """The database at the schema of this version. Raises DatabaseTooNew or DatabaseUnusable before anything is
    changed. A crash leaves a finished migration or none of it. `keep_copy`: one that is brought to another schema is
    copied beside itself first, as NAME.before-NNNN, since there is no way back."""
    database = Database(path)
    try:
        await database.open(partial(_recognise, path))
        if keep_copy:
            await _copy_before(database)
        await _migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


async def _recognise(path: str, transaction: Transaction) -> None:
    version = await transaction.value("PRAGMA user_version")
    owner = await transaction.value("PRAGMA application_id")
    tables = await transaction.value("SELECT count(*) FROM sqlite_master")
    if owner == APPLICATION or tables:
        check_ours(path, owner, version)


def check_ours(path: str, owner: int, version: int) -> None:
    """By what a file says of itself. Raises DatabaseTooNew, or DatabaseUnusable for another program's database."""
    latest = migrations()[-1][0]
    if owner != APPLICATION:
        raise DatabaseUnusable(f"{path} is a database of another program; name another file")
    if version > latest:
        raise DatabaseTooNew(
            f"{path} was made by a newer version of newsbot (schema {version}, this one knows {latest}); "
            "install that version"
        )


async def _copy_before(database: Database) -> None:
    async with database.read() as transaction:
        version = await transaction.value("PRAGMA user_version")
    latest = migrations()[-1][0]
    if not 0 < version < latest:
        return
    source = Path(database.path)
    copy = source.with_name(f"{source.name}.before-{latest:04}")
    try:
        # What an earlier try has left is older than what is here.
        copy.unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"{copy} can't be replaced ({error.strerror}); remove it") from None
    size = await asyncio.to_thread(back_up, source, copy, lambda *_: None)
    log.info("the database is brought to another schema", before=version, after=latest, copy=str(copy), bytes=size)


async def _migrate(database: Database) -> None:
    async with database.write() as transaction:
        version = await transaction.value("PRAGMA user_version")
        for number, script in migrations():
            if number > version:
                for statement in statements(script):
                    await transaction.run(statement)
                await transaction.run(f"PRAGMA user_version = {number}")
        await transaction.run(f"PRAGMA application_id = {APPLICATION}")
