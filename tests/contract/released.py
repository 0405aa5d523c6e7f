"""A small newsroom in a database, written down as SQL when a version is released: what later versions have to bring to
their own schema. `python -m tests.contract.released` writes the one of this version; a file once released stays."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.model.deliveries import DeliveryState
from bot.model.ids import ChatId
from storage import open_storage
from tests.contract.world import World, article

FOLDER = Path(__file__).parent / "schemas"
IVAN, AIGUL, DANA = ChatId(5), ChatId(6), ChatId(7)
HEADERS = ("user_version", "application_id")


async def furnish(world: World) -> None:
    """Three readers, one of whom has left; a saved article; an article delivered to one reader, being sent to another;
    one article that waits; breaking news that is confirmed, and a draft."""
    for reader in (IVAN, AIGUL, DANA):
        await world.reader(reader)
    await world.storage.readers.set_left(DANA, True, world.now)
    published = await world.publish(article("Мост открыт", text="На линию вышли автобусы. " * 20))
    await world.storage.bookmarks.set(IVAN, published.new[0], True, world.now)
    await world.fill()
    first, _ = await world.begin_all()
    await world.settle(first, DeliveryState.SENT)
    world.later()
    await world.publish(article("Мост закрыт", section="Экономика"))
    await world.broadcast("Отключение воды")
    await world.fill()


async def dump() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "released.db"
        world = World(await open_storage(f"sqlite:///{path}"))
        await world.begin()
        await furnish(world)
        await world.storage.close()
        with closing(sqlite3.connect(path)) as connection:
            headers = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in HEADERS}
            lines = [*connection.iterdump(), *(f"PRAGMA {name} = {value};" for name, value in headers.items())]
    return "\n".join(lines) + "\n"


def load(script: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script.read_text(encoding="utf-8"))


if __name__ == "__main__":
    from storage.schema import migrations

    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"{migrations()[-1][0]:04}.sql"
    target.write_text(asyncio.run(dump()), encoding="utf-8")
    print(target)
