"""Lists of feeds from and to other programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.feeds import opml
from bot.model.feeds import Feed, Validators
from bot.model.ids import FeedId
from handlers.admin.feeds import parse_interval

FEED = Feed(
    id=FeedId(1),
    url="https://example.kz/rss?a=1&b=2",
    title="Газета «Мост» & <Ко>",
    language="ru",
    validators=Validators(None, None, None),
    baseline_at=None,
    next_poll_at=datetime(2026, 11, 23, tzinfo=UTC),
    last_success_at=None,
    failures=0,
    failing_since=None,
    told=0,
    last_error="",
    entries=0,
    photos=0,
    page_selector=None,
    stopped=False,
)


def test_what_is_exported_is_imported() -> None:
    feeds = [FEED, replace(FEED, url="https://example.kz/sport", title="")]
    assert opml.load(opml.dump(feeds, "Газета")) == [feed.url for feed in feeds]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<rss/>",
        b"no xml",
        b"\xff\xfe",
        b"<opml>" + b"x" * opml.LARGEST,
        b'<?xml version="1.0" encoding="nonsense"?><opml/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        + b"".join(b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 10) for n in range(8))
        + b"]><opml><outline xmlUrl='&j;'/></opml>",
    ],
    ids=["nothing", "another", "words", "bytes", "too long", "encoding", "a bomb"],
)
def test_what_is_no_list(document: bytes) -> None:
    assert opml.load(document) is None


def test_only_addresses_that_can_be_fetched_each_once() -> None:
    document = (
        b"<opml><body><outline text='x'><outline xmlUrl='http://a.kz/1'/><outline xmlUrl='file:///etc/passwd'/>"
        b"<outline xmlUrl=' http://a.kz/1 '/><outline xmlUrl='http://a.kz/ 2'/></outline><outline/></body></opml>"
    )
    assert opml.load(document) == ["http://a.kz/1"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", 300), ("30s", 30), ("5 m", 300), ("2H", 7200), ("1d", 86_400), ("9s", None), ("8d", None), ("скоро", None)],
)
def test_intervals(text: str, seconds: int | None) -> None:
    assert parse_interval(text) == seconds
