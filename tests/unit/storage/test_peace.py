"""Quiet hours, digests and daily limits, in zones whose clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.deliveries import DeliveryClass
from bot.model.readers import Mode, Peace, Rhythm
from storage.peace import local_day, next_digest, plan, quiet_until

ALMATY, BERLIN, NEW_YORK = ZoneInfo("Asia/Almaty"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHT = (23 * 60, 7 * 60)


def at(text: str, zone: ZoneInfo = ALMATY) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-24 22:59", None),
        ("2026-11-24 23:00", "2026-11-25 07:00"),
        ("2026-11-25 03:30", "2026-11-25 07:00"),
        ("2026-11-25 06:59", "2026-11-25 07:00"),
        ("2026-11-25 07:00", None),
    ],
)
def test_quiet_over_midnight(now: str, ends: str | None) -> None:
    found = quiet_until(Peace(quiet=NIGHT), at(now), ALMATY)
    assert found == (at(ends) if ends else None)


def test_quiet_within_a_day_and_none() -> None:
    siesta = Peace(quiet=(13 * 60, 15 * 60))
    assert quiet_until(siesta, at("2026-11-24 14:00"), ALMATY) == at("2026-11-24 15:00")
    assert quiet_until(siesta, at("2026-11-24 15:00"), ALMATY) is None
    assert quiet_until(Peace(), at("2026-11-24 03:00"), ALMATY) is None
    assert quiet_until(Peace(quiet=(60, 60)), at("2026-11-24 01:00"), ALMATY) is None


def test_the_readers_own_zone_counts() -> None:
    reader = Peace(zone="America/New_York", quiet=NIGHT)
    assert quiet_until(reader, at("2026-11-24 12:00", ALMATY), ALMATY) == at("2026-11-24 07:00", NEW_YORK)
    assert quiet_until(reader, at("2026-11-25 03:00", ALMATY), ALMATY) is None


def test_when_the_clock_is_put_back_the_night_is_an_hour_longer() -> None:
    peace = Peace(zone="Europe/Berlin", quiet=NIGHT)
    begin, end = at("2026-10-24 23:00", BERLIN), at("2026-10-25 07:00", BERLIN)
    assert end - begin == timedelta(hours=9)
    for minutes in range(0, 9 * 60, 10):
        assert quiet_until(peace, begin + timedelta(minutes=minutes), ALMATY) == end
    assert quiet_until(peace, end, ALMATY) is None


def test_an_end_that_is_skipped_in_spring_comes_an_hour_later() -> None:
    peace = Peace(zone="Europe/Berlin", quiet=(22 * 60, 2 * 60 + 30))
    assert quiet_until(peace, at("2026-03-29 01:00", BERLIN), ALMATY) == at("2026-03-29 03:30", BERLIN)


@pytest.mark.parametrize(
    ("peace", "now", "due"),
    [
        (Peace(), "2026-11-24 18:59", "2026-11-24 19:00"),
        (Peace(), "2026-11-24 19:00", "2026-11-25 19:00"),
        (Peace(digest=Rhythm.HOURLY), "2026-11-24 18:59", "2026-11-24 19:00"),
        (Peace(digest=Rhythm.TWICE, digest_at=8 * 60), "2026-11-24 09:00", "2026-11-24 20:00"),
        (Peace(digest=Rhythm.TWICE, digest_at=8 * 60), "2026-11-24 21:00", "2026-11-25 08:00"),
        (Peace(digest=Rhythm.TWICE, digest_at=20 * 60), "2026-11-24 09:00", "2026-11-24 20:00"),
        (Peace(digest=Rhythm.WEEKLY), "2026-11-24 09:00", "2026-11-29 19:00"),
        (Peace(digest=Rhythm.WEEKLY), "2026-11-29 19:00", "2026-12-06 19:00"),
    ],
)
def test_the_next_digest(peace: Peace, now: str, due: str) -> None:
    assert next_digest(peace, at(now), ALMATY) == at(due)


def test_a_digest_keeps_its_local_hour_over_changes_of_the_clock() -> None:
    peace = Peace(zone="Europe/Berlin", digest_at=9 * 60)
    now = at("2026-10-20 12:00", BERLIN)
    for _ in range(10):
        now = next_digest(peace, now, ALMATY)
        assert now.astimezone(BERLIN).strftime("%H:%M") == "09:00"


zones = st.sampled_from(["Asia/Almaty", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda one: at("2025-01-01 00:00") + timedelta(minutes=one))
minutes = st.integers(0, 1439)
peaces = st.builds(
    Peace, zone=zones, quiet=st.none() | st.tuples(minutes, minutes), digest=st.sampled_from(Rhythm), digest_at=minutes
)


@given(peaces, moments)
def test_a_digest_is_always_ahead_and_never_far(peace: Peace, now: datetime) -> None:
    due = next_digest(peace, now, ALMATY)
    most = {Rhythm.HOURLY: 1, Rhythm.TWICE: 14, Rhythm.DAILY: 26, Rhythm.WEEKLY: 7 * 24 + 2}[peace.digest]
    assert timedelta(0) < due - now <= timedelta(hours=most)


@given(peaces, moments)
def test_quiet_ends_within_a_day_and_is_over_then(peace: Peace, now: datetime) -> None:
    end = quiet_until(peace, now, ALMATY)
    if end is not None:
        assert timedelta(0) < end - now <= timedelta(hours=26)
        assert quiet_until(peace, end, ALMATY) in (None, end + timedelta(days=1)) or peace.quiet is not None


def test_a_digest_in_quiet_hours_comes_after_them() -> None:
    peace = Peace(digest=Rhythm.HOURLY, quiet=NIGHT)
    found = plan(peace, Mode.DIGEST, at("2026-11-24 23:30"), None, ALMATY, posts_today=0)
    assert (found.kind, found.due_at) == (DeliveryClass.DIGEST, at("2026-11-25 07:00"))


def test_beyond_the_daily_limit_posts_go_into_the_digest() -> None:
    peace = Peace(daily_limit=3)
    now = at("2026-11-24 10:00")
    expires = now + timedelta(hours=6)
    assert plan(peace, Mode.NOW, now, expires, ALMATY, posts_today=2).kind is DeliveryClass.ROUTINE
    found = plan(peace, Mode.NOW, now, expires, ALMATY, posts_today=3)
    assert (found.kind, found.due_at) == (DeliveryClass.DIGEST, at("2026-11-24 19:00"))
    assert found.expires_at
    assert found.expires_at > found.due_at


def test_a_day_begins_at_local_midnight() -> None:
    late, early = at("2026-11-24 23:59"), at("2026-11-25 00:00")
    assert local_day(Peace(), early, ALMATY) - local_day(Peace(), late, ALMATY) == 1
