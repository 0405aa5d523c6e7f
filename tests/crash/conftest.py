"""A warm parent for the bots that are killed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.crash.process import WarmParent


@pytest.fixture
async def parent() -> AsyncIterator[WarmParent]:
    async with WarmParent() as parent:
        yield parent
