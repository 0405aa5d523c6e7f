"""What has been claimed and not begun, in the order in which it leaves: by class, then oldest first.

What can't leave yet stands aside, until a moment or behind something (its chat's last message, its article's photo),
and holds up nobody else. Of one chat's messages the order stays.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Hashable, Iterable

from bot.model.deliveries import Delivery, DeliveryClass
from bot.model.ids import DeliveryId

_Entry = tuple[int, int, Delivery]


class Departures:
    """Every operation costs the logarithm of what is held, so that a thousand a second may leave."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ready: list[_Entry] = []
        self._later: list[tuple[float, int, int, Delivery]] = []
        self._behind: dict[Hashable, list[_Entry]] = {}
        self._ids: set[DeliveryId] = set()
        """Of all that was added and not ended, taken out or not."""
        self._held = 0

    def __len__(self) -> int:
        return self._held

    @property
    def ready(self) -> int:
        """How many don't stand aside."""
        return len(self._ready)

    def add(self, deliveries: Iterable[Delivery]) -> int:
        """Those not known yet (a lease may run out while one is held, so that it is claimed twice); how many."""
        fresh = [delivery for delivery in deliveries if delivery.id not in self._ids]
        for delivery in fresh:
            self._ids.add(delivery.id)
            self._put(delivery)
        self._held += len(fresh)
        return len(fresh)

    def next(self) -> Delivery | None:
        """Take out the first of those that don't stand aside."""
        now = self._monotonic()
        while self._later and self._later[0][0] <= now:
            self._put(heapq.heappop(self._later)[3])
        if not self._ready:
            return None
        self._held -= 1
        return heapq.heappop(self._ready)[2]

    def later(self, delivery: Delivery, seconds: float) -> None:
        """Put it back, aside for so long."""
        heapq.heappush(self._later, (self._monotonic() + seconds, delivery.kind, delivery.id, delivery))
        self._held += 1

    def behind(self, delivery: Delivery, obstacle: Hashable) -> None:
        """Put it back, aside until `clear`."""
        self._behind.setdefault(obstacle, []).append((delivery.kind, delivery.id, delivery))
        self._held += 1

    def clear(self, obstacle: Hashable) -> None:
        for entry in self._behind.pop(obstacle, ()):
            heapq.heappush(self._ready, entry)

    def end(self, delivery: Delivery) -> None:
        """One that was taken out has begun, or is somebody else's again."""
        self._ids.discard(delivery.id)

    def lowest(self) -> DeliveryClass | None:
        """The least urgent class held."""
        return max((delivery.kind for delivery in self._all()), default=None)

    def take_back(self, kind: DeliveryClass) -> list[Delivery]:
        """Take out and end all that is of this class or less urgent."""
        back = [delivery for delivery in self._all() if delivery.kind >= kind]
        gone = {delivery.id for delivery in back}
        self._ready = [entry for entry in self._ready if entry[1] not in gone]
        self._later = [entry for entry in self._later if entry[2] not in gone]
        heapq.heapify(self._ready)
        heapq.heapify(self._later)
        for obstacle, entries in list(self._behind.items()):
            self._behind[obstacle] = [entry for entry in entries if entry[1] not in gone]
        self._ids -= gone
        self._held -= len(back)
        return back

    def next_moment(self) -> float | None:
        """Seconds until the first of those that stand aside for a time may leave."""
        return max(0.0, self._later[0][0] - self._monotonic()) if self._later else None

    def _put(self, delivery: Delivery) -> None:
        heapq.heappush(self._ready, (delivery.kind, delivery.id, delivery))

    def _all(self) -> list[Delivery]:
        behind = (entry for entries in self._behind.values() for entry in entries)
        aside = (entry[3] for entry in self._later)
        return [*(entry[2] for entry in self._ready), *aside, *(entry[2] for entry in behind)]
