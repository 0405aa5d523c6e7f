"""Figures for Prometheus. Counters start anew with the process; never a chat id or an address as a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest

from bot.model.deliveries import Delivery, DeliveryClass, DeliveryState, Overview, Settlement
from bot.model.feeds import Feed
from bot.version import VERSION

SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)
"""From a second to a day: what separates an alert that is early from one that is late, and a backlog from an outage."""
ANSWER_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
"""From what nobody notices to what nobody waits for."""


class Metrics:
    """The parts of the program tell it of things as they happen; `text` is asked by Prometheus."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("newsbot", "The program", registry=registry).info({"version": VERSION})
        self._posts = Counter(
            "newsbot_posts",
            "Posts by class and by how the call ended; pending: to be tried again",
            ["class", "outcome"],
            registry=registry,
        )
        self._delivery = Histogram(
            "newsbot_delivery_seconds",
            "From when a post could leave until Telegram had taken it",
            ["class"],
            buckets=SECONDS,
            registry=registry,
        )
        self._floods = Counter("newsbot_flood_waits", "Calls that met flood control", registry=registry)
        self._waiting = Gauge("newsbot_queue_posts", "Posts that wait", ["class"], registry=registry)
        self._oldest = Gauge("newsbot_queue_oldest_seconds", "For how long the next post has waited", registry=registry)
        self._polls = Counter("newsbot_polls", "Polls of feeds", ["outcome"], registry=registry)
        self._entries = Counter("newsbot_entries", "Articles that polls brought", ["kind"], registry=registry)
        self._feeds = Gauge("newsbot_feeds", "Feeds by how they do", ["state"], registry=registry)
        self._silence = Gauge(
            "newsbot_feed_silence_seconds",
            "Since the last good poll of the feed that has gone without one for the longest time",
            registry=registry,
        )
        self._updates = Histogram(
            "newsbot_update_seconds",
            "From when something that a person typed or tapped was received until it had been handled",
            ["kind"],
            buckets=ANSWER_SECONDS,
            registry=registry,
        )
        self._beats = Gauge("newsbot_heartbeat_seconds", "Since a part last showed life", ["part"], registry=registry)
        self._backup = Gauge("newsbot_backup_timestamp_seconds", "When the newest backup was made", registry=registry)
        for outcome in ("read", "unchanged", "failed"):
            self._polls.labels(outcome)
        for kind in ("new", "changed"):
            self._entries.labels(kind)

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

    def polled(self, outcome: str, new: int = 0, changed: int = 0) -> None:
        """`outcome`: read, unchanged or failed."""
        self._polls.labels(outcome).inc()
        self._entries.labels("new").inc(new)
        self._entries.labels("changed").inc(changed)

    def handled(self, kind: str, seconds: float) -> None:
        """`kind`: as the Bot API names the update."""
        self._updates.labels(kind).observe(seconds)

    def backed_up(self, moment: datetime) -> None:
        self._backup.set(moment.timestamp())

    def text(self, outbox: Overview, feeds: Sequence[Feed], beats: Mapping[str, float]) -> bytes:
        """Everything in Prometheus' text format."""
        now = self._now()
        for kind in DeliveryClass:
            self._waiting.labels(kind.name.lower()).set(outbox.waiting.get(kind, 0))
        self._oldest.set(max(0.0, (now - outbox.oldest).total_seconds()) if outbox.oldest else 0)
        polled = [feed for feed in feeds if not feed.stopped]
        self._feeds.labels("good").set(sum(not feed.failures for feed in polled))
        self._feeds.labels("failing").set(sum(bool(feed.failures) for feed in polled))
        self._feeds.labels("stopped").set(len(feeds) - len(polled))
        good = [feed.last_success_at or feed.failing_since or now for feed in polled]
        self._silence.set(max(((now - moment).total_seconds() for moment in good), default=0))
        for part, seconds in beats.items():
            self._beats.labels(part).set(seconds)
        return generate_latest(self._registry)
