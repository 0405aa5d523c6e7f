"""The SQLite engine: one writer behind a lock, readers beside it, errors translated once.

All SQL takes its parameters as `$1, $2 …`, so that the same text can run on PostgreSQL; SQLite numbers them `?1, ?2`.
On one shared connection a task's rollback would remove another task's writes; hence the lock.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import aiosqlite

from storage.base import DatabaseBusy, DatabaseUnusable, StorageError, StorageFull
from storage.engine import ALONE

Row = sqlite3.Row
BUSY_TIMEOUT = 10.0
"""Seconds to wait for another connection's write (a backup tool, a shell)."""
READERS = 2


def translated(error: sqlite3.Error, path: str) -> StorageError | None:
    """Our error for one that an operator can do something about; None for what is a bug of ours."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL" or "disk is full" in str(error):
        return StorageFull(f"the disk with {path} is full; make room, nothing is lost meanwhile")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return DatabaseUnusable(f"{path} is not a database or is damaged; restore a backup or name another file")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_IOERR")):
        return DatabaseUnusable(f"{path} can't be opened or written ({error}); check the folder, its rights and disk")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusy(f"{path} is locked by another program")
    return None


@cache
def numbered(sql: str) -> str:
    """With SQLite's own numbered parameters: given by name they cost twice as much."""
    return re.sub(r"\$(\d)", r"?\1", sql)


class Transaction:
    """Statements inside one transaction (or one consistent read)."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, *parameters: Any) -> list[Row]:
        return list(await self._connection.execute_fetchall(numbered(sql), parameters))

    async def row(self, sql: str, *parameters: Any) -> Row | None:
        found = await self.rows(sql, *parameters)
        return found[0] if found else None

    async def value(self, sql: str, *parameters: Any) -> Any:
        found = await self.row(sql, *parameters)
        return found[0] if found else None

    async def run(self, sql: str, *parameters: Any) -> int:
        """Execute; returns the number of rows changed."""
        cursor = await self._connection.execute(numbered(sql), parameters)
        changed = cursor.rowcount
        await cursor.close()
        return changed

    async def run_many(self, sql: str, batches: Iterable[Sequence[Any]]) -> None:
        cursor = await self._connection.executemany(numbered(sql), batches)
        await cursor.close()


class Database:
    """An open database file."""

    shared = False

    def __init__(self, path: str) -> None:
        self.path = path
        self._writer: aiosqlite.Connection | None = None
        self._writing = asyncio.Lock()
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self.connections: list[aiosqlite.Connection] = []
        """The writer, then the readers; closed with the database."""

    async def open(self, recognise: Callable[[Transaction], Awaitable[None]]) -> None:
        """`recognise` raises when the file is none of ours; nothing has been changed by then."""
        with self._errors():
            self._writer = await self._connect()
            await recognise(Transaction(self._writer))
            # NORMAL in WAL mode survives any crash of this process; after a power cut the last commits may be gone.
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
                await self._writer.execute_fetchall(f"PRAGMA {pragma}")
            for _ in range(READERS):
                reader = await self._connect()
                await reader.execute_fetchall("PRAGMA query_only = ON")
                self._readers.put_nowait(reader)

    async def _connect(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(self.path, timeout=BUSY_TIMEOUT, isolation_level=None)
        connection.row_factory = sqlite3.Row
        self.connections.append(connection)
        return connection

    async def close(self) -> None:
        async with self._writing:
            for connection in self.connections:
                await connection.close()
            self.connections.clear()

    @asynccontextmanager
    async def write(self, turn: str | None = ALONE) -> AsyncIterator[Transaction]:
        assert self._writer, "not open"
        async with self._writing:
            with self._errors():
                try:
                    await _finish(self._writer.execute_fetchall("BEGIN IMMEDIATE"))
                    yield Transaction(self._writer)
                    await _finish(self._writer.execute_fetchall("COMMIT"))
                finally:
                    if self._writer.in_transaction:
                        await _finish(self._writer.execute_fetchall("ROLLBACK"))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        connection = await self._readers.get()
        try:
            with self._errors():
                try:
                    await _finish(connection.execute_fetchall("BEGIN"))
                    yield Transaction(connection)
                finally:
                    if connection.in_transaction:
                        await _finish(connection.execute_fetchall("ROLLBACK"))
        finally:
            self._readers.put_nowait(connection)

    def _errors(self) -> _Errors:
        return _Errors(self.path)


class _Errors:
    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error) and (ours := translated(error, self._path)):
            raise ours from error


async def _finish(statement: Any) -> None:
    """Run to its end even when the task is cancelled: the statement goes on in its thread anyway, and leaving the
    lock before it has ended would let it fall into somebody else's transaction. The cancellation follows after."""
    running = asyncio.ensure_future(statement)
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError as error:
            if running.cancelled():
                raise
            cancelled = error
    if cancelled:
        raise cancelled
    running.result()
