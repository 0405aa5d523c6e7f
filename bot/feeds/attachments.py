"""Video and audio of an entry: which address is what, and each of them once. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.feeds.photos import IMAGE_PATH, absolute, split
from bot.feeds.rawxml import Element
from bot.feeds.words import plain
from bot.model.articles import Attachment, AttachmentKind

MOST_ATTACHMENTS = 30
VIDEO_PATH = re.compile(r"\.(?:mp4|m4v|mov|webm|m3u8|flv|avi)$", re.IGNORECASE)
AUDIO_PATH = re.compile(r"\.(?:mp3|m4a|ogg|oga|opus|wav|aac|flac)$", re.IGNORECASE)
NO_FILE = re.compile(r"\.(?:m3u8|mpd|flv|avi|swf|html?|php)$", re.IGNORECASE)
"""Streams and pages, and what Telegram can't play."""
SITE = (
    r"youtube(?:-nocookie)?\.com/(?:embed|v|watch|shorts)|youtu\.be/|player\.vimeo\.com|vimeo\.com/\d|rutube\.ru/(?:play|video)"
    r"|vk\.com/video|vkvideo\.ru|dailymotion\.com|ok\.ru/(?:video|live)|/player|/embed"
)
PAGE = re.compile(SITE, re.IGNORECASE)
PLAYER = re.compile(rf"{SITE}|video", re.IGNORECASE)
"""By its address alone it may play a video."""
LONGEST = 24 * 3600
"""Seconds; a larger number that a feed tells is in milliseconds."""
LARGEST = 1 << 40


def kind_of(element: Element) -> str:
    """image, video, audio or "": sites call player pages "video/mp4" and PNGs "image/jpeg", so the path has a say."""
    url = element.get("url") or element.get("href")
    if not url:
        return ""
    path = split(url).path
    medium = element.get("medium").lower() or element.get("type").lower().split("/")[0]
    if medium in ("image", "video", "audio"):
        return "image" if medium != "image" and IMAGE_PATH.search(path) else medium
    for kind, pattern in (("image", IMAGE_PATH), ("video", VIDEO_PATH), ("audio", AUDIO_PATH)):
        if pattern.search(path):
            return kind
    if element.name != "media:content":
        return ""
    if PLAYER.search(url) or "flash" in element.get("type"):
        return "video"
    return "" if element.get("type") or medium else "image"


def video_kind(url: str, mime: str = "") -> AttachmentKind:
    """What is called a video may be a page or a stream."""
    path = split(url).path
    if VIDEO_PATH.search(path) and not NO_FILE.search(path):
        return AttachmentKind.VIDEO
    if NO_FILE.search(path) or PAGE.search(url) or "flash" in mime or "html" in mime or "mpegurl" in mime:
        return AttachmentKind.PLAYER
    return AttachmentKind.VIDEO


def declared(element: Element, kind: str) -> Attachment:
    """The video or audio of an enclosure or media:content."""
    url = element.get("url") or element.get("href")
    mime = element.get("type") if "/" in element.get("type") else ""
    cover = next((child.get("url") for child in element.children if child.name == "media:thumbnail"), "")
    return Attachment(
        AttachmentKind.AUDIO if kind == "audio" else video_kind(url, mime.lower()),
        url,
        mime=mime.lower(),
        size=whole(element.get("length") or element.get("fileSize")),
        seconds=duration(element.get("duration")),
        cover=cover,
        title=plain(element.text_of("media:title")),
    )


def whole(number: str) -> int | None:
    """A count of bytes; 0 stands for one that the site does not know."""
    number = number.strip()
    return int(number) if re.fullmatch(r"\d{1,13}", number) and 0 < int(number) <= LARGEST else None


def duration(said: str) -> int | None:
    """Seconds of "5025", "83:45" or "01:23:45"."""
    found = re.fullmatch(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,9})(?:\.\d*)?", said.strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return (total if total <= LONGEST else total // 1000) or None


def gather(attachments: Iterable[Attachment], base: str) -> tuple[Attachment, ...]:
    """Each address once, in order, with whatever any of its mentions tells; those that nobody can open are left out."""
    gathered: dict[str, Attachment] = {}
    for one in attachments:
        # An empty address counted from the base would be the article's own.
        if one.url and (url := absolute(one.url, base)):
            one = replace(one, url=url, cover=one.cover and absolute(one.cover, base))
            known = gathered.get(same(url))
            gathered[same(url)] = _both(known, one) if known else one
    return tuple(gathered.values())[:MOST_ATTACHMENTS]


def same(url: str) -> str:
    """What the addresses of one file have in common: WordPress adds "?_=1" to those that its players play."""
    return re.sub(r"[?&]_=\d+$", "", url.partition(":")[2])


def _both(known: Attachment, other: Attachment) -> Attachment:
    return replace(
        known,
        mime=known.mime or other.mime,
        size=known.size or other.size,
        seconds=known.seconds or other.seconds,
        cover=known.cover or other.cover,
        title=known.title or other.title,
        performer=known.performer or other.performer,
    )
