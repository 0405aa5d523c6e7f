"""Commits that group themselves, and storage that fails for a while."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import commits as module
from bot.delivery.commits import Commits, Guard
from storage.base import StorageFull


async def test_what_comes_while_a_commit_runs_shares_the_next_one() -> None:
    groups: list[list[int]] = []
    release = asyncio.Event()

    async def commit(group: list[int]) -> bool:
        groups.append(group)
        await release.wait()
        return True

    commits: Commits[int] = Commits(commit)
    running = asyncio.create_task(commits.run())
    commits.add(1)
    while not groups:
        await asyncio.sleep(0.005)
    for number in range(2, 6):
        commits.add(number)
    assert len(commits) == 5
    release.set()
    commits.close()
    await asyncio.wait_for(running, 5)
    assert groups == [[1], [2, 3, 4, 5]]
    assert len(commits) == 0


async def test_a_failed_commit_comes_again_with_all_that_came_since_and_in_order() -> None:
    groups: list[list[int]] = []

    async def commit(group: list[int]) -> bool:
        groups.append(list(group))
        if len(groups) == 1:
            commits.add(3)
        return len(groups) > 2

    commits: Commits[int] = Commits(commit)
    commits.add(1)
    commits.add(2)
    commits.close()
    await asyncio.wait_for(commits.run(), 5)
    assert groups == [[1, 2], [1, 2, 3], [1, 2, 3]]


async def test_storage_that_fails_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    full = True

    async def write() -> int:
        if full:
            raise StorageFull("the disk is full")
        return 7

    guard = Guard()
    assert await guard(write()) is None
    assert not await guard.done(write())
    assert guard.failing
    full = False
    assert await guard(write()) == 7
    assert await guard.done(write())
    assert not guard.failing


async def test_a_bug_is_not_taken_for_storage_that_fails() -> None:
    async def write() -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        await Guard()(write())
