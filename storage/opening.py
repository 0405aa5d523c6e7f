"""Opening a database: SQLite's folder and lock, schema, and the topics put together."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from storage.audit import SqliteAudit
from storage.base import DatabaseBusy, DatabaseUnusable
from storage.bookmarks import SqliteBookmarks
from storage.broadcasts import SqliteBroadcasts
from storage.campaigns import SqliteCampaigns
from storage.chats import SqliteChats
from storage.curation import SqliteCuration
from storage.editors import SqliteEditors
from storage.engine import Database
from storage.feed_desk import SqliteFeedDesk
from storage.feeds import SqliteFeeds
from storage.leases import SqliteLeases
from storage.news import SqliteNews
from storage.outbox import SqliteOutbox
from storage.pace import SqlitePace
from storage.personal import SqlitePersonal
from storage.readers import SqliteReaders
from storage.schema import open_current
from storage.search import SqliteSearch
from storage.sections import SqliteSections
from storage.statistics import SqliteStatistics
from storage.updates import SqliteUpdates
from storage.wordlists import SqliteWordlists


@dataclass(frozen=True, slots=True)
class SqliteStorage:
    feeds: SqliteFeeds
    news: SqliteNews
    readers: SqliteReaders
    bookmarks: SqliteBookmarks
    search: SqliteSearch
    outbox: SqliteOutbox
    broadcasts: SqliteBroadcasts
    updates: SqliteUpdates
    leases: SqliteLeases
    pace: SqlitePace
    wordlists: SqliteWordlists
    chats: SqliteChats
    personal: SqlitePersonal
    campaigns: SqliteCampaigns
    editors: SqliteEditors
    audit: SqliteAudit
    curation: SqliteCuration
    feed_desk: SqliteFeedDesk
    sections: SqliteSections
    statistics: SqliteStatistics
    database: Database
    lock: BinaryIO | None
    """Of SQLite's file."""

    @property
    def shared(self) -> bool:
        return self.database.shared

    async def close(self) -> None:
        await self.database.close()
        if self.lock is not None:
            self.lock.close()


async def open_sqlite(path: str) -> SqliteStorage:
    lock = hold(path)
    try:
        database = await open_current(path)
    except BaseException:
        lock.close()
        raise
    return _put_together(database, lock)


async def open_postgres(url: str) -> SqliteStorage:
    try:
        from storage import postgres_schema
    except ModuleNotFoundError:
        raise DatabaseUnusable("PostgreSQL needs the package asyncpg: pip install 'newsbot[postgres]'") from None
    return _put_together(await postgres_schema.open_current(url), None)


def _put_together(database: Database, lock: BinaryIO | None) -> SqliteStorage:
    return SqliteStorage(
        feeds=SqliteFeeds(database),
        news=SqliteNews(database),
        readers=SqliteReaders(database),
        bookmarks=SqliteBookmarks(database),
        search=SqliteSearch(database),
        outbox=SqliteOutbox(database),
        broadcasts=SqliteBroadcasts(database),
        leases=SqliteLeases(database),
        pace=SqlitePace(database),
        updates=SqliteUpdates(database),
        wordlists=SqliteWordlists(database),
        chats=SqliteChats(database),
        personal=SqlitePersonal(database),
        campaigns=SqliteCampaigns(database),
        editors=SqliteEditors(database),
        audit=SqliteAudit(database),
        curation=SqliteCuration(database),
        feed_desk=SqliteFeedDesk(database),
        sections=SqliteSections(database),
        statistics=SqliteStatistics(database),
        database=database,
        lock=lock,
    )


def hold(path: str) -> BinaryIO:
    """The database's lock, until it is closed. Raises DatabaseBusy or DatabaseUnusable.

    One process at a time: two senders on one SQLite outbox would each take the other's messages for crashed ones. The
    kernel gives the lock back however the process ends."""
    lock_path = Path(path + ".lock")
    try:
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb")
    except OSError as error:
        raise DatabaseUnusable(f"{path} can't be opened ({error.strerror}); check the folder and its rights") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise DatabaseBusy(f"another newsbot is running on {path}; end it first") from None
    return lock
