"""What is remembered. `open_storage` is the door; `storage.base` the contract."""

from __future__ import annotations

from storage.base import Storage


async def open_storage(url: str) -> Storage:
    """Open (and if needed make or migrate) the database at `sqlite:///relative/path` or `sqlite:////absolute/path`.

    Raises DatabaseUnusable, DatabaseTooNew, DatabaseBusy or StorageFull. The caller closes it.
    """
    from storage.opening import open_sqlite

    return await open_sqlite(url.removeprefix("sqlite:///"))
