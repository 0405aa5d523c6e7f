"""A whole article inside Telegram: one rich message, and the same as classic texts. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.links import host_of, opens
from bot.delivery.post import RICH_BLOCKS, RICH_TEXT_LIMIT, RichPost
from bot.delivery.render.classic import cut_runs
from bot.delivery.render.edition import Edition
from bot.delivery.render.plain import plain
from bot.delivery.render.rich import (
    Json,
    RichText,
    count,
    letters,
    lists,
    moment_text,
    paragraph,
    photo_blocks,
    rich_text,
    table,
)
from bot.delivery.render.story import (
    AUTHOR_LIMIT,
    TITLE_LIMIT,
    Gallery,
    Link,
    Listing,
    Part,
    Story,
    Table,
    sections_of,
    tell,
)
from bot.delivery.render.words import cut, readable, runs_right_to_left
from bot.model.articles import Article
from bot.model.body import Code, Heading, Paragraph, Quote, Rule
from bot.model.language import Language
from bot.texts import Texts

WORTH_CUTTING = 300
"""Less room than this is left empty rather than filled with the beginning of a paragraph."""


def reading(
    article: Article,
    language: Language,
    texts: Texts,
    keyboard: InlineKeyboardMarkup | None,
    *,
    now: datetime,
    zone: tzinfo,
) -> RichPost:
    """Headline, section, photos with captions and credits, text with all that stands in it, and the source.

    At most 20 media, 32,768 characters and 500 blocks; what doesn't fit is a link to the rest on the site. `fallback`
    has the same as at most 12 classic texts."""
    edition = Edition(language, texts, now, zone)
    story = tell(article)
    rtl = runs_right_to_left(article.title + article.lead)
    blocks = _blocks(article, story, edition)
    shown = [photo for part in story.parts if isinstance(part, Gallery) for photo in part.photos]
    by_media = {photo.file_id or photo.url: photo.url for photo in shown}
    media = tuple(by_media[media] for media in _media(blocks))
    return RichPost(tuple(blocks), media, keyboard, rtl, plain(article, story, edition, keyboard, rtl=rtl))


def _media(blocks: Sequence[Json]) -> list[str]:
    """Of all photos in the blocks, in order."""
    found: list[str] = []
    for block in blocks:
        found += [block["photo"]["media"]] if "photo" in block else _media(block.get("blocks", ()))
    return found


def _blocks(article: Article, story: Story, edition: Edition) -> list[Json]:
    head, foot = _head(article, edition), _foot(article, story, edition)
    rest = _rest(article, edition)
    room = _Room([*head, *rest, *foot])
    body: list[Json] = []
    for part in story.parts:
        blocks = _made(part, edition)
        if not room.takes(blocks):
            body += _shortened(part, room, edition)
            while body and body[-1]["type"] in ("heading", "divider"):
                body.pop()
            return [*head, *body, *rest, *foot]
        body += blocks
    return [*head, *body, *foot]


class _Room:
    """What is left of a rich message's limits."""

    def __init__(self, taken: Sequence[Json]) -> None:
        self.letters = RICH_TEXT_LIMIT - letters(list(taken))
        self.blocks = RICH_BLOCKS - sum(map(count, taken))

    def fits(self, blocks: Sequence[Json]) -> bool:
        return letters(list(blocks)) <= self.letters and sum(map(count, blocks)) <= self.blocks

    def takes(self, blocks: Sequence[Json]) -> bool:
        """Whether they fit; if so, they have the room from now on."""
        if not self.fits(blocks):
            return False
        self.letters -= letters(list(blocks))
        self.blocks -= sum(map(count, blocks))
        return True


def _head(article: Article, edition: Edition) -> list[Json]:
    blocks: list[Json] = [{"type": "heading", "size": 1, "text": readable(cut(article.title, TITLE_LIMIT))}]
    if sections := sections_of(article, edition):
        blocks.append(paragraph(readable(sections)))
    if article.updated_at:
        before, after = edition.around("card.updated", "date")
        blocks.append(paragraph([before, moment_text(article.updated_at, edition.moment(article.updated_at)), after]))
    return blocks


def _rest(article: Article, edition: Edition) -> list[Json]:
    said = edition.get("reading.rest")
    return [paragraph({"type": "url", "text": said, "url": article.link} if opens(article.link) else "…")]


def _foot(article: Article, story: Story, edition: Edition) -> list[Json]:
    blocks = []
    if story.left_out:
        said = edition.count("reading.photos", story.left_out)
        blocks.append(paragraph({"type": "url", "text": said, "url": article.link} if opens(article.link) else said))
    line: list[RichText] = []
    if host := host_of(article.link):
        before, after = edition.around("reading.source", "site")
        line += [before, {"type": "url", "text": readable(host), "url": article.link}, f"{after} · "]
    if article.author:
        line.append(f"{readable(cut(article.author, AUTHOR_LIMIT))} · ")
    line.append(moment_text(article.published_at, edition.moment(article.published_at)))
    return [*blocks, {"type": "footer", "text": line}]


def _made(part: Part, edition: Edition) -> list[Json]:
    match part:
        case Paragraph(runs):
            return [paragraph(rich_text(runs))]
        case Heading(runs, level):
            return [{"type": "heading", "size": min(max(level, 2), 6), "text": rich_text(runs)}]
        case Quote(runs, credit):
            quote: Json = {"type": "blockquote", "blocks": [paragraph(rich_text(runs))]}
            return [quote | {"credit": readable(credit)} if credit else quote]
        case Code(text, code_language):
            pre: Json = {"type": "pre", "text": readable(text)}
            return [pre | {"language": readable(code_language)} if code_language else pre]
        case Listing(items):
            return lists(items)
        case Table(rows):
            return [table(rows)]
        case Gallery(photos):
            return [photo_blocks(photos, edition.language, edition.texts)]
        case Link(url):
            before, after = edition.around(part.key, "title")
            return [paragraph([before, {"type": "url", "text": readable(part.label(edition)), "url": url}, after])]
        case Rule():
            return [{"type": "divider"}]


def _shortened(part: Part, room: _Room, edition: Edition) -> list[Json]:
    """The beginning of a part that doesn't fit whole, as much as does."""
    limit = room.letters
    shorter: Part | None = None
    match part:
        case Paragraph(runs) | Quote(runs) if limit >= WORTH_CUTTING:
            shorter = replace(part, runs=cut_runs(runs, limit))
        case Code(text) if limit >= WORTH_CUTTING:
            shorter = replace(part, text=cut(text, limit))
        case Listing(items):
            fitting = bisect_right(range(len(items)), False, key=lambda n: not room.fits(lists(items[: n + 1])))
            shorter = Listing(items[:fitting])
        case Table(rows):
            fitting = bisect_right(range(len(rows)), False, key=lambda n: not room.fits([table(rows[: n + 1])]))
            shorter = Table(rows[:fitting]) if fitting else None
    blocks = _made(shorter, edition) if shorter else []
    return blocks if room.takes(blocks) else []
