"""Moments as editors type them, on their own clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.moments import parse_moment

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""17:00 there."""


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("18:30", datetime(2026, 11, 23, 13, 30, tzinfo=UTC)),
        (" 16.15 ", datetime(2026, 11, 24, 11, 15, tzinfo=UTC)),
        ("25.11 18:30", datetime(2026, 11, 25, 13, 30, tzinfo=UTC)),
        ("05.01 9:00", datetime(2027, 1, 5, 4, 0, tzinfo=UTC)),
        ("25.11.2026 18:30", datetime(2026, 11, 25, 13, 30, tzinfo=UTC)),
        ("25.11.2025 18:30", None),
        ("25.06 18:30", None),
        ("31.02 18:30", None),
        ("25:00", None),
        ("18:60", None),
        ("завтра", None),
        ("", None),
    ],
)
def test_moments(typed: str, moment: datetime | None) -> None:
    assert parse_moment(typed, NOW, ALMATY) == moment


def test_on_the_last_of_february() -> None:
    leap = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
    assert parse_moment("29.02 10:00", leap, ALMATY) is None
