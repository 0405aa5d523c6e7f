"""Databases of released versions, brought to this one: nothing is lost, and they end up as new ones do."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.deliveries import Action, DeliveryClass, DeliveryState
from storage import open_storage
from storage.base import DatabaseUnusable
from storage.schema import migrations
from tests.contract.released import AIGUL, DANA, FOLDER, IVAN, dump, load
from tests.contract.world import MINUTE, NOON, World, article

RELEASED = sorted(FOLDER.glob("*.sql"))


@pytest.fixture(params=RELEASED, ids=[script.stem for script in RELEASED])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "newsbot.db"
    load(request.param, path)
    return path


def schema(path: Path) -> dict[str, object]:
    """Every table with its columns and every index, however their definitions are laid out."""
    with closing(sqlite3.connect(path)) as connection:
        found: dict[str, object] = {}
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall():
            if kind == "table" and not name.startswith("sqlite_"):
                columns = connection.execute(f"SELECT * FROM pragma_table_info('{name}')").fetchall()  # noqa: S608
                keys = connection.execute(f"SELECT * FROM pragma_foreign_key_list('{name}')").fetchall()  # noqa: S608
                found[name] = (sorted(column[1:] for column in columns), sorted(key[2:] for key in keys))
            else:
                found[name] = re.sub(r"\s+", " ", re.sub(r"--.*", "", sql or ""))
    return found


async def test_it_ends_up_as_a_new_database_does(released: Path, tmp_path: Path) -> None:
    for path in (released, tmp_path / "fresh.db"):
        await (await open_storage(f"sqlite:///{path}")).close()
    assert schema(released) == schema(tmp_path / "fresh.db")
    with closing(sqlite3.connect(released)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations()[-1][0]
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_nothing_is_lost_and_what_waits_goes_out(released: Path) -> None:
    world = World(await open_storage(f"sqlite:///{released}"), NOON + 2 * MINUTE)
    storage = world.storage
    ivan, dana = await storage.readers.get(IVAN), await storage.readers.get(DANA)
    assert ivan
    assert dana
    assert await storage.readers.count_receiving() == 2
    assert [saved.title for saved in (await storage.bookmarks.page(IVAN)).articles] == ["Мост открыт"]
    assert (await storage.news.latest()).total == 3
    stored = await storage.news.article((await storage.bookmarks.page(IVAN)).articles[0].id)
    assert stored
    assert "На линию вышли автобусы" in str(stored.body)
    world.feed = (await storage.feeds.all())[0]
    assert world.feed.validators.etag == '"1"'
    recovered = await storage.outbox.recover("two", world.now)
    assert recovered.resent + recovered.unknown == 1, "the one that was being sent"
    await world.fill()
    waiting = await world.begin_all("two")
    alerts = [one.chat_id for one in waiting if one.kind is DeliveryClass.BREAKING]
    assert sorted(alerts) == [IVAN, AIGUL]
    for one in waiting:
        await world.settle(one, DeliveryState.SENT)
    later = await world.begin_all("two")
    assert {one.chat_id for one in (*waiting, *later) if one.kind is DeliveryClass.ROUTINE} == {IVAN, AIGUL}
    await storage.close()


async def test_its_articles_are_recognised_and_edits_followed(released: Path) -> None:
    world = World(await open_storage(f"sqlite:///{released}"), NOON + 2 * MINUTE)
    world.feed = (await world.storage.feeds.all())[0]
    published = await world.publish(
        article("старая"),
        article("Мост открыт", title="Мост открыт, наконец", text="На линию вышли автобусы. " * 20),
        article("Новая"),
    )
    assert (len(published.new), len(published.changed)) == (1, 1)
    await world.fill()
    edits = [one for one in await world.claim() if one.action is Action.EDIT]
    assert [one.chat_id for one in edits] in ([], [IVAN]), "known since 0002, which message carries what"
    await world.storage.close()


async def test_it_is_copied_first(released: Path) -> None:
    with closing(sqlite3.connect(released)) as connection:
        before = list(connection.iterdump())
    await (await open_storage(f"sqlite:///{released}")).close()
    copy = released.with_name(f"newsbot.db.before-{migrations()[-1][0]:04}")
    with closing(sqlite3.connect(copy)) as connection:
        assert list(connection.iterdump()) == before
    copied_at = copy.stat().st_mtime_ns
    await (await open_storage(f"sqlite:///{released}")).close()
    assert copy.stat().st_mtime_ns == copied_at, "only before a migration"


async def test_one_that_can_not_be_copied_is_not_changed(released: Path) -> None:
    released.with_name(f"newsbot.db.before-{migrations()[-1][0]:04}").mkdir()
    before = schema(released)
    with pytest.raises(DatabaseUnusable, match="before-"):
        await open_storage(f"sqlite:///{released}")
    assert schema(released) == before


async def test_a_migration_that_fails_half_way_leaves_nothing(released: Path, monkeypatch) -> None:
    before = schema(released)
    number = migrations()[-1][0] + 1
    broken = [*migrations(), (number, "CREATE TABLE half (id INTEGER);\nCREATE TABLE half (id INTEGER);\n")]
    monkeypatch.setattr("storage.schema.migrations", lambda: broken)
    with pytest.raises(sqlite3.OperationalError, match="half"):
        await open_storage(f"sqlite:///{released}")
    assert schema(released) == before
    with closing(sqlite3.connect(released)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] < number


async def test_what_this_version_would_release_can_be_read_again(tmp_path: Path) -> None:
    script = tmp_path / "now.sql"
    script.write_text(await dump(), encoding="utf-8")
    load(script, tmp_path / "now.db")
    storage = await open_storage(f"sqlite:///{tmp_path}/now.db")
    assert (await storage.news.latest()).total == 3
    assert await storage.outbox.next_due(NOON + timedelta(hours=1))
    await storage.close()
