"""Updates: kept before Telegram forgets them, handled once, forgotten after."""

from __future__ import annotations

from storage import open_storage
from storage.base import Storage
from storage.opening import SqliteStorage
from tests.contract.world import MINUTE, NOON


def said(number: int, text: str = "привет") -> dict[int, dict[str, object]]:
    return {number: {"update_id": number, "message": {"text": text}}}


async def test_what_comes_again_is_not_new(storage: Storage) -> None:
    assert await storage.updates.receive(said(7) | said(8), NOON) == {7, 8}
    assert await storage.updates.receive(said(8) | said(9), NOON) == {9}
    await storage.updates.handled([7, 8, 9], NOON)
    assert await storage.updates.receive(said(7) | said(8), NOON) == set()
    assert await storage.updates.unhandled(NOON) == []


async def test_what_was_not_handled_is_there_after_a_crash_in_its_order(url: str) -> None:
    first = await open_storage(url)
    for number in (12, 3, 11):
        await first.updates.receive(said(number, f"слово {number}"), NOON)
    await first.updates.handled([11], NOON)
    await first.close()
    second = await open_storage(url)
    left = await second.updates.unhandled(NOON)
    assert [one.id for one in left] == [3, 12]
    assert left[0].content == said(3, "слово 3")[3]
    assert (left[0].received_at, left[0].tries) == (NOON, 1)
    assert [one.tries for one in await second.updates.unhandled(NOON)] == [2, 2]
    await second.close()


async def test_content_goes_when_it_is_handled_and_the_number_a_day_later(storage: Storage) -> None:
    assert isinstance(storage, SqliteStorage)
    await storage.updates.receive(said(1, "тайна") | said(2), NOON)
    await storage.updates.handled([1], NOON)
    async with storage.database.read() as transaction:
        assert await transaction.value("SELECT content FROM updates WHERE id = 1") == ""
    assert await storage.updates.prune(NOON) == 0
    assert await storage.updates.prune(NOON + MINUTE) == 1, "what waits to be handled stays"
    assert [one.id for one in await storage.updates.unhandled(NOON)] == [2]
