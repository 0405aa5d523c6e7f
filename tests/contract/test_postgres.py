"""PostgreSQL: the schema, other programs' databases, and several processes on one database at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.deliveries import DeliveryState
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.readers import Mode
from storage import open_storage
from storage.base import DatabaseAway, DatabaseTooNew, DatabaseUnusable, Storage
from storage.engine import Database
from storage.opening import SqliteStorage
from storage.postgres_schema import scripts
from storage.schema import migrations
from tests.conftest import POSTGRES
from tests.contract.world import MINUTE, World, article
from tests.postgres import Server

pytestmark = pytest.mark.parametrize("engine", [POSTGRES], indirect=True)
TOPICS = 40


@pytest.fixture
async def other(url: str, storage: Storage) -> AsyncIterator[Storage]:
    """The same database, as another process has it."""
    opened = await open_storage(url)
    yield opened
    await opened.close()


async def test_every_migration_makes_the_same_tables_on_both_engines(url: str, tmp_path: Path) -> None:
    """What a later migration brings that PostgreSQL does not understand is found here, with its number."""
    made = await open_storage(url)
    lite = await open_storage(f"sqlite:///{tmp_path}/lite.db")
    assert isinstance(made, SqliteStorage)
    assert isinstance(lite, SqliteStorage)
    assert [number for number, _ in scripts()] == [number for number, _ in migrations()]
    async with made.database.read() as transaction:
        theirs = {
            (row[0], row[1])
            for row in await transaction.rows(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            )
        }
    async with lite.database.write() as transaction:
        ours = {
            (row[0], row[1])
            for row in await transaction.rows(
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
                "AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search%'"
            )
        }
    await made.close()
    await lite.close()
    assert ours - theirs == set()
    assert {column for column in theirs - ours if not column[0].startswith("search")} == {("newsbot", "version")}


async def test_a_database_of_another_program_is_left_alone(postgres: Server, engine: str) -> None:
    import asyncpg

    url = await asyncio.to_thread(postgres.database)
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE customers (id INTEGER)")
    with pytest.raises(DatabaseUnusable, match="another program"):
        await open_storage(url)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 1
    await connection.close()


async def test_a_database_of_a_newer_version(url: str, engine: str) -> None:
    opened = await open_storage(url)
    assert isinstance(opened, SqliteStorage)
    async with opened.database.write() as transaction:
        await transaction.run("UPDATE newsbot SET version = version + 1")
    await opened.close()
    with pytest.raises(DatabaseTooNew):
        await open_storage(url)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("postgresql://nobody@127.0.0.1:1/nothing", DatabaseAway),
        ("postgresql://host:port/x", DatabaseUnusable),
    ],
)
async def test_no_server(url: str, error: type[Exception], engine: str) -> None:
    with pytest.raises(error):
        await open_storage(url)


async def test_no_such_database(postgres: Server, engine: str) -> None:
    with pytest.raises(DatabaseUnusable, match="check DATABASE_URL"):
        await open_storage(postgres.url("nothing"))


async def test_processes_that_start_together_migrate_once(postgres: Server, engine: str) -> None:
    url = await asyncio.to_thread(postgres.database)
    opened = await asyncio.gather(*(open_storage(url) for _ in range(4)))
    await asyncio.gather(*(storage.close() for storage in opened))


async def test_a_lost_connection_is_an_error_that_passes(world: World) -> None:
    storage = world.storage
    assert isinstance(storage, SqliteStorage)
    with pytest.raises(DatabaseAway):
        await _lose_its_connection(storage.database)
    assert (await storage.feeds.all())[0].title == "Газета"


async def _lose_its_connection(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.run("UPDATE feeds SET title = 'lost'")
        await transaction.value("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_several_claim_at_the_same_time_and_nothing_twice(world: World, other: Storage) -> None:
    for number in range(1, 201):
        await world.reader(number)
    await world.publish(article("а"), article("б"))
    await world.fill()
    both = (world.storage, other)
    claims = await asyncio.gather(
        *(
            both[turn % 2].outbox.claim(f"sender-{turn % 2}", world.now, lease=5 * MINUTE, limit=50)
            for turn in range(12)
        )
    )
    claimed = [number for part in claims for delivery in part for number in delivery.ids]
    assert len(claimed) == len(set(claimed)) == 400


async def test_one_chat_is_written_to_by_one_at_a_time(world: World, other: Storage) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    (first,) = await world.claim("one", limit=1)
    await world.publish(article("б"))
    await world.fill()
    assert await other.outbox.claim("two", world.now, lease=5 * MINUTE, limit=9) == []
    await world.storage.outbox.begin([first.id], "one", world.now)
    assert await other.outbox.claim("two", world.now, lease=5 * MINUTE, limit=9) == []
    await world.settle(first, DeliveryState.SENT)
    assert len(await other.outbox.claim("two", world.now, lease=5 * MINUTE, limit=9)) == 1


async def test_a_living_process_keeps_what_it_has_and_a_dead_one_loses_it(world: World, other: Storage) -> None:
    lease = timedelta(seconds=15)
    for number in range(1, 5):
        await world.reader(number)
    await world.publish(article("а"))
    await world.fill()
    await world.storage.leases.hold("process one", "one", world.now, lease)
    claimed = await world.claim("one")
    await world.storage.outbox.begin([claimed[0].id], "one", world.now)
    assert (await other.outbox.recover("two", world.now)).unknown == 0
    assert await other.outbox.claim("two", world.now, lease=5 * MINUTE, limit=9) == []
    world.now += lease
    assert (await other.outbox.recover("two", world.now)).unknown == 1
    assert len(await other.outbox.claim("two", world.now, lease=5 * MINUTE, limit=9)) == 3
    ids = [delivery.id for delivery in claimed]
    assert await world.storage.outbox.begin(ids, "one", world.now) == set(), "whoever was thought dead sends nothing"


async def test_fillers_share_a_fan_out_and_forget_nobody(world: World, other: Storage) -> None:
    for number in range(1, 101):
        await world.reader(number)
    await world.publish(article("а"))

    async def fill(storage: Storage) -> None:
        while await storage.outbox.fill(world.now, step=7):
            pass

    await asyncio.gather(fill(world.storage), fill(other), fill(other))
    assert len({delivery.chat_id for delivery in await world.claim()}) == 100


async def test_one_story_that_two_feeds_bring_at_the_same_time_is_one_article(world: World, other: Storage) -> None:
    sport = await world.other_feed()
    both = World(other, world.now)
    both.feed = sport
    for number in range(10):
        await asyncio.gather(
            world.publish(article(f"{number}", section=f"раздел {number}")),
            both.publish(article(f"{number}", section=f"раздел {number}")),
        )
    assert (await other.news.latest()).total == 11


async def test_taps_of_one_reader_at_the_same_time_in_two_processes(world: World, other: Storage) -> None:
    await world.publish(*(article(f"{number}", section=f"раздел {number}") for number in range(TOPICS)))
    categories = await world.storage.news.categories(world.now)
    await world.storage.readers.arrive(ChatId(5), Language.RU, world.now)
    await asyncio.gather(
        *(
            storage.readers.set_category(ChatId(5), category.id, mode, world.now)
            for storage, mode in ((world.storage, Mode.DIGEST), (other, Mode.NOW))
            for category in categories
        )
    )
    reader = await other.readers.get(ChatId(5))
    assert reader
    assert set(reader.modes) == {category.id for category in categories}


async def test_text_with_a_character_of_number_zero(world: World) -> None:
    await world.publish(article("а", title="на\0чало"))
    assert (await world.storage.news.latest(limit=1)).articles[0].title == "начало"
