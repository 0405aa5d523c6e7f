"""`newsbot check`: what the bot would make of a feed, for people and for programs. Needs no token, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.feeds.fetch import Fetched, Fetcher, FetchFailed
from bot.feeds.parse import ParsedFeed
from bot.feeds.worker import ParseWorker
from bot.model.articles import AttachmentKind, ParsedArticle
from bot.model.body import text_of
from bot.progress import Progress


async def check(sources: Sequence[str], *, as_json: bool, zone: ZoneInfo, allow_private_addresses: bool) -> int:
    """Print what each source gives. Returns 0, or 1 when not one of them gave an article."""
    usable = False
    reports = []
    async with opened(zone=zone, allow_private_addresses=allow_private_addresses) as read:
        progress = Progress("pieces")
        for number, source in enumerate(sources):
            progress("reading", number, len(sources))
            parsed = await read(source)
            progress.clear()
            usable = usable or bool(parsed.articles)
            if as_json:
                reports.append(_report(source, parsed))
            else:
                print(table(source, parsed, zone), flush=True)
    if as_json:
        json.dump(reports, sys.stdout, ensure_ascii=False, indent=1)
        print()
    return 0 if usable else 1


@asynccontextmanager
async def opened(
    *, zone: ZoneInfo, allow_private_addresses: bool
) -> AsyncIterator[Callable[[str], Awaitable[ParsedFeed]]]:
    """What reads a feed by its address or the path of a file. It never raises: `problems` say what went wrong."""
    fetcher = Fetcher(allow_private_addresses=allow_private_addresses)
    worker = ParseWorker(zone=zone)
    try:
        yield partial(_read, fetcher=fetcher, worker=worker)
    finally:
        await worker.close()
        await fetcher.close()


async def _read(source: str, fetcher: Fetcher, worker: ParseWorker) -> ParsedFeed:
    now = datetime.now(UTC)
    if source.startswith(("http://", "https://")):
        result = await fetcher.fetch(source)
        if isinstance(result, Fetched):
            return await worker.parse(result.body, result.content_type, result.url, now)
        reason = result.reason if isinstance(result, FetchFailed) else "the server says that nothing has changed"
        return ParsedFeed("", "", (), (reason,), is_feed=False)
    try:
        body = Path(source).read_bytes()  # noqa: ASYNC240 — a command that does nothing else meanwhile
    except OSError as error:
        return ParsedFeed("", "", (), (f"the file can't be read: {error.strerror}",), is_feed=False)
    return await worker.parse(body, "", "", now)


def _report(source: str, parsed: ParsedFeed) -> dict[str, Any]:
    return {
        "source": source,
        "title": parsed.title,
        "language": parsed.language,
        "entries": [_entry(article) for article in parsed.articles],
        "problems": list(parsed.problems),
    }


def _entry(article: ParsedArticle) -> dict[str, Any]:
    return {
        "id": article.identity.hex(),
        "link": article.link,
        "title": article.title,
        "published": article.published_at.isoformat() if article.published_at else None,
        "language": article.language,
        "author": article.author,
        "categories": [label.label for label in article.labels],
        "lead": article.lead,
        "text_length": len(text_of(article.body)),
        "photos": [{"url": one.url, "caption": one.caption, "credit": one.credit} for one in article.photos],
        "videos": [one.url for one in article.attachments if one.kind is not AttachmentKind.AUDIO],
        "audio": [one.url for one in article.attachments if one.kind is AttachmentKind.AUDIO],
    }


def table(source: str, parsed: ParsedFeed, zone: ZoneInfo) -> str:
    """For people: its articles, newest first, and what is doubtful."""
    photos = sum(bool(article.photos) for article in parsed.articles)
    lines = [
        f"{source}",
        f"  {parsed.title or 'no title'} [{parsed.language or 'no language'}]: {len(parsed.articles)} articles, "
        f"{photos} with photos",
    ]
    lines += [f"  ! {problem}" for problem in parsed.problems]
    for article in reversed(parsed.articles):
        moment = f"{article.published_at.astimezone(zone):%Y-%m-%d %H:%M}" if article.published_at else "no date"
        sections = ", ".join(label.label + ("" if label.founds else "?") for label in article.labels)
        lines.append(f"  {moment}  {len(article.photos):2} photos  {article.title[:90]}")
        lines.append(f"{'':20}[{sections or 'no section'}] {article.link or 'no link'}")
        credits = sorted({photo.credit for photo in article.photos if photo.credit})
        if credits:
            lines.append(f"{'':20}credit: {'; '.join(credits)[:100]}")
    return "\n".join(lines)
