"""When a post may reach a reader: quiet hours, digests and the daily limit, in the reader's own zone. Pure.

Local times are found anew for every day, so that they stay right over changes of the clock: a time that is skipped in
spring comes an hour later, one that comes twice in autumn is the first of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from bot.model.deliveries import DeliveryClass
from bot.model.readers import Mode, Peace, Rhythm

DAY = 24 * 60
"""Minutes."""
DIGEST_LIFE = timedelta(days=2)
"""After a digest's time; when nothing could leave for so long, it is dropped."""
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """When a post leaves, and as what."""

    kind: DeliveryClass
    due_at: datetime
    expires_at: datetime | None


def plan(
    peace: Peace, mode: Mode, now: datetime, expires_at: datetime | None, zone: tzinfo, *, posts_today: int
) -> Plan:
    """Of an article for a reader who wants it. `posts_today`: that came on their own since local midnight."""
    if mode is Mode.DIGEST or (peace.daily_limit is not None and posts_today >= peace.daily_limit):
        due = next_digest(peace, now, zone)
        due = quiet_until(peace, due, zone) or due
        return Plan(DeliveryClass.DIGEST, due, due + DIGEST_LIFE)
    return Plan(DeliveryClass.ROUTINE, quiet_until(peace, now, zone) or now, expires_at)


def quiet_until(peace: Peace, now: datetime, zone: tzinfo) -> datetime | None:
    """The end of the quiet hours that now is in; None: it is not."""
    if peace.quiet is None or peace.quiet[0] == peace.quiet[1]:
        return None
    begins, ends = peace.quiet
    here = zone_of(peace, zone)
    today = now.astimezone(here).date()
    for day in (today - timedelta(days=1), today):
        begin = moment(day, begins, here)
        end = moment(day if begins < ends else day + timedelta(days=1), ends, here)
        if begin <= now < end:
            return end
    return None


def next_digest(peace: Peace, now: datetime, zone: tzinfo) -> datetime:
    """The first time after now at which a digest leaves."""
    here = zone_of(peace, zone)
    if peace.digest is Rhythm.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    minutes = [peace.digest_at]
    if peace.digest is Rhythm.TWICE:
        minutes.append((peace.digest_at + DAY // 2) % DAY)
    today = now.astimezone(here).date()
    days = (today + timedelta(days=number) for number in range(9))
    return min(
        found
        for day in days
        if peace.digest is not Rhythm.WEEKLY or day.weekday() == SUNDAY
        for minute in minutes
        if (found := moment(day, minute, here)) > now
    )


def local_day(peace: Peace, now: datetime, zone: tzinfo) -> int:
    """Days since 1970 in the reader's zone."""
    return now.astimezone(zone_of(peace, zone)).date().toordinal() - date(1970, 1, 1).toordinal()


def moment(day: date, minute: int, zone: tzinfo) -> datetime:
    """That minute of that local day."""
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return local.astimezone(UTC)


def zone_of(peace: Peace, zone: tzinfo) -> tzinfo:
    return zone if peace.zone is None else _zone(peace.zone)


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)
