"""Figures for Prometheus. Counters start anew with the process; never a chat id or an address as a label."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.model import Delivery, DeliveryClass, DeliveryState, Overview, Settlement

SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)
"""From a second to a day: what separates an alert that is early from one that is late, and a backlog from an outage."""


class Metrics:
    """`settled` and `flooded` are called by the sender as things happen; `text` is asked by Prometheus."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._registry = CollectorRegistry()
        self._posts = Counter(
            "newsbot_posts",
            "Posts by class and by how the call ended; pending: to be tried again",
            ["class", "outcome"],
            registry=self._registry,
        )
        self._delivery = Histogram(
            "newsbot_delivery_seconds",
            "From when a post could leave until Telegram had taken it",
            ["class"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._floods = Counter("newsbot_flood_waits", "Calls that met flood control", registry=self._registry)
        self._waiting = Gauge("newsbot_queue_posts", "Posts that wait", ["class"], registry=self._registry)
        self._oldest = Gauge(
            "newsbot_queue_oldest_seconds", "For how long the next post has waited", registry=self._registry
        )

    def settled(self, delivery: Delivery, settlement: Settlement) -> None:
        self._count(delivery.kind, settlement.state).inc()
        if settlement.state is DeliveryState.SENT:
            waited = self._now() - delivery.waiting_since
            self._times(delivery.kind).observe(waited.total_seconds())

    @cache  # noqa: B019 — as many as there are classes and states; looking a label up costs more than counting
    def _count(self, kind: DeliveryClass, state: DeliveryState) -> Counter:
        return self._posts.labels(kind.name.lower(), state.value)

    @cache  # noqa: B019
    def _times(self, kind: DeliveryClass) -> Histogram:
        return self._delivery.labels(kind.name.lower())

    def flooded(self) -> None:
        self._floods.inc()

    def text(self, outbox: Overview) -> bytes:
        """Everything in Prometheus' text format."""
        for kind in DeliveryClass:
            self._waiting.labels(kind.name.lower()).set(outbox.waiting.get(kind, 0))
        self._oldest.set((self._now() - outbox.oldest).total_seconds() if outbox.oldest else 0)
        return generate_latest(self._registry)
