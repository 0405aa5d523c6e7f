"""Everything that the message about a broadcast says, gathered; and what is worth a warning. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.model.broadcasts import Broadcast, Tally
from bot.model.deliveries import MessageForm
from bot.model.ids import BroadcastId, CategoryId
from bot.model.language import Language

SAME_TEXT, ANOTHER = timedelta(hours=1), timedelta(minutes=30)
"""The same words, or any other breaking news, so shortly before are worth a warning."""
FREE_PACE = 30.0
"""Messages a second that cost nothing; each above costs a tenth of a Star (Bot API, allow_paid_broadcast)."""


@dataclass(frozen=True, slots=True)
class Pace:
    per_second: float
    paid: bool

    def takes(self, readers: int) -> timedelta:
        return timedelta(seconds=math.ceil(readers / self.per_second))

    def stars(self, readers: int) -> int:
        """What it costs; 0 within the free pace."""
        if not self.paid or self.per_second <= FREE_PACE:
            return 0
        return math.ceil(readers * (1 - FREE_PACE / self.per_second) / 10)


@dataclass(frozen=True, slots=True)
class Warning:
    """A key of the catalogues with its arguments."""

    key: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Standing:
    broadcast: Broadcast
    readers: Mapping[Language, int]
    """Of a draft: whom it would reach now."""
    tally: Tally
    needed: int
    """Editors who have to agree."""
    pace: Pace
    now: datetime
    zone: tzinfo
    warnings: Sequence[Warning] = ()
    sections: Mapping[CategoryId, Mapping[Language, str]] | None = None
    """Names of the categories that it is for."""
    changes: Sequence[Broadcast] = ()
    rate: float | None = None
    """Copies a second that ended lately; None: not known yet."""
    forms: Mapping[MessageForm, int] | None = None
    """Of a recall: what became of the copies."""

    @property
    def total(self) -> int:
        return sum(self.readers.values())

    @property
    def waits(self) -> bool:
        """Confirmed, and its start has not come."""
        return self.broadcast.starts_at is not None and self.broadcast.starts_at > self.now


def lately(broadcast: Broadcast, others: Sequence[Broadcast], now: datetime) -> list[Warning]:
    """`others`: what started within the last hour or is to start."""
    warnings = []
    for other in others:
        if other.id in (broadcast.id, broadcast.parent_id) or other.audience.editors:
            continue
        same = bool(broadcast.announcement.text) and other.announcement.text == broadcast.announcement.text
        if same and other.starts_at and other.starts_at > now - SAME_TEXT:
            warnings.append(_about("warning.same_text", other.id))
        elif broadcast.parent_id is None and other.starts_at and other.starts_at > now - ANOTHER:
            warnings.append(_about("warning.another", other.id))
    return warnings[:3]


def _about(key: str, other: BroadcastId) -> Warning:
    return Warning(key, {"id": other})
