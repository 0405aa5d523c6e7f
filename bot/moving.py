"""`newsbot copy-database`: a newsroom moves to another database."""

from __future__ import annotations

import sys

from bot.progress import Progress
from storage.base import StorageError


async def move(source: str, target: str) -> int:
    """The exit code."""
    try:
        from storage.copying import copy_database
        from storage.postgres import place
    except ModuleNotFoundError:
        print("newsbot: PostgreSQL needs the package asyncpg: pip install 'newsbot[postgres]'", file=sys.stderr)
        return 1
    try:
        with Progress("pieces") as progress:
            rows = await copy_database(source, target, progress)
    except StorageError as error:
        print(f"newsbot: {error}", file=sys.stderr)
        return 1
    print(f"{rows} rows copied and compared. Set DATABASE_URL to {place(target)} and start the bot there.")
    return 0
