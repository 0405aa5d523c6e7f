"""What editors decide about single articles."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import ArticleId
from storage.sqlite import Database


class SqliteCuration:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def linked(self, link_keys: Sequence[bytes]) -> ArticleId | None:
        async with self._database.read() as transaction:
            for key in link_keys:
                found = await transaction.value("SELECT max(id) FROM articles WHERE link_key = $1", key)
                if found is not None:
                    return ArticleId(found)
        return None
