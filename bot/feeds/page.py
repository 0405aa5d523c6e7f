"""The article's own page, for feeds that have only teasers: HTML → body, photos, videos. Pure; runs in the worker.

With a CSS selector the element it names is the article. Without one, or when it names nothing, what the page tells
machines counts: JSON-LD (articleBody, image) and OpenGraph (og:image).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from bot.feeds.blocks import Block
from bot.feeds.body import make_body
from bot.feeds.clean import read_blocks
from bot.feeds.encoding import decode
from bot.feeds.guard import guard
from bot.feeds.media import find_media
from bot.feeds.photos import absolute, is_photo_address, merge, openable
from bot.feeds.words import plain
from bot.model.articles import Attachment, Photo
from bot.model.body import Body

META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
ARTICLES = ("NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "LiveBlogPosting")
MOST_NODES = 500
"""Objects of JSON-LD that are looked at."""


@dataclass(frozen=True, slots=True)
class Page:
    body: Body = ()
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def read_page(html: bytes, content_type: str, url: str, selector: str, headline: str) -> Page:
    """Empty when the page tells nothing. Raises nothing on account of the input."""
    tree = open_page(html, content_type)
    linked = list(json_ld(tree))
    blocks = selected(tree, selector, url) or told_by(linked)
    media = find_media(None, blocks, url, headline)
    media.photos = media.photos or declared(tree, linked, url)
    return Page(make_body(blocks, headline, media, url), tuple(media.photos), media.attachments)


def open_page(html: bytes, content_type: str) -> LexborHTMLParser:
    if "charset" not in content_type.lower() and (found := META_CHARSET.search(html[:4096])):
        content_type = f"text/html; charset={found.group(1).decode('ascii')}"
    return LexborHTMLParser(guard(decode(html, content_type)))


def selected(tree: LexborHTMLParser, selector: str, base: str) -> list[Block]:
    """The element that an editor named."""
    if not selector:
        return []
    try:
        node = tree.css_first(selector)
    except SelectolaxError:
        # Not a selector that the library knows; whoever sets it is told there.
        return []
    return read_blocks(node.html or "", base) if node else []


def told_by(linked: list[dict[str, Any]]) -> list[Block]:
    """The text of JSON-LD."""
    text = next((one["articleBody"] for one in linked if isinstance(one.get("articleBody"), str)), "")
    return read_blocks(text) if text.strip() else []


def declared(tree: LexborHTMLParser, linked: list[dict[str, Any]], base: str) -> list[Photo]:
    """The lead photo by JSON-LD, else by OpenGraph."""
    told = [photo for one in linked for photo in _images(one.get("image"))]
    meta = tree.css_first('meta[property="og:image"]')
    if not told and meta:
        told = [Photo(meta.attributes.get("content") or "")]
    usable = []
    for photo in told:
        url = openable(absolute(photo.url, base))
        if url and is_photo_address(url):
            usable.append(Photo(url, photo.caption, photo.credit))
    return merge(usable)[:1]


def _images(image: Any) -> Iterator[Photo]:
    for one in image if isinstance(image, list) else [image]:
        if isinstance(one, str):
            yield Photo(one)
        elif isinstance(one, dict) and isinstance(one.get("url"), str):
            caption, credit = (
                plain(one[key]) if isinstance(one.get(key), str) else "" for key in ("caption", "creditText")
            )
            yield Photo(one["url"], caption, credit)


def json_ld(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The objects that describe an article, wherever they are nested."""
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            waiting: list[Any] = [json.loads(script.text())]
        except (ValueError, RecursionError):
            continue
        for _ in range(MOST_NODES):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                kind = node.get("@type")
                if any(one in ARTICLES for one in (kind if isinstance(kind, list) else [kind])):
                    yield node
                waiting += [node[key] for key in ("@graph", "mainEntity") if key in node]
