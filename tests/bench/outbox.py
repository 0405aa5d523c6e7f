"""What one message costs in the outbox: commits grouped as the sender groups them, against a commit per step and
message; and whether the cost grows with the number of messages that wait."""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from bot.model import Announcement, ChatId, DeliveryState, MessageForm, Settlement
from storage import open_storage
from storage.base import Storage
from storage.opening import SqliteStorage

LEASE = timedelta(minutes=5)
GROUP = 30
ROUNDS = 7
PER_ROUND = 300


async def filled(path: str, readers: int) -> SqliteStorage:
    """A breaking message on its way to that many readers."""
    storage = await open_storage(f"sqlite:///{path}")
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
        f"{readers:>9,} readers: confirming {confirmed * 1000:6.1f} ms, "
        f"longest step of filling {max(steps) * 1000:6.1f} ms, {len(steps)} steps"
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


async def main() -> None:
    print("outbox: cost of a message (claim, begin, settle), SQLite")
    medians: dict[tuple[int, int], float] = {}
    for readers in (10_000, 300_000):
        with tempfile.TemporaryDirectory() as folder:
            storage = await filled(f"{folder}/bench.db", readers)
            times: dict[int, list[float]] = {GROUP: [], 1: []}
            for _ in range(ROUNDS):
                for group, found in times.items():
                    found.append(await deliver(storage, group))
            await storage.close()
        for group, found in times.items():
            medians[readers, group] = median(found)
            print(f"{readers:>9,} readers, commits of {group:>2}: {median(found) * 1e6:7.0f} µs a message")
    small, large = medians[10_000, GROUP], medians[300_000, GROUP]
    print(f"a commit per message costs {medians[300_000, 1] / large:.1f} times as much as groups of {GROUP}")
    print(f"30 times the readers cost {large / small:.2f} times as much per message\n")


if __name__ == "__main__":
    asyncio.run(main())
