"""Bytes of a feed → articles. Pure; runs in a worker process, since a large feed takes a second of CPU.

feedparser reads the formats; what it gets wrong or does not tell (measured over 9,824 entries of 115 feeds) is mended
here: it must neither sanitise (it would delete videos and lazy photos) nor be given a string (it would open files), its
`link` may be another article's, and captions, credits and publishers' own full-text elements need the raw XML.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import wraps
from typing import Any
from xml.sax import SAXException

import feedparser
from feedparser.api import StrictFeedParser
from feedparser.mixin import _FeedParserMixin

from bot.feeds.articles import make_articles
from bot.feeds.encoding import decode
from bot.feeds.entry import Channel, Entry
from bot.feeds.jsonfeed import read_json_feed
from bot.feeds.language import feed_language
from bot.feeds.rawxml import Element, RawFeed, read_raw
from bot.feeds.words import plain
from bot.model.articles import ParsedArticle

MOST_ENTRIES = 2_000
FULL_TEXT = ("content:encoded", "yandex:full-text", "turbo:content", "rbc_news:full-text", "full-text", "fulltext")


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    title: str
    language: str
    articles: tuple[ParsedArticle, ...]
    """Oldest first, each identity once."""
    problems: tuple[str, ...]
    is_feed: bool = True
    """False: this is something else (a web page, an error message)."""


def parse(body: bytes, content_type: str, url: str, zone: tzinfo, now: datetime) -> ParsedFeed:
    """`url` is where the feed was found: relative links count from there. Raises nothing on account of the input."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        read = read_json_feed(body)
        if isinstance(read, str):
            return ParsedFeed("", "", (), (read,), is_feed=False)
        channel, entries = read
        return _finish(replace(channel, base=url), entries, [], zone, now)
    text = re.sub(r"^\s*<\?xml[^>]{0,300}\?>", "", decode(body, content_type)).lstrip()
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
    )
    if not parsed.get("version") and not parsed.entries:
        return ParsedFeed("", "", (), (_not_a_feed(body),), is_feed=False)
    raw = read_raw(text)
    problems: list[str] = []
    if len(raw.entries) != len(parsed.entries):
        problems.append("the feed is damaged: captions and credits may be missing")
        raw = RawFeed([], raw.channel)
    if len(parsed.entries) > MOST_ENTRIES:
        problems.append(f"only the first {MOST_ENTRIES} of {len(parsed.entries)} entries were read")
    entries = [
        _entry(entry, raw.entries[index] if raw.entries else None)
        for index, entry in enumerate(parsed.entries[:MOST_ENTRIES])
    ]
    feed = parsed.feed
    image = (feed.get("image") or {}).get("href", "")
    # Read from a file there is no address; what the feed says of itself serves relative links as well.
    own = (link.get("href", "") for link in feed.get("links", []))
    url = url or next((link for link in own if link.startswith(("http://", "https://"))), "")
    language = feed_language(feed.get("language", "") or parsed.get("headers", {}).get("content-language", ""))
    return _finish(Channel(plain(feed.get("title", "")), language, url, image), entries, problems, zone, now)


def _finish(channel: Channel, entries: Sequence[Entry], problems: list[str], zone: tzinfo, now: datetime) -> ParsedFeed:
    articles, empty = make_articles(channel, entries, zone=zone, now=now)
    if empty:
        problems.append(f"{empty} entries without title and text were left out")
    return ParsedFeed(channel.title, channel.language, articles, tuple(problems))


def _patient(handler: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    """feedparser 6.0 raises at some end tags of damaged feeds; one element is lost then, not all of them."""

    @wraps(handler)
    def handle(parser: Any, tag: str) -> None:
        with suppress(KeyError, TypeError, ValueError, AttributeError, IndexError):
            handler(parser, tag)

    return handle


def _forgiving(handler: Callable[..., None]) -> Callable[..., None]:
    """A space in a namespace's address gives names in more than two parts, at which feedparser 6.0 fails altogether;
    as an XML error it makes it read the feed with its loose parser."""

    @wraps(handler)
    def handle(parser: Any, name: tuple[str, ...], *rest: Any) -> None:
        if len(name) != 2:
            raise SAXException("a namespace's address with a space")
        handler(parser, name, *rest)

    return handle


_FeedParserMixin.unknown_endtag = _patient(_FeedParserMixin.unknown_endtag)
StrictFeedParser.startElementNS = _forgiving(StrictFeedParser.startElementNS)


def _entry(entry: Any, raw: Element | None) -> Entry:
    summary = _summary(entry, raw)
    texts = [content.get("value", "") for content in entry.get("content", [])]
    texts += [raw.text_of(name) for name in FULL_TEXT] if raw else []
    texts += [entry.get(name, "") for name in ("yandex_full-text", "turbo_content", "rbc_news_full-text", "full-text")]
    return Entry(
        guid=entry.get("id", "") or "",
        link=_link(entry),
        title=_title(entry, raw),
        summary=summary,
        html=max([summary, *(text for text in texts if isinstance(text, str))], key=len),
        author=plain(entry.get("author", "") or ""),
        date=_date(entry, raw),
        labels=[tag.get("label") or tag.get("term") or "" for tag in entry.get("tags", [])],
        raw=raw,
        base=_base(entry),
    )


def _base(entry: Any) -> str:
    """From where relative addresses in its text count, by xml:base."""
    details = [*entry.get("content", []), entry.get("summary_detail", {})]
    return next((base for detail in details if (base := detail.get("base") or "")), "")


def _title(entry: Any, raw: Element | None) -> str:
    """The entry's own: feedparser takes a media:title that follows for it."""
    own = raw.text_of("title") if raw else ""
    return plain(own or entry.get("title", "") or "")


def _summary(entry: Any, raw: Element | None) -> str:
    """The description proper; a media:description that stands before it would win otherwise."""
    own = (raw.text_of("description") or raw.text_of("summary")) if raw else ""
    return str(own or entry.get("summary", "") or "")


def _link(entry: Any) -> str:
    """The first alternate: feedparser's `link` is overwritten by the last <link> anywhere inside the entry."""
    for link in entry.get("links", []):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return str(link["href"]).strip()
    guid = entry.get("id", "") or ""
    return guid if guid.startswith(("http://", "https://")) and entry.get("guidislink", True) else ""


def _date(entry: Any, raw: Element | None) -> str:
    # <pubDate><time datetime="…">, of which feedparser keeps only what people read.
    times = (time for child in raw.children if child.name == "pubDate" for time in child.children) if raw else ()
    inside = next((time.get("datetime") for time in times if time.name == "time"), "")
    return inside or next((entry[name] for name in ("published", "updated", "created") if entry.get(name)), "")


def _not_a_feed(body: bytes) -> str:
    head = body[:4096].lower()
    if not body.strip():
        return "the answer is empty"
    if b"<html" in head or b"<!doctype html" in head:
        return "this address gives a web page, not a feed; look for the site's RSS link"
    return "this is not a feed that can be read"
