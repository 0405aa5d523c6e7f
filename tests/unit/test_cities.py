"""Cities tell the zone, also over changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cities import CITIES
from bot.model.language import Language
from bot.model.readers import Mode, Peace, Rhythm
from bot.texts import Texts
from storage.peace import next_digest, plan, quiet_until

NEWSROOM = ZoneInfo("Asia/Almaty")
KAZAKH = set(
    "almaty astana shymkent aktau aktobe atyrau zhezkazgan karaganda kokshetau konaev kostanay kyzylorda pavlodar "
    "petropavl semey taldykorgan taraz turkistan oral oskemen".split()
)


@pytest.mark.parametrize("city", sorted(KAZAKH))
def test_all_of_kazakhstan_has_one_time(city: str) -> None:
    for month in range(1, 13):
        assert datetime(2026, month, 15, tzinfo=ZoneInfo(CITIES[city])).utcoffset() == timedelta(hours=5)


@pytest.mark.parametrize(
    ("city", "winter", "summer"),
    [
        ("berlin", 1, 2),
        ("london", 0, 1),
        ("kyiv", 2, 3),
        ("newyork", -5, -4),
        ("losangeles", -8, -7),
        ("moscow", 3, 3),
        ("istanbul", 3, 3),
        ("tashkent", 5, 5),
        ("delhi", 5.5, 5.5),
        ("seoul", 9, 9),
    ],
)
def test_offsets_in_winter_and_summer(city: str, winter: float, summer: float) -> None:
    zone = ZoneInfo(CITIES[city])
    offsets = [datetime(2026, month, 15, 12, tzinfo=zone).utcoffset() for month in (1, 7)]
    assert offsets == [timedelta(hours=winter), timedelta(hours=summer)]


@pytest.mark.parametrize("language", Language)
def test_every_city_has_its_own_name(language: Language) -> None:
    texts = Texts.load(Language.RU)
    names = [texts.get(language, f"city.{city}") for city in CITIES]
    assert len(set(names)) == len(CITIES)


@pytest.mark.parametrize("city", sorted(CITIES))
def test_a_night_and_a_digest_stay_at_their_local_time_all_year(city: str) -> None:
    """Over both changes of the clock: every day's quiet hours end at seven there, and its digest comes at nine."""
    zone = ZoneInfo(CITIES[city])
    peace = Peace(zone=CITIES[city], quiet=(23 * 60, 7 * 60), digest=Rhythm.DAILY, digest_at=9 * 60)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(365):
        night = (day + timedelta(days=number)).astimezone(zone).replace(hour=3, minute=30)
        ends = quiet_until(peace, night.astimezone(UTC), NEWSROOM)
        assert ends
        assert (ends.astimezone(zone).hour, ends.astimezone(zone).minute) == (7, 0)
        digest = next_digest(peace, night.astimezone(UTC), NEWSROOM).astimezone(zone)
        assert (digest.hour, digest.minute, digest.date()) == (9, 0, night.date())


def test_a_digest_that_falls_into_quiet_hours_comes_after_them() -> None:
    peace = Peace(zone="Europe/Berlin", quiet=(22 * 60, 9 * 60), digest_at=8 * 60)
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)
    found = plan(peace, Mode.DIGEST, now, None, NEWSROOM, posts_today=0)
    assert found.due_at == datetime(2026, 3, 29, 7, tzinfo=UTC), "nine o'clock of the day on which summer time begins"
