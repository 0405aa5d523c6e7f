"""Reading feeds: ours beside feedparser with its defaults, an unchanged feed, many feeds, and the event loop."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import feedparser
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.feeds.fetch import Fetcher
from bot.feeds.parse import parse
from bot.feeds.poll import Poller
from bot.feeds.worker import ParseWorker
from bot.metrics import Metrics
from bot.model.feeds import Feed
from storage import open_storage
from tests.real_feeds import real_feeds

ZONE = ZoneInfo("Asia/Almaty")
ROUNDS = 3
ITEM = (
    "<item><title>Новость {0}</title><guid>{0}</guid><link>https://e.kz/{0}</link><description>{1}</description></item>"
)


class Quiet:
    async def trouble(self, feed: Feed) -> None: ...
    async def recovered(self, feed: Feed) -> None: ...
    async def gone(self, feed: Feed) -> None: ...


def small_feed(seed: int = 0) -> bytes:
    items = "".join(ITEM.format(f"{seed}-{n}", "Слова и слова. " * 20) for n in range(30))
    return f"<rss version='2.0'><channel><title>Г</title>{items}</channel></rss>".encode()


def seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def against_defaults() -> None:
    """Ours does more: photos with captions and credits, blocks of text, dates, identities, categories."""
    bodies = [path.read_bytes() for path in real_feeds()] or [small_feed(n) for n in range(20)]
    now = datetime.now(UTC)
    entries = sum(len(parse(body, "", "https://e.kz/", ZONE, now).articles) for body in bodies)
    ours, defaults = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: [parse(body, "", "https://e.kz/", ZONE, now) for body in bodies]))
        defaults.append(seconds(lambda: [feedparser.parse(io.BytesIO(body)) for body in bodies]))
    mine, other = median(ours) * 1000 / entries, median(defaults) * 1000 / entries
    print(f"reading {len(bodies)} feeds, {entries} entries")
    print(f"ours {mine:.2f} ms an entry, feedparser's defaults {other:.2f} ms: {other / mine:.2f} times ours")


async def polls() -> None:
    """One poll each: the first, the same bytes again, and 304."""
    etags: dict[str, str] = {}

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        etag = etags.get("all", "")
        if etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=small_feed(number), headers={"ETag": etag} if etag else {})

    app = web.Application()
    app.router.add_get("/{number}", answer)
    server = TestServer(app)
    await server.start_server()
    print("\npolling feeds of 30 entries: ms a feed")
    for count in (10, 100, 1000):
        etags.clear()
        with tempfile.TemporaryDirectory() as folder:
            storage = await open_storage(f"sqlite:///{folder}/bench.db")
            fetcher, worker = Fetcher(allow_private_addresses=True), ParseWorker(zone=ZONE)
            poller = Poller(
                storage,
                fetcher,
                worker,
                interval=timedelta(0),
                expiry=timedelta(hours=6),
                on_new=lambda: None,
                told=Quiet(),
                watched=Metrics(),
            )
            await storage.feeds.seed([str(server.make_url(f"/{n}")) for n in range(count)], datetime.now(UTC))
            times = []
            for kind in ("first", "same bytes", "etag", "304"):
                if kind == "etag":
                    etags["all"] = '"1"'
                feeds = await storage.feeds.all()
                started = time.perf_counter()
                for feed in feeds:
                    await poller.poll(feed)
                times.append((kind, (time.perf_counter() - started) * 1000 / count))
                if kind == "etag":
                    # The same bytes keep the validators that were stored with them; give the next round the new one.
                    async with storage.database.write() as transaction:  # type: ignore[attr-defined]
                        await transaction.run("UPDATE feeds SET etag = '\"1\"'")
            await worker.close()
            await fetcher.close()
            await storage.close()
        shown = ", ".join(f"{kind} {each:.1f}" for kind, each in times if kind != "etag")
        print(f"{count:>5} feeds: {shown}; first / same bytes = {times[0][1] / times[1][1]:.1f}")
    await server.close()


async def worst_pause() -> None:
    """The longest that the event loop stood still while the largest feeds were read."""
    largest = sorted(real_feeds(), key=lambda path: path.stat().st_size)[-5:]
    bodies = [path.read_bytes() for path in largest] or [small_feed(n) * 1 for n in range(5)]
    worker = ParseWorker(zone=ZONE)
    pauses = []

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            pauses.append(now - last - 0.001)
            last = now

    ticking = asyncio.create_task(tick())
    for body in bodies:
        await worker.parse(body, "", "https://e.kz/", datetime.now(UTC))
    ticking.cancel()
    await worker.close()
    inline = max(
        seconds(lambda body=body: parse(body, "", "https://e.kz/", ZONE, datetime.now(UTC)))  # type: ignore[misc]
        for body in bodies
    )
    print(f"\nevent loop while the largest feeds are read: worst pause {max(pauses) * 1000:.0f} ms")
    print(f"read on the loop itself it would stand still for {inline * 1000:.0f} ms")


async def main() -> None:
    against_defaults()
    await polls()
    await worst_pause()


if __name__ == "__main__":
    asyncio.run(main())
