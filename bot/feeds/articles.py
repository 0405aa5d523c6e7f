"""Entries of a feed → articles: identities and labels are decided among all of them, the rest for each alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.feeds.blocks import Image
from bot.feeds.body import make_body
from bot.feeds.categories import choose_labels
from bot.feeds.clean import paragraphs, read_blocks
from bot.feeds.dates import read_date
from bot.feeds.entry import Channel, Entry
from bot.feeds.identity import Identity, Marks, identify
from bot.feeds.language import article_language
from bot.feeds.media import find_media
from bot.feeds.photos import absolute
from bot.feeds.words import shorten
from bot.model.articles import Attachment, AttachmentKind, CategoryLabel, ParsedArticle
from bot.model.body import text_of

TITLE_LIMIT = 300
LEAD_LIMIT = 600
NO_AUTHOR = re.compile(r"(?:фото|photo|сурет)\s*:", re.IGNORECASE)


def make_articles(
    channel: Channel, entries: Sequence[Entry], *, zone: tzinfo, now: datetime
) -> tuple[tuple[ParsedArticle, ...], int]:
    """The articles, oldest first, each identity once; and how many entries had neither title nor text."""
    marks = [Marks(entry.guid, absolute(entry.link, channel.base), entry.title, entry.html[:1000]) for entry in entries]
    labels = choose_labels([entry.labels for entry in entries])
    articles: dict[bytes, ParsedArticle] = {}
    empty = 0
    for entry, mark, identity, chosen in zip(entries, marks, identify(marks), labels, strict=True):
        if identity.identity in articles:
            continue
        article = _article(channel, entry, mark.link, identity, chosen, read_date(entry.date, zone, now))
        if article is None:
            empty += 1
        else:
            articles[identity.identity] = article
    # Feeds list the newest first, which decides where dates are equal or missing.
    listed = list(articles.values())[::-1]
    return tuple(sorted(listed, key=lambda one: one.published_at or now)), empty


def _article(
    channel: Channel,
    entry: Entry,
    link: str,
    identity: Identity,
    labels: tuple[CategoryLabel, ...],
    published_at: datetime | None,
) -> ParsedArticle | None:
    base = absolute(entry.base, channel.base) or channel.base
    blocks = read_blocks(entry.html, base)
    summary = blocks if entry.summary == entry.html else read_blocks(entry.summary, base)
    words = paragraphs(blocks)
    headline = _headline(entry.title, words)
    if not headline:
        return None
    only_there = [block for block in summary if isinstance(block, Image) and block not in blocks]
    media = find_media(
        entry.raw,
        [*blocks, *only_there],
        base,
        headline,
        channel_image=channel.image,
        attached=entry.extra_attachments,
    )
    media.photos += [photo for photo in entry.extra_photos if photo.url not in {one.url for one in media.photos}]
    lead = choose_lead(paragraphs(summary), headline, words)
    body = make_body(blocks, headline, media, base)
    return ParsedArticle(
        identity=identity.identity,
        title=headline,
        link=link,
        link_key=identity.link_key,
        lead=lead,
        body=body if len(text_of(body)) > len(lead) else (),
        author="" if NO_AUTHOR.match(entry.author) else entry.author,
        language=article_language(channel.language, f"{headline} {lead}"),
        published_at=published_at,
        labels=labels,
        photos=tuple(media.photos),
        attachments=tuple(_named(one, headline, channel.title) for one in media.attachments),
    )


def _named(attachment: Attachment, headline: str, channel: str) -> Attachment:
    """A recording has a title and a performer wherever it is played."""
    if attachment.kind is not AttachmentKind.AUDIO:
        return attachment
    return replace(attachment, title=attachment.title or headline, performer=attachment.performer or channel)


def _headline(title: str, words: Sequence[str]) -> str:
    """The title; of an entry without one the first sentence of its text."""
    if not title and words:
        title = re.split(r"(?<=[.!?…])\s", words[0])[0]
    return shorten(title, TITLE_LIMIT)


def choose_lead(summary: Sequence[str], headline: str, words: Sequence[str]) -> str:
    """The summary leads when it is one; of a summary that is the article the beginning does."""
    lead = ""
    for paragraph in _without_title(summary, headline) or _without_title(words, headline):
        if lead and len(lead) + len(paragraph) > LEAD_LIMIT:
            break
        lead = f"{lead}\n{paragraph}" if lead else paragraph
        if len(lead) >= LEAD_LIMIT // 2:
            break
    return shorten(lead, LEAD_LIMIT)


def _without_title(words: Sequence[str], headline: str) -> list[str]:
    folded = headline.casefold().strip(" .…")
    return [word for word in words if word.casefold().strip(" .…") != folded]
