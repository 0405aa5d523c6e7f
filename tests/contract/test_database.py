"""The database file: faults, cancellation, full disks, other programs' files, and that no query reads a table whole."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.model.ids import ChatId
from bot.model.language import Language
from storage import open_storage
from storage.base import DatabaseBusy, DatabaseTooNew, DatabaseUnusable, Storage, StorageFull
from storage.opening import SqliteStorage
from storage.schema import migrations
from storage.sqlite import Database
from tests.conftest import SQLITE
from tests.contract.world import World, article

only_sqlite = pytest.mark.parametrize("engine", [SQLITE], indirect=True)


@only_sqlite
async def test_a_full_disk_changes_nothing_and_passes(world: World) -> None:
    storage = world.storage
    assert isinstance(storage, SqliteStorage)
    await world.reader(5)
    async with storage.database.write() as transaction:
        pages = await transaction.value("PRAGMA page_count")
        await transaction.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFull, match="full"):
        await world.publish(article("большая", text="длинно " * 100_000))
    assert (await storage.news.latest()).total == 1
    async with storage.database.write() as transaction:
        await transaction.rows("PRAGMA max_page_count = 1000000")
    assert len((await world.publish(article("большая", text="длинно " * 100_000))).new) == 1


async def test_a_cancelled_call_leaves_no_transaction(world: World) -> None:
    for delay in range(12):
        call = asyncio.create_task(world.publish(*(article(f"{delay}-{n}") for n in range(20))))
        await asyncio.sleep(delay / 2000)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await world.reader(delay)
    total = (await world.storage.news.latest()).total
    assert (total - 1) % 20 == 0, "a poll is there whole or not at all"


async def test_taps_at_the_same_time_lose_nothing(world: World) -> None:
    ids = [ChatId(number) for number in range(50)]
    await asyncio.gather(*(world.storage.readers.arrive(chat, Language.RU, world.now) for chat in ids))
    assert await world.storage.readers.count_receiving() == 50


async def test_everything_is_there_after_reopening(url: str) -> None:
    first = World(await open_storage(url))
    await first.begin()
    await first.reader(5)
    await first.publish(article("а"))
    await first.storage.close()
    second = World(await open_storage(url))
    await second.fill()
    assert len(await second.claim()) == 1
    await second.storage.close()


@only_sqlite
async def test_a_second_process_is_kept_out(url: str, storage: Storage) -> None:
    with pytest.raises(DatabaseBusy, match="another newsbot"):
        await open_storage(url)


def _not_a_database(path: Path) -> None:
    path.write_bytes(b"this is not a database, whatever its name says\n" * 100)


def _of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE customers (id INTEGER)")
    other.close()


def _from_the_future(path: Path) -> None:
    asyncio.run(_make(path))
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {migrations()[-1][0] + 1}")
    other.close()


async def _make(path: Path) -> None:
    await (await open_storage(f"sqlite:///{path}")).close()


@pytest.mark.parametrize(
    ("make", "error"),
    [(_not_a_database, DatabaseUnusable), (_of_another_program, DatabaseUnusable), (_from_the_future, DatabaseTooNew)],
)
def test_other_files_are_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], error: type[Exception]
) -> None:
    path = tmp_path / "other.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(error, match=r"other\.db"):
        asyncio.run(_make(path))
    assert path.read_bytes() == before


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnusable, match="can't be opened"):
        await open_storage(f"sqlite:///{tmp_path}/file/newsbot.db")


Call = Callable[[World], Awaitable[object]]


@only_sqlite
@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda world: world.claim(), id="claim"),
        pytest.param(lambda world: world.storage.outbox.next_due(world.now), id="next_due"),
        pytest.param(lambda world: world.storage.outbox.recover("one", world.now), id="recover"),
        pytest.param(lambda world: world.storage.outbox.fill(world.now), id="fill"),
        pytest.param(lambda world: world.storage.readers.set_left(ChatId(5), True, world.now), id="leave"),
        pytest.param(lambda world: world.storage.bookmarks.page(ChatId(5)), id="bookmarks"),
        pytest.param(lambda world: world.publish(article("б")), id="publish"),
        pytest.param(lambda world: world.storage.outbox.delivered(world.now), id="delivered"),
        pytest.param(lambda world: world.storage.updates.receive({1: {}}, world.now), id="receive"),
        pytest.param(lambda world: world.storage.updates.unhandled(world.now), id="unhandled"),
    ],
)
async def test_no_call_reads_all_deliveries_or_articles(world: World, call: Call) -> None:
    """By SQLite's own plan of every statement that the call runs: a table that grows is never scanned."""
    storage = world.storage
    assert isinstance(storage, SqliteStorage)
    await world.reader(5)
    await world.publish(article("а"))
    database = storage.database
    assert isinstance(database, Database)
    statements: list[str] = []
    for connection in database.connections:
        await connection.set_trace_callback(statements.append)
    await call(world)
    for connection in database.connections:
        await connection.set_trace_callback(None)
    assert statements
    async with storage.database.read() as transaction:
        for statement in statements:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                for row in await transaction.rows(f"EXPLAIN QUERY PLAN {statement}"):
                    detail = row["detail"]
                    for table in ("deliveries", "articles", "entries", "photos", "bookmarks", "fanouts", "updates"):
                        assert not detail.startswith(f"SCAN {table}") or "USING" in detail, f"{statement}\n{detail}"
