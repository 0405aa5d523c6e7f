"""Copies of the database: whole or not there, beside a writer; and what a restored one does not send."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.broadcasts import Announcement
from bot.model.deliveries import Action, DeliveryState
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.newsroom import Started
from storage import open_storage
from storage.backup import back_up, kept, made_at, name_at, rotate
from storage.base import DatabaseBusy, DatabaseTooNew, DatabaseUnusable, Storage, StorageError
from storage.restore import Restored, restore
from tests.conftest import SQLITE
from tests.contract.world import MINUTE, NOON, World, article


def quiet(step: str, done: int, total: int) -> None: ...


@pytest.fixture
def engine() -> str:
    """PostgreSQL has tools of its own for this."""
    return SQLITE


@pytest.fixture
def path(tmp_path: Path, storage: Storage) -> Path:
    return tmp_path / "contract.db"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "copy.db"


@pytest.fixture(autouse=True)
def _a_folder_for_copies(copy: Path) -> None:
    copy.parent.mkdir()


def one(path: Path, sql: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchone()[0]


async def test_a_copy_made_beside_a_writer_is_whole(world: World, path: Path, copy: Path) -> None:
    done = asyncio.Event()

    async def write() -> None:
        while not done.is_set():
            await world.publish(*(article(f"{world.later()}-{n}") for n in range(10)))
            await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    heard: list[tuple[str, int, int]] = []
    for number in range(5):
        await asyncio.sleep(0.1)
        target = copy.with_name(f"{number}.db")
        size = await asyncio.to_thread(back_up, path, target, lambda *told: heard.append(told))
        assert size == target.stat().st_size
        assert one(target, "SELECT (count(*) - 1) % 10 FROM articles") == 0, "a poll is there whole or not at all"
        assert target.stat().st_mode & 0o777 == 0o600, "readers are in it"
    done.set()
    await writing
    assert one(target, "SELECT count(*) FROM articles") > 11
    assert [step for step, sent, total in heard if sent == total][-2:] == ["copying", "checking"]
    assert os.listdir(copy.parent) == [f"{n}.db" for n in range(5)] or len(os.listdir(copy.parent)) == 5


@contextmanager
def no_file_may_grow_beyond(size: int) -> Iterator[None]:
    """As on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_leaves_no_half_copy(world: World, path: Path, copy: Path) -> None:
    await world.publish(article("большая", text="длинно " * 100_000))
    with no_file_may_grow_beyond(100_000), pytest.raises(StorageError, match="contract"):
        back_up(path, copy, quiet)
    assert os.listdir(copy.parent) == []


async def test_a_damaged_database_is_not_copied_as_if_it_were_well(world: World, path: Path, copy: Path) -> None:
    for number in range(50):
        await world.publish(article(str(number), text="длинно " * 1000))
    await world.storage.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 40_000)
    with pytest.raises(StorageError, match="damaged"):
        back_up(path, copy, quiet)
    assert os.listdir(copy.parent) == []


async def test_what_is_there_is_never_overwritten(path: Path, copy: Path) -> None:
    copy.write_text("something else")
    with pytest.raises(DatabaseUnusable, match="exists already"):
        back_up(path, copy, quiet)
    assert copy.read_text() == "something else"
    with pytest.raises(DatabaseUnusable, match="no database"):
        back_up(path.with_name("absent.db"), copy.with_name("other.db"), quiet)
    with pytest.raises(DatabaseUnusable, match="can't be written"):
        back_up(path, path.parent / "absent" / "copy.db", quiet)


def test_the_oldest_copies_go_and_nothing_else(tmp_path: Path) -> None:
    moments = [NOON + n * timedelta(hours=5) for n in range(6)]
    for moment in moments:
        (tmp_path / name_at(moment)).touch()
    others = ["newsbot.db", "newsbot-20261123-120000.db.gz", "newsbot-20261123-120000.db-wal", "notes.txt"]
    for name in others:
        (tmp_path / name).touch()
    abandoned, under_way = ".newsbot-20261123-120000.db.7.partial", ".newsbot-20261123-130000.db.7.partial"
    for name, age in ((abandoned, 7), (under_way, 5)):
        (tmp_path / name).touch()
        written = (NOON - age * timedelta(hours=1)).timestamp()
        os.utime(tmp_path / name, (written, written))
    gone = rotate(tmp_path, 4, NOON)
    assert gone.pop() == tmp_path / abandoned
    assert (tmp_path / under_way).exists()
    assert sorted(made_at(copy) for copy in gone) == moments[:2]
    assert [made_at(copy) for copy in kept(tmp_path)] == moments[:1:-1]
    assert all((tmp_path / name).exists() for name in others)


async def test_nothing_is_restored_over_a_running_bot(world: World, path: Path, copy: Path) -> None:
    back_up(path, copy, quiet)
    await world.reader(5)
    with pytest.raises(DatabaseBusy, match="another newsbot"):
        await restore(copy, path, world.now, quiet)
    assert await world.storage.readers.get(ChatId(5))


def _not_a_database(copy: Path) -> None:
    copy.write_bytes(b"this is not a database\n" * 1000)


def _empty(copy: Path) -> None:
    copy.touch()


def _of_another_program(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TABLE readers (id)")


def _too_new(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA user_version = 9999")


def _damaged(copy: Path) -> None:
    with copy.open("r+b") as file:
        file.seek(40_000)
        file.write(b"\xff" * 60_000)


def _absent(copy: Path) -> None:
    copy.unlink()


@pytest.mark.parametrize("spoil", [_not_a_database, _empty, _of_another_program, _too_new, _damaged, _absent])
async def test_a_copy_that_is_none_changes_nothing(world: World, path: Path, copy: Path, spoil) -> None:
    await world.publish(article("а", text="длинно " * 10_000))
    back_up(path, copy, quiet)
    if spoil is _of_another_program or spoil is _not_a_database or spoil is _empty:
        copy.unlink()
    await world.reader(5)
    await world.storage.close()
    spoil(copy)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"copy\.db") as caught:
        await restore(copy, path, world.now, quiet)
    assert isinstance(caught.value, DatabaseTooNew) is (spoil is _too_new)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["contract.db", "contract.db.lock", "copies"]


async def put_back(world: World, path: Path, copy: Path) -> tuple[Restored, World]:
    await world.storage.close()
    restored = await restore(copy, path, world.later(), quiet)
    after = World(await open_storage(f"sqlite:///{path}"), world.now)
    after.feed = world.feed
    return restored, after


async def test_the_old_database_stays_beside_the_new_one(world: World, path: Path, copy: Path) -> None:
    await world.reader(5)
    back_up(path, copy, quiet)
    await world.reader(6)
    restored, after = await put_back(world, path, copy)
    assert (restored.readers, restored.articles) == (1, 1)
    assert await after.storage.readers.get(ChatId(5))
    assert await after.storage.readers.get(ChatId(6)) is None
    await after.storage.close()
    assert restored.replaced
    assert one(restored.replaced, "SELECT count(*) FROM readers") == 2
    assert copy.exists()


async def test_a_damaged_database_can_be_replaced(world: World, path: Path, copy: Path) -> None:
    back_up(path, copy, quiet)
    await world.storage.close()
    path.write_bytes(b"a disk that went bad" * 1000)
    path.with_name("contract.db-wal").write_bytes(b"so did its log" * 1000)
    restored = await restore(copy, path, world.now, quiet)
    assert restored.replaced
    assert restored.replaced.read_bytes().startswith(b"a disk that went bad")
    after = await open_storage(f"sqlite:///{path}")
    assert (await after.news.latest()).total == 1
    await after.close()


async def test_a_copy_is_restored_where_there_is_nothing(world: World, path: Path, copy: Path) -> None:
    back_up(path, copy, quiet)
    elsewhere = path.parent / "new machine" / "newsbot.db"
    restored = await restore(copy, elsewhere, world.now, quiet)
    assert restored.replaced is None
    storage = await open_storage(f"sqlite:///{elsewhere}")
    assert (await storage.news.latest()).total == 1
    await storage.close()


async def test_nothing_of_a_restored_outbox_goes_out(world: World, path: Path, copy: Path) -> None:
    """Routine and breaking, pending, leased, being sent and not even filled; drafts stay drafts."""
    for chat_id in (5, 6, 7):
        await world.reader(chat_id)
    await world.publish(article("на пути"))
    await world.fill()
    begun = (await world.claim())[:1]
    await world.storage.outbox.begin(begun[0].ids, "one", world.now)
    await world.broadcast("срочно, на пути")
    await world.fill()
    await world.claim(limit=1)
    await world.publish(article("ещё не разослано"))
    await world.broadcast("срочно, ещё не разослано")
    draft = await world.storage.broadcasts.draft(ChatId(1), Announcement("черновик"), world.now)
    back_up(path, copy, quiet)
    restored, after = await put_back(world, path, copy)
    assert restored.expired == 5, "of the three articles and three alerts that are filled one is being sent"
    await after.storage.outbox.recover("two", after.now)
    assert not await after.storage.outbox.fill(after.later(60 * 24))
    assert await after.claim() == []
    assert await after.storage.outbox.next_due(after.now) is None
    for broadcast in await after.storage.broadcasts.unfinished():
        assert (await after.storage.broadcasts.tally(broadcast.id)).finished, "its author is told how it ended"
    assert isinstance(await after.confirm(draft), Started)
    await after.fill()
    assert len(await after.claim()) == 3, "what is written from now on goes out"
    await after.storage.close()


async def test_a_recall_goes_on_after_a_restore(world: World, path: Path, copy: Path) -> None:
    for chat_id in (5, 6):
        await world.reader(chat_id)
    await world.publish(article("ошибка"))
    await world.fill()
    for delivery in await world.begin_all():
        await world.settle(delivery, DeliveryState.SENT)
    await world.storage.outbox.change(Action.RECALL, world.now, article_id=await world.begun_article())
    back_up(path, copy, quiet)
    _, after = await put_back(world, path, copy)
    await after.fill()
    assert {delivery.action for delivery in await after.claim()} == {Action.RECALL}
    await after.storage.close()


async def test_a_feed_catches_up_with_what_is_still_news(world: World, path: Path, copy: Path) -> None:
    """World.publish lets posts live six hours."""
    await world.reader(5)
    await world.publish(article("в копии"))
    back_up(path, copy, quiet)
    _, after = await put_back(world, path, copy)
    feed = (await after.storage.feeds.all())[0]
    assert (feed.validators.etag, feed.validators.body_hash) == (None, None), "304 would hide what is missing"
    assert feed.next_poll_at <= after.now
    after.later(24 * 60)
    published = await after.publish(
        article("в копии"),
        article("вчера", published_at=after.now - 361 * MINUTE),
        article("без даты", published_at=None),
        article("сегодня", published_at=after.now - 359 * MINUTE),
    )
    assert len(published.new) == 3, "all of them are there to be found"
    await after.fill()
    assert [one.article_id for one in await after.claim()] == [published.new[2]]
    after.later()
    next_poll = await after.publish(article("поздняя", published_at=after.now - 1000 * MINUTE))
    await after.fill()
    assert [one.article_id for one in await after.claim()] == list(next_poll.new), "from the second poll on as always"
    await after.storage.close()


async def test_what_people_typed_before_is_not_answered(world: World, path: Path, copy: Path) -> None:
    await world.storage.updates.receive({7: {"message": {}}}, world.now)
    back_up(path, copy, quiet)
    _, after = await put_back(world, path, copy)
    assert await after.storage.updates.unhandled(world.now) == []
    assert await after.storage.readers.arrive(ChatId(1), Language.RU, after.now)
    await after.storage.close()
