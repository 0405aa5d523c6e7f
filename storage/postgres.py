"""The PostgreSQL engine: several processes at once, each with a few connections; errors translated once.

Writes are really concurrent. What they change is locked row by row; where a decision rests on more than the row that
is changed, writes take turns (`Database.write`), by advisory locks that end with their transaction. Isolation is READ
COMMITTED, so that whoever has waited for a turn sees what was committed meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from storage.base import DatabaseAway, DatabaseBusy, DatabaseUnusable, StorageError, StorageFull
from storage.dialect import translated
from storage.engine import ALONE, Row

CONNECTIONS = 8
"""Of one process, at most: a server has room for 100 unless it is told otherwise."""
STATEMENT_SECONDS = 60.0
CONNECT_SECONDS = 10.0


def translated_error(error: BaseException, where: str) -> StorageError | None:
    """Our error for one that an operator can do something about, or that passes; None for what is a bug of ours."""
    match error:
        case asyncpg.DiskFullError():
            return StorageFull(f"the disk of {where} is full; make room, nothing is lost meanwhile")
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidCatalogNameError():
            return DatabaseUnusable(f"{where} can't be used ({error}); check DATABASE_URL")
        case asyncpg.InsufficientPrivilegeError() | asyncpg.DataCorruptedError() | asyncpg.IndexCorruptedError():
            return DatabaseUnusable(f"{where} can't be used ({error})")
        case asyncpg.DeadlockDetectedError() | asyncpg.LockNotAvailableError() | asyncpg.SerializationError():
            return DatabaseBusy(f"{where} was busy with the same rows; try again")
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.OperatorInterventionError()
            | asyncpg.InsufficientResourcesError()
            | asyncpg.ConnectionDoesNotExistError()
            | OSError()
            | TimeoutError()
        ):
            return DatabaseAway(f"{where} can't be reached ({error or 'no answer'})")
        case asyncpg.InterfaceError() if "closed" in str(error) or "released" in str(error):
            return DatabaseAway(f"the connection to {where} was lost")
    return None


class PostgresTransaction:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, sql: str, *parameters: Any) -> Sequence[Row]:
        statement = translated(sql)
        found: list[Row] = await self._connection.fetch(statement.text, *_adapted(parameters, statement.lists))
        return found

    async def row(self, sql: str, *parameters: Any) -> Row | None:
        found = await self.rows(sql, *parameters)
        return found[0] if found else None

    async def value(self, sql: str, *parameters: Any) -> Any:
        found = await self.row(sql, *parameters)
        return found[0] if found else None

    async def run(self, sql: str, *parameters: Any) -> int:
        statement = translated(sql)
        status: str = await self._connection.execute(statement.text, *_adapted(parameters, statement.lists))
        number = status.rpartition(" ")[2]
        return int(number) if number.isdigit() else 0

    async def execute(self, statement: str) -> None:
        """One that is PostgreSQL's own already."""
        await self._connection.execute(statement)

    async def run_many(self, sql: str, batches: Iterable[Sequence[Any]]) -> None:
        statement = translated(sql)
        await self._connection.executemany(
            statement.text, [_adapted(parameters, statement.lists) for parameters in batches]
        )


def _adapted(parameters: Sequence[Any], lists: frozenset[int]) -> list[Any]:
    """PostgreSQL's text has no character of number 0, which no reader would see anyway."""
    adapted = [one.replace("\0", "") if isinstance(one, str) and "\0" in one else one for one in parameters]
    for position in lists:
        adapted[position] = json.loads(adapted[position])
    return adapted


class PostgresDatabase:
    """Connections to one database, opened as they are needed."""

    shared = True

    def __init__(self, url: str) -> None:
        self._url, self.where = url, place(url)
        self._pool: Any = None

    async def open(self) -> None:
        with self._errors():
            try:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=1,
                    max_size=CONNECTIONS,
                    timeout=CONNECT_SECONDS,
                    command_timeout=STATEMENT_SECONDS,
                    init=_prepare,
                    server_settings={"application_name": "newsbot"},
                )
            except (ValueError, asyncpg.InterfaceError) as error:
                raise DatabaseUnusable(f"{self.where} is no address of a database ({error})") from None

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def write(self, turn: str | None = ALONE) -> AsyncIterator[PostgresTransaction]:
        with self._errors():
            async with self._pool.acquire() as connection, connection.transaction():
                if turn is not None:
                    await connection.execute("SELECT pg_advisory_xact_lock($1)", _number(turn))
                yield PostgresTransaction(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[PostgresTransaction]:
        with self._errors():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield PostgresTransaction(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A bare one, for copying a database."""
        with self._errors():
            async with self._pool.acquire() as connection:
                yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            if ours := translated_error(error, self.where):
                raise ours from error
            raise


async def _prepare(connection: Any) -> None:
    # Sums of integers are exact integers here, too.
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_from_numeric, format="text")


def _from_numeric(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _number(turn: str) -> int:
    return int.from_bytes(hashlib.sha256(turn.encode()).digest()[:8], "big", signed=True)


def place(url: str) -> str:
    """The database's address without the password, for messages. Raises DatabaseUnusable."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise DatabaseUnusable("DATABASE_URL: the port is no number") from None
    host = parts.hostname or "this machine"
    return f"{parts.path.lstrip('/') or 'the database'} on {host}{f':{port}' if port else ''}"
