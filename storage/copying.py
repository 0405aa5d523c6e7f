"""Moving a newsroom to another database, row by row: from SQLite to PostgreSQL.

Tables are copied in an order in which each comes after those that it refers to, in batches by primary key. How far it
has come is committed with each batch, in the database that is filled, so that a copy that was broken off goes on where
it was. In the end every row is compared with its original.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from storage import postgres_schema, schema
from storage.backup import database_path, on_server
from storage.base import DatabaseUnusable
from storage.engine import Row
from storage.opening import hold
from storage.postgres import PostgresDatabase
from storage.postgres_schema import HALF_COPIED
from storage.sqlite import Database

BATCH = 5000
LEFT_OUT = ("leases", "pace")
"""What belongs to the processes on a database, not to the newsroom."""
Told = Callable[[str, int, int], None]
"""Called with what is being done, to how many rows of all tables it has been, and how many there are."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Its primary key; a table without one has one row."""
    rows: int

    @property
    def order(self) -> str:
        return ", ".join(self.key or self.columns)

    def page(self, after: Sequence[Any] | None) -> tuple[str, tuple[Any, ...]]:
        """The query for the next batch in the order of the key, and its parameters."""
        where = ""
        if after is not None:
            numbers = ", ".join(f"${n}" for n in range(1, len(after) + 1))
            where = f"WHERE ({', '.join(self.key)}) > ({numbers})"
        sql = f"SELECT {', '.join(self.columns)} FROM {self.name} {where} ORDER BY {self.order} LIMIT {BATCH}"  # noqa: S608
        return sql, tuple(after or ())

    def key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[column] for column in self.key)


async def copy_database(source_url: str, target_url: str, told: Told) -> int:
    """Copy all and compare all; returns the number of rows. Until it has ended the target can't be used for anything
    else; called again, it goes on where it was. Nobody may use the source meanwhile, which is brought to the schema of
    this version. Raises StorageError, DatabaseUnusable too when the target has other rows than the source: it was in
    use, or the source has changed since a copy that was broken off."""
    path = database_path(source_url)
    if not path.is_file():
        raise DatabaseUnusable(f"there is no database {path}")
    if not on_server(target_url):
        raise DatabaseUnusable("only databases on a PostgreSQL server can be filled; copy an SQLite file with backup")
    with hold(str(path)):
        source = await schema.open_current(str(path))
        try:
            target = await postgres_schema.open_current(target_url, half_copied=True)
            try:
                return await _copy_all(source, target, told)
            finally:
                await target.close()
        finally:
            await source.close()


async def _copy_all(source: Database, target: PostgresDatabase, told: Told) -> int:
    tables = await _tables(source)
    total, done = sum(table.rows for table in tables), 0
    async with target.connection() as connection:
        copied = await _begin(connection, tables, target.where)
        for table in tables:
            async for rows in _copy(source, connection, table, copied.get(table.name, 0)):
                told("copied", done + rows, total)
            done += table.rows
        # Without it every lookup by key would read its table whole.
        await connection.execute("ANALYZE")
        done = 0
        for table in tables:
            async for rows in _compare(source, connection, table, target.where):
                told("compared", done + rows, total)
            done += table.rows
        await _end(connection, tables)
    return total


async def _tables(source: Database) -> list[Table]:
    """Those of SQLite's database, each after those that it refers to."""
    found: dict[str, Table] = {}
    refers: dict[str, set[str]] = {}
    async with source.read() as transaction:
        names = await transaction.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) != 'sqlite_' ORDER BY name"
        )
        for (name,) in (tuple(row) for row in names if row[0] not in LEFT_OUT):
            columns = await transaction.rows("SELECT name, pk FROM pragma_table_info($1) ORDER BY cid", name)
            key = sorted((row["pk"], row["name"]) for row in columns if row["pk"])
            rows = await transaction.value(f"SELECT count(*) FROM {name}")  # noqa: S608
            found[name] = Table(name, tuple(row["name"] for row in columns), tuple(column for _, column in key), rows)
            others = await transaction.rows('SELECT "table" FROM pragma_foreign_key_list($1)', name)
            refers[name] = {row[0] for row in others} - {name}
    ordered: list[Table] = []
    while found:
        ready = [name for name in found if not refers[name] & found.keys()]
        assert ready, f"tables that refer to each other in a circle: {sorted(found)}"
        ordered += [found.pop(name) for name in ready]
    return ordered


async def _begin(connection: Any, tables: Iterable[Table], where: str) -> dict[str, int]:
    """How many rows of each table were copied before. In the beginning whatever a new database has of its own makes
    room, and triggers rest: what they would enter is copied, too. Raises DatabaseUnusable when it has a newsroom."""
    async with connection.transaction():
        if await connection.fetchval("SELECT to_regclass($1)", HALF_COPIED):
            return {row["name"]: row["rows"] for row in await connection.fetch(f"SELECT * FROM {HALF_COPIED}")}  # noqa: S608
        for name in ("readers", "articles", "feeds"):
            if await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {name})"):  # noqa: S608
                raise DatabaseUnusable(f"{where} holds a newsroom already; name an empty database")
        await connection.execute(f"CREATE TABLE {HALF_COPIED} (name TEXT PRIMARY KEY, rows BIGINT NOT NULL)")
        await connection.execute(f"TRUNCATE {', '.join(table.name for table in tables)}")
        for table in tables:
            await connection.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    return {}


async def _end(connection: Any, tables: Iterable[Table]) -> None:
    async with connection.transaction():
        for table in tables:
            await connection.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
            if table.key == ("id",):
                # New rows get numbers after those that were copied.
                await connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
                )
        await connection.execute(f"DROP TABLE {HALF_COPIED}")


async def _copy(source: Database, connection: Any, table: Table, before: int) -> AsyncIterator[int]:
    """How many rows of it are copied, after each batch; `before`: in an earlier call."""
    after = None
    if before:
        async with source.read() as transaction:
            last = await transaction.row(
                f"SELECT {table.order} FROM {table.name} ORDER BY {table.order} LIMIT 1 OFFSET $1",  # noqa: S608
                before - 1,
            )
        after = tuple(last or ())
    rows = before
    while rows < table.rows and (table.key or not rows):
        sql, parameters = table.page(after)
        async with source.read() as transaction:
            batch = await transaction.rows(sql, *parameters)
        if not batch:
            break
        rows += len(batch)
        async with connection.transaction():
            await connection.copy_records_to_table(
                table.name, columns=table.columns, records=[_without_zeros(tuple(row)) for row in batch]
            )
            await connection.execute(
                f"INSERT INTO {HALF_COPIED} (name, rows) VALUES ($1, $2) "  # noqa: S608
                "ON CONFLICT (name) DO UPDATE SET rows = excluded.rows",
                table.name,
                rows,
            )
        after = table.key_of(batch[-1])
        yield rows


async def _compare(source: Database, connection: Any, table: Table, where: str) -> AsyncIterator[int]:
    rows, after = 0, None
    while True:
        sql, parameters = table.page(after)
        async with source.read() as transaction:
            ours = await transaction.rows(sql, *parameters)
        found = {table.key_of(row): tuple(_without_zeros(row)) for row in ours}
        if not ours:
            break
        keys = [[key[n] for key in found] for n in range(len(table.key))]
        theirs = await _same_rows(connection, table, keys)
        if found != theirs:
            raise DatabaseUnusable(
                f"{table.name} in {where} is not as in the original: one of the two was in use meanwhile. Empty that "
                "database and start again"
            )
        rows += len(ours)
        yield rows
        if len(ours) < BATCH:
            break
        after = table.key_of(ours[-1])
    if rows != await connection.fetchval(f"SELECT count(*) FROM {table.name}"):  # noqa: S608
        raise DatabaseUnusable(f"{table.name} in {where} has more rows than the original; empty it and start again")


async def _same_rows(connection: Any, table: Table, keys: list[list[Any]]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Of the target, by key."""
    columns = ", ".join(f"t.{column}" for column in table.columns)
    if not table.key:
        rows = await connection.fetch(f"SELECT {columns} FROM {table.name} t")  # noqa: S608
        return dict.fromkeys([()], tuple(rows[0])) if rows else {}
    types = await connection.fetch(
        "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute "
        "WHERE attrelid = CAST($1 AS regclass) AND attnum > 0",
        table.name,
    )
    type_of = {row["attname"]: row["type"] for row in types}
    lists = ", ".join(f"CAST(${n} AS {type_of[column]}[])" for n, column in enumerate(table.key, 1))
    equal = " AND ".join(f"t.{column} = k.{column}" for column in table.key)
    rows = await connection.fetch(
        f"SELECT {columns} FROM {table.name} t JOIN unnest({lists}) AS k({', '.join(table.key)}) ON {equal}",  # noqa: S608
        *keys,
    )
    return {table.key_of(row): tuple(row) for row in rows}


def _without_zeros(row: Iterable[Any]) -> list[Any]:
    return [one.replace("\0", "") if isinstance(one, str) and "\0" in one else one for one in row]
