"""What one message costs in the outbox, on both engines side by side: commits grouped as the sender groups them,
against a commit per step and message; and whether the cost grows with the number of messages that wait."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median

from bot.model.broadcasts import Announcement
from bot.model.deliveries import DeliveryState, MessageForm, Settlement
from bot.model.ids import ChatId
from storage import open_storage
from storage.base import Storage
from storage.opening import SqliteStorage
from tests.postgres import MISSING, programs, server

LEASE = timedelta(minutes=5)
GROUP = 30
ROUNDS = 7
PER_ROUND = 300
SMALL, LARGE = 10_000, 300_000


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A fresh one of each engine, by its name. PostgreSQL syncs each commit to the disk, as it does by default; SQLite
    does not (a power cut may take its last commits, a crash of the program takes none)."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{folder}/bench.db"}
        if programs() is None:
            print(MISSING)
            yield found
            return
        with server(fsync="on", full_page_writes="on") as postgres:
            yield found | {"PostgreSQL": postgres.database()}


async def filled(url: str, readers: int) -> SqliteStorage:
    """A breaking message on its way to that many readers."""
    storage = await open_storage(url)
    assert isinstance(storage, SqliteStorage)
    now = datetime.now(UTC)
    async with storage.database.write() as transaction:
        await transaction.run_many(
            "INSERT INTO readers (chat_id, language, created_at) VALUES ($1, 'ru', 0)", [(n,) for n in range(readers)]
        )
    await storage.editors.set_owners([1], now)
    draft = await storage.broadcasts.draft(ChatId(1), Announcement("x"), now)
    started = time.perf_counter()
    await storage.broadcasts.confirm(draft.id, draft.revision, ChatId(1), now, undo=timedelta(0), needed=1)
    confirmed = time.perf_counter() - started
    steps = []
    while True:
        started = time.perf_counter()
        more = await storage.outbox.fill(now)
        steps.append(time.perf_counter() - started)
        if not more:
            break
    print(
        f"  {readers:>9,} readers: confirming {confirmed * 1000:6.1f} ms, filling in {len(steps)} steps of "
        f"{median(steps) * 1000:6.1f} ms, the longest {max(steps) * 1000:6.1f} ms"
    )
    return storage


async def deliver(storage: Storage, group: int) -> float:
    """Seconds per message for claim, begin and settle."""
    started = time.perf_counter()
    now = datetime.now(UTC)
    claimed = await storage.outbox.claim("bench", now, lease=LEASE, limit=PER_ROUND)
    for first in range(0, len(claimed), group):
        part = claimed[first : first + group]
        await storage.outbox.begin([one.id for one in part], "bench", now)
        settlements = [Settlement(one.id, DeliveryState.SENT, 1, MessageForm.TEXT) for one in part]
        await storage.outbox.settle(settlements, [], now)
    return (time.perf_counter() - started) / len(claimed)


async def measure(urls: dict[str, str], readers: int) -> dict[tuple[str, int], float]:
    """Medians by engine and group, of rounds that the engines take in turn."""
    storages = {}
    for engine, url in urls.items():
        print(engine)
        storages[engine] = await filled(url, readers)
    times: dict[tuple[str, int], list[float]] = {(engine, group): [] for engine in urls for group in (GROUP, 1)}
    for _ in range(ROUNDS):
        for (engine, group), found in times.items():
            found.append(await deliver(storages[engine], group))
    for storage in storages.values():
        await storage.close()
    return {case: median(found) for case, found in times.items()}


def main() -> None:
    print("outbox: cost of a message (claim, begin, settle)")
    medians = {}
    for readers in (SMALL, LARGE):
        with databases() as urls:
            medians[readers] = asyncio.run(measure(urls, readers))
    for engine in dict.fromkeys(engine for engine, _ in medians[LARGE]):
        for readers, found in medians.items():
            grouped, single = found[engine, GROUP], found[engine, 1]
            print(
                f"{engine:>10}, {readers:>7,} readers: {grouped * 1e6:6.0f} µs a message in commits of {GROUP}, "
                f"{single * 1e6:6.0f} µs ({single / grouped:.1f} times) in a commit for each"
            )
        growth = medians[LARGE][engine, GROUP] / medians[SMALL][engine, GROUP]
        print(f"{engine:>10}: {LARGE // SMALL} times the readers cost {growth:.2f} times as much per message\n")


if __name__ == "__main__":
    main()
