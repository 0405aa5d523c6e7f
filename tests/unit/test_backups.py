"""When a copy is due, and what happens when it can't be made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.backups import AGAIN, Backups
from storage.backup import kept, made_at
from tests.contract.world import NOON

HOUR = timedelta(hours=1)


class Scene:
    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.database, self.folder = folder / "newsbot.db", folder / "copies"
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("CREATE TABLE readers (id)")
        self.made: list[datetime] = []
        self.start()

    def start(self) -> None:
        self.backups = Backups(self.database, self.folder, 24 * HOUR, 3, made=self.made.append, now=lambda: self.now)

    async def after(self, time: timedelta) -> list[datetime]:
        self.now += time
        await self.backups.due()
        return [made_at(copy) for copy in kept(self.folder)]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


async def test_one_at_once_and_then_one_a_day_of_which_three_stay(scene: Scene) -> None:
    assert await scene.after(0 * HOUR) == [NOON]
    assert await scene.after(23.9 * HOUR) == [NOON]
    assert len(await scene.after(0.1 * HOUR)) == 2
    for _ in range(5):
        copies = await scene.after(24 * HOUR)
    assert copies == [scene.now, scene.now - 24 * HOUR, scene.now - 48 * HOUR]
    assert scene.made[-1] == scene.now


async def test_a_restart_neither_repeats_nor_forgets_one(scene: Scene) -> None:
    await scene.after(0 * HOUR)
    scene.start()
    assert await scene.after(23 * HOUR) == [NOON]
    assert scene.made[-1] == NOON, "its age is known at once"
    scene.start()
    assert len(await scene.after(HOUR)) == 2


async def test_one_that_fails_is_tried_again_after_a_while_and_takes_no_old_one_away(scene: Scene) -> None:
    await scene.after(0 * HOUR)
    whole = scene.database.read_bytes()
    scene.database.write_bytes(b"a disk that went bad" * 1000)
    assert await scene.after(24 * HOUR) == [NOON]
    scene.database.write_bytes(whole)
    assert await scene.after(AGAIN - timedelta(seconds=1)) == [NOON]
    assert len(await scene.after(timedelta(seconds=1))) == 2


async def test_a_folder_that_can_not_be_made_stops_nothing(scene: Scene) -> None:
    scene.folder.write_text("a file stands where the folder should be")
    await scene.after(0 * HOUR)
    assert scene.made == []
