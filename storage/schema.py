"""Bringing a database file to the schema of this version: numbered migrations, each in one transaction."""

from __future__ import annotations

import re
from functools import partial
from importlib import resources

from storage.base import DatabaseTooNew, DatabaseUnusable
from storage.sqlite import Database, Transaction

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


async def open_current(path: str) -> Database:
    """The database at the schema of this version. Raises DatabaseTooNew or DatabaseUnusable before anything is
    changed. A crash leaves a finished migration or none of it."""
    database = Database(path)
    try:
        await database.open(partial(_recognise, path))
        await _migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


async def _recognise(path: str, transaction: Transaction) -> None:
    version = await transaction.value("PRAGMA user_version")
    owner = await transaction.value("PRAGMA application_id")
    tables = await transaction.value("SELECT count(*) FROM sqlite_master")
    latest = migrations()[-1][0]
    if owner != APPLICATION and tables:
        raise DatabaseUnusable(f"{path} is a database of another program; name another file")
    if version > latest:
        raise DatabaseTooNew(
            f"{path} was made by a newer version of newsbot (schema {version}, this one knows {latest}); "
            "install that version"
        )


async def _migrate(database: Database) -> None:
    async with database.write() as transaction:
        version = await transaction.value("PRAGMA user_version")
        for number, script in migrations():
            if number > version:
                for statement in statements(script):
                    await transaction.run(statement)
                await transaction.run(f"PRAGMA user_version = {number}")
        await transaction.run(f"PRAGMA application_id = {APPLICATION}")
