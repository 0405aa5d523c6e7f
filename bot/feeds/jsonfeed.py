"""JSON Feed 1.0 and 1.1, which feedparser does not read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.feeds.attachments import declared, kind_of
from bot.feeds.entry import Channel, Entry
from bot.feeds.language import feed_language
from bot.feeds.rawxml import Element
from bot.feeds.words import plain
from bot.model.articles import Attachment, Photo


def read_json_feed(body: bytes) -> tuple[Channel, list[Entry]] | str:
    """What it holds, or why it is none. Anything of the wrong type counts as missing."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return "this begins like JSON, but it can't be read"
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return "this is JSON, but no JSON Feed"
    entries = []
    for item in feed["items"]:
        if not isinstance(item, dict):
            continue
        html = _text(item, "content_html") or _text(item, "content_text")
        images = [_text(item, "image"), _text(item, "banner_image")]
        tags = item.get("tags")
        entries.append(
            Entry(
                guid=str(item.get("id") or ""),
                link=_text(item, "url") or _text(item, "external_url"),
                title=plain(_text(item, "title")),
                summary=_text(item, "summary") or html,
                html=html,
                author=_author(item) or _author(feed),
                date=_text(item, "date_published") or _text(item, "date_modified"),
                labels=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
                raw=None,
                extra_photos=[Photo(url) for url in images if url.startswith(("http://", "https://"))][:1],
                extra_attachments=list(_attachments(item)),
            )
        )
    return Channel(plain(_text(feed, "title")), feed_language(_text(feed, "language")), ""), entries


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _attachments(item: dict[str, Any]) -> Iterator[Attachment]:
    attached = item.get("attachments")
    for one in attached if isinstance(attached, list) else []:
        if not isinstance(one, dict):
            continue
        url, mime = _text(one, "url"), _text(one, "mime_type").lower()
        kind = kind_of(Element("enclosure", {"url": url, "type": mime}))
        if kind in ("video", "audio"):
            size, seconds = (str(one.get(key) or "") for key in ("size_in_bytes", "duration_in_seconds"))
            told = {"url": url, "type": mime, "length": size, "duration": seconds}
            yield replace(declared(Element("enclosure", told), kind), title=plain(_text(one, "title")))


def _author(item: dict[str, Any]) -> str:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return next((plain(_text(author, "name")) for author in authors or [] if isinstance(author, dict)), "")
