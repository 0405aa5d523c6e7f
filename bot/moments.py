"""A moment as an editor types it. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

MOMENT = re.compile(r"(?:(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?\s+)?(\d{1,2})[:.](\d{2})")
FARTHEST = timedelta(days=60)


def parse_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """`18:30` (the next time it is so late), `25.11 18:30` or `25.11.2026 18:30` on the clocks of that zone. None: it
    is no moment, lies in the past, or more than 60 days ahead."""
    found = MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    local = now.astimezone(zone)
    day, month, year, hour, minute = (int(part) if part else None for part in found.groups())
    try:
        moment = local.replace(hour=hour or 0, minute=minute or 0, second=0, microsecond=0)
        if day and month:
            moment = moment.replace(year=year or local.year, month=month, day=day)
    except ValueError:
        return None
    if moment <= local and not day:
        moment += timedelta(days=1)
    elif moment <= local and not year:
        moment = _next_year(moment)
    moment = moment.astimezone(UTC)
    return moment if now < moment <= now + FARTHEST else None


def _next_year(moment: datetime) -> datetime:
    """29 February has none."""
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment
