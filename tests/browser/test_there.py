"""Whether there is a browser to test with."""

from __future__ import annotations

import os

import pytest

from tests.browser.chromium import missing


def test_a_browser_is_there() -> None:
    why = missing()
    if why and os.environ.get("CI") != "true":
        pytest.skip(f"no browser tests: {why}")
    assert not why
