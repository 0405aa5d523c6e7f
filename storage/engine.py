"""What the topics of storage need of a database engine, and the SQL that both engines understand.

Each statement is written once, for SQLite (storage/sqlite.py) and PostgreSQL (storage/postgres.py), with `$1, $2 …` for
parameters. Portable as it stands:

- SELECT, INSERT, UPDATE, DELETE, RETURNING, EXISTS, CASE, WITH, `LIMIT … OFFSET …`, partial and expression indexes,
  `INSERT … ON CONFLICT DO NOTHING` and `ON CONFLICT (columns) DO UPDATE SET x = excluded.x`. In DO UPDATE a column of
  the table is written with the table's name (`SET seen = hits.seen + 1`).
- Integers (64 bits; also for moments and for yes and no), TEXT, BLOB, REAL. A comparison is no integer: it is stored as
  `CASE WHEN … THEN 1 ELSE 0 END`.
- `IS` and `IS NOT` between any two values; `max(a, b)` and `min(a, b)` (NULL when either is); a subquery after FROM
  without a name; `INSERT OR IGNORE`.
- Lists as one JSON parameter: `x IN (SELECT value FROM json_each($1))` for integers and for text, `FROM json_each($1)`
  for integers and `FROM json_each(CAST($1 AS TEXT))` for text. Of JSON in a column: `json_extract(column, '$.name')`,
  and json_each of that, whose values are text: `CAST(value AS BIGINT)` where a number is meant. `json_group_array(x)`,
  `json_array(…)`.
- What only PostgreSQL has to do, since several processes work there, stands in a comment that it reads:
  `/*! FOR UPDATE OF d SKIP LOCKED */`.
- DDL: CREATE TABLE … STRICT (, WITHOUT ROWID), `INTEGER PRIMARY KEY` for numbers that are given out, ALTER TABLE ADD,
  DROP and RENAME COLUMN, CREATE and DROP INDEX and TRIGGER (AFTER … BEGIN statements; END). A migration for which that
  does not do has a file of the same name that ends in `.postgres.sql`, and is taken from there.

Not portable, and refused: GLOB, rowid, `INSERT OR REPLACE`, `UPDATE OR IGNORE`, `ON CONFLICT DO UPDATE` without its
columns, strftime and other functions of time. To be minded: a column that is not in an aggregate stands in GROUP BY;
where a column may be NULL, ORDER BY says NULLS FIRST or NULLS LAST; LIKE minds the case on PostgreSQL only; a parameter
has one type in all its places, and beside a small number (`coalesce($1, 0)`) it is one of 32 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

ALONE = "writer"
"""The turn of every write that doesn't name another one."""

NEWS = "news"
"""The turn of writes that decide what is a new article, category or stem of the search index."""
OUTBOX = "outbox"
"""The turn of writes that end deliveries: each counts in the same few rows of figures, and two that count in different
orders would stop each other for ever."""


class Row(Protocol):
    """By name or position."""

    def __getitem__(self, key: Any, /) -> Any: ...


class Transaction(Protocol):
    """Statements inside one transaction (or one consistent read)."""

    async def rows(self, sql: str, *parameters: Any) -> Sequence[Row]: ...

    async def row(self, sql: str, *parameters: Any) -> Row | None:
        """The first one."""

    async def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row; None without one."""

    async def run(self, sql: str, *parameters: Any) -> int:
        """Execute; returns the number of rows changed."""

    async def run_many(self, sql: str, batches: Iterable[Sequence[Any]]) -> None: ...


class Database(Protocol):
    @property
    def shared(self) -> bool:
        """Whether other processes may work on it at the same time."""

    def write(self, turn: str | None = ALONE) -> AbstractAsyncContextManager[Transaction]:
        """One write transaction; whatever ends the block early, a cancelled task too, undoes all of it.

        `turn`: writes with the same one run one after the other, in all processes, each seeing what those before it
        have committed; None: at any time. (On SQLite every write waits for every other.)"""

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """One consistent view, never waiting for a writer."""

    async def close(self) -> None: ...


def chat_turn(chat_id: int) -> str:
    """The turn of writes that concern one reader."""
    return f"chat {chat_id}"
