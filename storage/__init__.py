"""What is remembered. `open_storage` is the door; `storage.base` the contract."""

from __future__ import annotations

from storage.base import Storage


async def open_storage(url: str) -> Storage:
    """Open (and if needed make or migrate) the database at `sqlite:///relative/path`, `sqlite:////absolute/path` or
    `postgresql://user:password@host/name`.

    Raises DatabaseUnusable, DatabaseTooNew, DatabaseBusy, DatabaseAway or StorageFull. The caller closes it.
    """
    from storage.opening import open_postgres, open_sqlite

    if url.startswith(("postgresql://", "postgres://")):
        return await open_postgres(url)
    return await open_sqlite(url.removeprefix("sqlite:///"))
