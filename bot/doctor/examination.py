"""`newsbot doctor`: looks at everything that a working bot needs, and says what to do about what is missing.

Changes nothing. May run beside the bot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta

from bot.config import Settings
from bot.doctor.calls import Answer, Calls
from bot.doctor.findings import Finding, Level, good, note, summary, written, wrong
from bot.doctor.machine import look_at_backups, look_at_clock, look_at_database, look_at_disk
from bot.doctor.telegram import look_at_admins, look_at_groups, look_at_token
from bot.doctor.webhook import look_at_port, look_at_registration, look_at_way
from bot.feeds.fetch import Fetched, Fetcher, FetchFailed
from bot.feeds.worker import ParseWorker
from bot.progress import Progress
from storage.inspection import Facts

OLD_NEWS = timedelta(days=7)
"""A newsroom that has published nothing for so long has probably moved its feed."""


async def report(settings: Settings, misspelt: Iterable[str]) -> int:
    """Print what was found, as it is found. Returns 0, or 1 when something has to be mended."""
    found = [wrong("settings", line, "correct the name in .env") for line in misspelt]
    print(written(found), end="\n" if found else "")
    with Progress("pieces") as progress:
        async for finding in examine(settings, progress):
            progress.clear()
            print(written([finding]), flush=True)
            found.append(finding)
    print(summary(found))
    return int(any(one.level is Level.WRONG for one in found))


async def examine(
    settings: Settings,
    told: Callable[[str, int, int], None] = lambda *_: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Finding]:
    for line in settings.warnings():
        yield note("settings", line, "nothing, if it is meant so")
    found, facts = look_at_database(settings, told)
    for finding in (*found, *look_at_disk(settings, facts), *look_at_backups(settings, facts, now())):
        yield finding
    if settings.bot_token:
        async with Calls(settings.bot_api_url, settings.bot_token.get_secret_value()) as calls:
            async for finding in _ask_telegram(calls, settings, facts, now):
                yield finding
    else:
        what = "there is none, so the bot runs in its sandbox"
        yield wrong("token", what, "@BotFather, /newbot; put the token into BOT_TOKEN (.env)")
    async for finding in look_at_port(settings):
        yield finding
    async for finding in _look_at_feeds(settings, facts, told, now()):
        yield finding


async def _ask_telegram(
    calls: Calls, settings: Settings, facts: Facts | None, now: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    me: Answer = await calls("getMe")
    for finding in (*look_at_token(me, settings), *look_at_clock(me.server_time, now())):
        yield finding
    if not me.done:
        return
    async for finding in look_at_admins(calls, settings):
        yield finding
    for finding in look_at_registration(await calls("getWebhookInfo"), settings, now()):
        yield finding
    async for finding in look_at_way(settings):
        yield finding
    async for finding in look_at_groups(calls, facts.groups if facts else (), int(me.result["id"])):
        yield finding


async def _look_at_feeds(
    settings: Settings, facts: Facts | None, told: Callable[[str, int, int], None], now: datetime
) -> AsyncIterator[Finding]:
    feeds = list(dict.fromkeys((*(facts.feeds if facts else ()), *settings.feed_urls)))
    if not feeds:
        yield wrong("feeds", "there are none, so there is no news", "put your site's feed into FEED_URLS")
        return
    fetcher = Fetcher(allow_private_addresses=settings.allow_private_addresses)
    worker = ParseWorker(zone=settings.timezone)
    try:
        for number, url in enumerate(feeds):
            told("feeds", number, len(feeds))
            yield await _look_at_feed(url, fetcher, worker, now)
    finally:
        await worker.close()
        await fetcher.close()


async def _look_at_feed(url: str, fetcher: Fetcher, worker: ParseWorker, now: datetime) -> Finding:
    see = f"newsbot check {url} shows what it gives"
    answer = await fetcher.fetch(url)
    if isinstance(answer, FetchFailed):
        return wrong("feeds", f"{url}: {answer.reason}", "open the address in a browser on this machine")
    if not isinstance(answer, Fetched):
        return note("feeds", f"{url}: the server says that nothing has changed", see)
    parsed = await worker.parse(answer.body, answer.content_type, answer.url, now)
    if not parsed.articles:
        return wrong("feeds", f"{url}: {'; '.join(parsed.problems) or 'it has no articles'}", see)
    dated = [one.published_at for one in parsed.articles if one.published_at]
    photos = sum(bool(one.photos) for one in parsed.articles)
    what = f"{url}: {len(parsed.articles)} articles, {photos} with photos"
    if not dated:
        return note("feeds", f"{what}, none with a date", see)
    if now - max(dated) > OLD_NEWS:
        return note("feeds", f"{what}, the newest {(now - max(dated)).days} days old", "is this still the right feed?")
    return good("feeds", what)
