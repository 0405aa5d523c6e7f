"""What Telegram would say of a post: its own library reads classic texts, the sandbox's strict reader rich blocks."""

from __future__ import annotations

from typing import Any

from bot.delivery.post import (
    ALBUM_LEAST,
    ALBUM_MOST,
    CAPTION_LIMIT,
    RICH_BLOCKS,
    RICH_MEDIA,
    RICH_TEXT_LIMIT,
    TEXT_LIMIT,
    AlbumPost,
    AudioPost,
    PhotoPost,
    RichPost,
    TextPost,
    VideoPost,
    length,
)
from bot.sandbox.rich.blocks import BlockReader
from bot.sandbox.text.html import parse_html

try:
    from tests.sandbox import tdlib
except ImportError:  # no build for this platform
    tdlib = None  # type: ignore[assignment]

AnyPost = TextPost | PhotoPost | VideoPost | AudioPost | AlbumPost | RichPost
MOST_NESTED = 2


def read_html(html: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and its entities; AssertionError for what Telegram refuses."""
    if tdlib is None:
        return parse_html(html)
    told = tdlib.parsed_html(html)
    assert not isinstance(told, str), f"{told}: {html}"
    return told


def judge(post: AnyPost) -> None:
    """AssertionError for what Telegram would refuse, cut or lose. Its fallbacks are judged with it."""
    match post:
        case TextPost(text):
            judge_html(text, TEXT_LIMIT)
        case PhotoPost() | VideoPost() | AudioPost():
            judge_html(post.caption, CAPTION_LIMIT)
            if post.fallback:
                judge(post.fallback)
        case AlbumPost(photos):
            assert ALBUM_LEAST <= len(photos) <= ALBUM_MOST
            for _, caption in photos:
                if caption:
                    judge_html(caption, CAPTION_LIMIT)
        case RichPost():
            judge_rich(post)
            for fallback in post.fallback:
                judge(fallback)


def judge_html(html: str, limit: int) -> None:
    assert len(html.encode()) < 32_768, "Telegram refuses longer sources before it parses them"
    text, entities = read_html(html)
    assert text.strip(), html
    assert length(text) <= limit
    assert len(entities) <= 100, "formatting beyond is dropped"
    links = html.count("<a ")
    assert sum(one["type"] == "text_link" for one in entities) >= (links > 0), "an address that opens nothing"


def judge_rich(post: RichPost) -> None:
    reader = BlockReader(detect=False)
    reader.read(list(post.blocks))
    assert reader.tally.letters <= RICH_TEXT_LIMIT
    assert reader.tally.blocks <= RICH_BLOCKS
    assert reader.tally.media == len(post.media) <= RICH_MEDIA
    assert deepest(list(post.blocks)) <= MOST_NESTED, "other bots' library would take seconds to read it"


def deepest(content: Any) -> int:
    """How many levels of formatting are within each other."""
    if isinstance(content, list):
        return max(map(deepest, content), default=0)
    if not isinstance(content, dict):
        return 0
    inner = max(map(deepest, content.values()), default=0)
    return inner + (set(content) <= {"type", "text", "url"} and content.get("type") not in BLOCKS)


BLOCKS = ("paragraph", "heading", "footer", "pre")


def words_of(content: Any) -> str:
    """All there is to read in rich blocks, in order, a space between blocks and cells."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [words_of(one) for one in content]
        block = any(isinstance(one, list) or (isinstance(one, dict) and is_block(one)) for one in content)
        return (" " if block else "").join(parts)
    keys = ("text", "caption", "blocks", "items", "cells", "credit")
    return " ".join(words_of(content[key]) for key in keys if key in content)


def is_block(one: dict[str, Any]) -> bool:
    return bool({"blocks", "items", "cells", "align", "size", "photo"} & set(one)) or one.get("type") in BLOCKS
