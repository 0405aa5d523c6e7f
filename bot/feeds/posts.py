"""Posts of social networks that stand in an article. Pure.

What the site has of them is their text, which is quoted, or only their address, which is linked: the rest would be
shown by their own scripts.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from bot.feeds.blocks import Player
from bot.feeds.embeds import LONGEST_TITLE
from bot.feeds.runs import PLAIN, join
from bot.feeds.words import tidy
from bot.model.articles import Attachment, AttachmentKind
from bot.model.body import Embed, Quote, Run, Runs

SIGNED = re.compile(r"\b(?:twitter-(?:tweet|video)|bluesky-embed|mastodon-embed)\b")
"""A quote with its author and date at the end, as any other quote."""
WRAPPED = re.compile(r"\b(?:instagram-media|tiktok-embed|reddit-(?:embed-bq|card)|text-post-media|fb-(?:post|video))\b")
"""Among buttons and shapes that the network draws."""
ADDRESSES = ("data-instgrm-permalink", "data-text-post-permalink", "data-href", "cite")
TELEGRAM = re.compile(r"\w+/\d+")


def read_post(node: LexborNode, classes: str) -> Quote | Embed | Player | None:
    """None: this is none, or one that reads as any quote does."""
    if node.tag == "script":
        named = node.attributes.get("data-telegram-post") or ""
        return Embed(f"https://t.me/{named}") if TELEGRAM.fullmatch(named) else None
    if WRAPPED.search(classes):
        return _wrapped(node, classes)
    if SIGNED.search(classes) and all(_is_empty(child) for child in node.iter(include_text=True)):
        url = next((href for link in node.iter() if (href := link.attributes.get("href"))), "")
        return Embed(url) if url else None
    return None


def _is_empty(node: LexborNode) -> bool:
    """A link that the network's script would make a post of, or the space around it."""
    inside = node if node.tag == "-text" else node.child if node.tag == "a" else None
    return (inside is None and node.tag == "a") or (inside is not None and not (inside.text_content or "x").strip())


def _wrapped(node: LexborNode, classes: str) -> Quote | Embed | Player | None:
    url = next((value for name in ADDRESSES if (value := node.attributes.get(name))), "").partition("?utm_")[0]
    if not url.startswith("https://"):
        return None
    links = _told(node, "a")
    if "fb-video" in classes:
        return Player(Attachment(AttachmentKind.PLAYER, url, title=links[-1] if links else ""))
    texts = _told(node, "p")
    if "instagram" in classes and len(texts) > 1:
        return Quote(_linked(texts[:-1], url), texts[-1][:LONGEST_TITLE])
    if "tiktok" in classes and texts:
        return Quote(_linked(texts, url), links[0][:LONGEST_TITLE] if links else "")
    return Embed(url, (texts or links or [""])[-1][:LONGEST_TITLE])


def _linked(texts: list[str], url: str) -> Runs:
    return join([(Run(text, PLAIN, url),) for text in texts], "\n\n")


def _told(node: LexborNode, tag: str) -> list[str]:
    return [said for one in node.css(tag) if (said := tidy(one.text()))]
