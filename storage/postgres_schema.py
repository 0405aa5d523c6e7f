"""Bringing a PostgreSQL database to the schema of this version: the same migrations, translated, in one transaction.

Any number of processes may start at the same time: the first one migrates, the others wait and find it done.
"""

from __future__ import annotations

from importlib import resources

from storage.base import DatabaseTooNew, DatabaseUnusable
from storage.dialect import keys, translated_ddl
from storage.postgres import PostgresDatabase, PostgresTransaction
from storage.schema import migrations, statements

MARK = "newsbot"
"""The table that makes a database ours; it holds the schema's version."""
HALF_COPIED = "copied"
"""The table that is there while a newsroom is being copied into a database, which is good for nothing else then."""


def scripts() -> list[tuple[int, list[str]]]:
    """(number, statements) of every migration as PostgreSQL runs it, in order."""
    folder = resources.files("storage") / "migrations"
    own = {int(file.name[:4]): file for file in folder.iterdir() if file.name.endswith(".postgres.sql")}
    known = keys(part for _, script in migrations() for part in statements(script))
    found = []
    for number, script in migrations():
        if number in own:
            found.append((number, statements(own[number].read_text("utf-8"))))
        else:
            found.append((number, [one for part in statements(script) for one in translated_ddl(part, known)]))
    return found


async def open_current(url: str, *, half_copied: bool = False) -> PostgresDatabase:
    """The database at the schema of this version. Raises DatabaseTooNew, DatabaseUnusable or DatabaseAway before
    anything is changed."""
    database = PostgresDatabase(url)
    try:
        await database.open()
        async with database.write("migration") as transaction:
            await _migrate(transaction, database.where)
            if not half_copied and await transaction.value("SELECT to_regclass($1)", HALF_COPIED):
                raise DatabaseUnusable(
                    f"a newsroom is being copied into {database.where}; end that: newsbot copy-database"
                )
    except BaseException:
        await database.close()
        raise
    return database


async def _migrate(transaction: PostgresTransaction, where: str) -> None:
    wanted = scripts()
    version = await _version(transaction, where)
    if version > wanted[-1][0]:
        raise DatabaseTooNew(
            f"{where} was made by a newer version of newsbot (schema {version}, this one knows {wanted[-1][0]}); "
            "install that version"
        )
    if version == wanted[-1][0]:
        return
    if version == 0:
        await transaction.run(f"CREATE TABLE {MARK} (version BIGINT NOT NULL)")
        await transaction.run(f"INSERT INTO {MARK} VALUES (0)")  # noqa: S608
    for statement in statements((resources.files("storage") / "functions.sql").read_text("utf-8")):
        await transaction.execute(statement)
    for number, script in wanted:
        if number > version:
            for statement in script:
                await transaction.execute(statement)
            await transaction.run(f"UPDATE {MARK} SET version = $1", number)  # noqa: S608


async def _version(transaction: PostgresTransaction, where: str) -> int:
    """0: it is empty. Raises DatabaseUnusable when it is another program's."""
    tables = await transaction.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    if not tables:
        return 0
    if MARK not in {row[0] for row in tables}:
        raise DatabaseUnusable(f"{where} is a database of another program; name another one")
    return int(await transaction.value(f"SELECT version FROM {MARK}"))  # noqa: S608
