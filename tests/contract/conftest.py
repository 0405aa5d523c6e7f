"""The storage contract, held on real databases of both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import open_storage
from storage.base import Storage
from tests.conftest import POSTGRES, SQLITE
from tests.contract.world import World


@pytest.fixture(params=[SQLITE, POSTGRES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> str:
    if engine == SQLITE:
        return f"sqlite:///{tmp_path}/contract.db"
    return str(request.getfixturevalue("postgres").database(template=request.getfixturevalue("migrated")))


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    opened = await open_storage(url)
    yield opened
    await opened.close()


@pytest.fixture
async def world(storage: Storage) -> World:
    world = World(storage)
    await world.begin()
    return world
