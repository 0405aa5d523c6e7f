"""Where news comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.ids import FeedId


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server wants to see again in a conditional GET, byte for byte as it sent it."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    """SHA-256 of the decoded body: many servers send wrong validators, and the same bytes need no parsing."""


@dataclass(frozen=True, slots=True)
class Feed:
    id: FeedId
    url: str
    title: str
    language: str
    """The feed's own declaration, as a bare code ("ru"), or "" when it says nothing."""
    validators: Validators
    baseline_at: datetime | None
    """When its first good poll was stored; None: the next good poll is the baseline and announces nothing."""
    next_poll_at: datetime
    last_success_at: datetime | None
    failures: int
    """Failed polls in a row; 0 after any success, also after 304."""
    failing_since: datetime | None
    told: int
    """How many times editors have been told of this trouble."""
    last_error: str
    entries: int
    """In the last good poll that brought a new body, and how many of them had a photo."""
    photos: int
    page_selector: str | None
    """The CSS selector of the article on its page, "" for what the page tells machines; None: pages are not read."""
    stopped: bool
    """The site said that the feed is gone for good (410); no more polls until an editor starts it again."""
    interval: timedelta | None = None
    """Between two polls, when an editor set it."""
    paused: bool = False
    """By an editor."""
    own_language: str = ""
    """Of its articles, when an editor said so."""
    own_label: str = ""
    """A category's label that each of its articles has besides its own."""
