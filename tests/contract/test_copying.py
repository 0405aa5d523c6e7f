"""A newsroom moves from SQLite to PostgreSQL: nothing is lost, whenever it is broken off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bot.model.broadcasts import Announcement, BroadcastState
from bot.model.deliveries import DeliveryState
from bot.model.ids import ChatId
from storage import open_storage
from storage.base import DatabaseBusy, DatabaseUnusable, Storage
from storage.copying import copy_database
from storage.opening import SqliteStorage
from tests.conftest import SQLITE
from tests.contract.world import World, article
from tests.postgres import Server

READERS = 3000
"""With five articles the ledger has several batches of rows."""
SENT = 500


@pytest.fixture
def engine() -> str:
    return SQLITE


@pytest.fixture
async def target(postgres: Server) -> str:
    return await asyncio.to_thread(postgres.database)


def quiet(step: str, done: int, total: int) -> None: ...


class Stopped(Exception):
    """The copy is broken off here."""


async def leave(url: str) -> None:
    """A newsroom in the middle of its work: posts sent, begun and waiting, a draft, a bookmark."""
    storage = await open_storage(url)
    assert isinstance(storage, SqliteStorage)
    world = World(storage)
    await world.begin()
    async with storage.database.write() as transaction:
        await transaction.run_many(
            "INSERT INTO readers (chat_id, language, everything_since, created_at) VALUES ($1, 'kk', 0, 0)",
            [(chat_id,) for chat_id in range(-5, READERS - 5)],
        )
    await world.publish(*(article(f"{number}", lead="сөз\0 мәтін") for number in range(5)))
    await world.fill()
    world.later()
    for delivery in (await world.begin_all())[:SENT]:
        await world.settle(delivery, DeliveryState.SENT)
    await storage.bookmarks.set(ChatId(7), await world.begun_article(), True, world.now)
    await storage.broadcasts.draft(ChatId(7), Announcement("Срочно"), world.now)
    await storage.close()


async def check(target: str) -> None:
    """All of it is there, and work goes on: what was begun is recovered, new rows get new numbers."""
    storage = await open_storage(target)
    assert isinstance(storage, SqliteStorage)
    world = World(storage)
    world.feed = (await storage.feeds.all())[0]
    world.later(2)
    assert await storage.readers.count_receiving() == READERS
    assert (await storage.bookmarks.page(ChatId(7))).total == 1
    draft = await storage.broadcasts.get((await storage.broadcasts.draft(ChatId(7), Announcement("x"), world.now)).id)
    assert draft
    assert draft.state is BroadcastState.DRAFT
    async with storage.database.read() as transaction:
        states = {row[0]: row[1] for row in await transaction.rows("SELECT state, count(*) FROM deliveries GROUP BY 1")}
        lead = await transaction.value("SELECT lead FROM articles WHERE title = '4'")
    assert sum(states.values()) == 5 * READERS
    assert states["sent"] == SENT
    assert lead == "сөз мәтін"
    unknown = (await storage.outbox.recover("new", world.now)).unknown
    assert unknown == states["sending"] > 0
    await world.publish(article("после переезда"))
    await world.fill()
    assert (await storage.outbox.overview(recent=1)).recent[0].recipients == READERS
    await storage.close()


async def test_nothing_is_lost(url: str, target: str) -> None:
    await leave(url)
    told: list[tuple[str, int, int]] = []
    rows = await copy_database(url, target, lambda *now: told.append(now))
    assert told[-1] == ("compared", rows, rows)
    assert rows > 5 * READERS
    await check(target)


async def test_broken_off_again_and_again_it_goes_on(url: str, target: str) -> None:
    await leave(url)
    for pieces in range(1, 40):
        heard = iter(range(pieces))

        def stop(step: str, done: int, total: int, heard: Iterator[int] = heard) -> None:
            if next(heard, None) is None:
                raise Stopped

        with suppress(Stopped):
            await copy_database(url, target, stop)
            break
        with pytest.raises(DatabaseUnusable, match="is being copied"):
            await open_storage(target)
    else:
        pytest.fail("it never ended")
    assert pieces > 5
    await check(target)


async def test_a_source_that_changed_meanwhile_is_noticed(url: str, target: str) -> None:
    await leave(url)
    last = ("", 0)

    def stop(step: str, done: int, total: int) -> None:
        nonlocal last
        last = step, done
        if step == "compared":
            raise Stopped

    with suppress(Stopped):
        await copy_database(url, target, stop)
    changed = await open_storage(url)
    await changed.readers.set_left(ChatId(9), True, World(changed).now)
    await changed.close()
    with pytest.raises(DatabaseUnusable, match="not as in the original"):
        await copy_database(url, target, quiet)


async def test_a_running_bot_keeps_its_database(url: str, target: str, storage: Storage) -> None:
    with pytest.raises(DatabaseBusy):
        await copy_database(url, target, quiet)


async def test_a_newsroom_is_never_overwritten(url: str, target: str) -> None:
    await leave(url)
    there = await open_storage(target)
    await World(there).begin()
    await there.close()
    with pytest.raises(DatabaseUnusable, match="holds a newsroom already"):
        await copy_database(url, target, quiet)


async def test_no_source_and_no_server(url: str, target: str) -> None:
    with pytest.raises(DatabaseUnusable, match="there is no database"):
        await copy_database(url, target, quiet)
    await (await open_storage(url)).close()
    with pytest.raises(DatabaseUnusable, match="PostgreSQL"):
        await copy_database(url, url + ".other", quiet)
