from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.feeds.dates import read_date

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Wed, 27 Nov 2013 20:17:55 +0300", "2013-11-27T17:17:55"),
        ("Wed, 27 Nov 2013 20:17:55 GMT", "2013-11-27T20:17:55"),
        ("Wed, 27 Nov 2013 20:17:55", "2013-11-27T14:17:55"),
        ("Wed, 27 Nov 2013 20:17:55 +03:00", "2013-11-27T17:17:55"),
        ("Wed, 27 Nov 2013 20:17:55 MSK", "2013-11-27T17:17:55"),
        ("Wed, 27 Nov 2013 20:17:55 -0000", "2013-11-27T20:17:55"),
        ("Mon, 02 Nov 2026 09:05 EST", "2026-11-02T14:05:00"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00"),
        ("2026-11-20T10:00:00.123+05:00", "2026-11-20T05:00:00.123000"),
        ("2026-11-20 10:00:00", "2026-11-20T05:00:00"),
        ("07.02.2025", "2025-02-06T19:00:00"),
        ("2020/1/10 14:33:00", "2020-01-10T08:33:00"),
        ("16 апреля 2024 16:25", "2024-04-16T11:25:00"),
        ("5 мая 2024, 08:00", "2024-05-05T03:00:00"),
        ("12 қараша 2026 09:30", "2026-11-12T04:30:00"),
        ("Вчера 10:11", "2026-11-22T05:11:00"),
        ("Сегодня, 10:11", "2026-11-23T05:11:00"),
        ("Бүгін 10:11", "2026-11-23T05:11:00"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "2026-11-23T12:00:00"),
    ],
)
def test_dates_as_publishers_write_them(written: str, utc: str) -> None:
    assert read_date(written, ALMATY, NOW) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "soon", "1970-01-01T00:00:00Z", "32.13.2026", "99999999999999999999"])
def test_no_date(written: str) -> None:
    assert read_date(written, ALMATY, NOW) is None
