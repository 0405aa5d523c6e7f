"""Players and files that play, as they stand in an article. Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from bot.feeds.attachments import AUDIO_PATH, PLAYER, VIDEO_PATH, video_kind
from bot.feeds.blocks import Player
from bot.feeds.images import HIDDEN
from bot.feeds.photos import IMAGE_PATH, JUNK_HOST, split
from bot.feeds.words import tidy
from bot.model.articles import Attachment, AttachmentKind
from bot.model.body import Embed

FRAMES = frozenset(("iframe", "amp-iframe", "embed", "object", "oembed", "amp-youtube", "lite-youtube"))
FILES = frozenset(("video", "amp-video", "audio", "amp-audio"))
VIDEO_ID = ("data-videoid", "videoid")
"""Attributes that name a YouTube video."""
SOURCES = ("src", "data-src", "data-lazy-src", "data", "url")
NO_ADDRESS = ("about:", "data:", "javascript:", "blob:")
JUNK = re.compile(
    r"googletagmanager|doubleclick|googlesyndication|/plugins/(?:like|share|follow|page|comments|send)\b"
    r"|platform\.twitter\.com/widgets/(?:tweet|follow)_button|vk\.com/widget_(?:like|comm|group|sub)",
    re.IGNORECASE,
)
NO_PLAYER = re.compile(
    r"//(?:[\w-]+\.)*(?:(?:twitter|x|instagram|threads|t|telegram|pinterest|reddit|bsky)\.(?:com|net|me|org|app)/"
    r"|google\.[\w.]+/maps|docs\.google\.|yandex\.\w+/(?:map|forms)|facebook\.com/plugins/post|datawrapper\."
    r"|flourish\.studio|infogram\.|infogr\.am|public\.tableau|typeform\.com)",
    re.IGNORECASE,
)
"""Pages in a frame that play nothing: posts, maps, forms, charts."""
TELEGRAM = re.compile(r"(?:https?:)?//(?:t\.me|telegram\.me)/(\w+/\d+)(?:\?.*)?", re.IGNORECASE)
LONGEST_TITLE = 200


def read_frame(node: LexborNode) -> Player | Embed | None:
    """What an iframe, embed or object shows; None for advertisements, counters, buttons and pictures."""
    attributes = node.attributes
    title = tidy(attributes.get("title") or "")[:LONGEST_TITLE]
    if video := next((video for name in VIDEO_ID if (video := attributes.get(name))), ""):
        return Player(Attachment(AttachmentKind.PLAYER, f"https://www.youtube.com/watch?v={video}", title=title))
    url = _source(node)
    parts = split(url)
    if not url or JUNK_HOST.search(parts.netloc.lower()) or JUNK.search(url):
        return None
    if HIDDEN.search(attributes.get("style") or "") or IMAGE_PATH.search(parts.path) or parts.path.endswith(".svg"):
        return None
    if found := TELEGRAM.fullmatch(url):
        return Embed(f"https://t.me/{found.group(1)}", title)
    if NO_PLAYER.search(url) or (node.tag in ("embed", "object") and not _plays(node, url)):
        return Embed(url, title)
    return Player(Attachment(_kind(url), url, title=title))


def read_file(node: LexborNode) -> Player | None:
    """A video or audio element: the source that Telegram takes best."""
    attributes = node.attributes
    sources = [(_source(node), attributes.get("type") or "")]
    sources += [(_source(source), source.attributes.get("type") or "") for source in node.css("source")]
    offered = [(url, mime.partition(";")[0].strip().lower()) for url, mime in sources if url]
    if not offered:
        return None
    url, mime = max(offered, key=lambda one: bool(re.search(r"\.(?:mp4|mp3|m4a)(?:$|\?)|mp4|mpeg$", " ".join(one))))
    sound = (node.tag or "").endswith("audio")
    kind = AttachmentKind.AUDIO if sound else video_kind(url, mime)
    title = tidy(attributes.get("title") or attributes.get("aria-label") or "")[:LONGEST_TITLE]
    return Player(Attachment(kind, url, mime=mime, cover=tidy(attributes.get("poster") or ""), title=title))


def _source(node: LexborNode) -> str:
    attributes = node.attributes
    found = [tidy(attributes.get(name) or "") for name in SOURCES]
    if node.tag == "object":
        found += [
            tidy(param.attributes.get("value") or "") for param in node.css('param[name="movie"], param[name="src"]')
        ]
        found += [_source(inner) for inner in node.css("embed")[:1]]
    return next((url for url in found if url and not url.lower().startswith(NO_ADDRESS)), "")


def _plays(node: LexborNode, url: str) -> bool:
    mime = (node.attributes.get("type") or "").lower()
    return mime.startswith(("video/", "audio/", "application/x-shockwave")) or bool(PLAYER.search(url))


def _kind(url: str) -> AttachmentKind:
    path = split(url).path
    if AUDIO_PATH.search(path):
        return AttachmentKind.AUDIO
    return video_kind(url) if VIDEO_PATH.search(path) else AttachmentKind.PLAYER
