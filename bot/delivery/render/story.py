"""A whole article as the sequence of parts in which it is read, whatever form it takes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.delivery.links import host_of, opens
from bot.delivery.post import RICH_MEDIA
from bot.delivery.render.edition import Edition
from bot.delivery.render.media import usable_photos
from bot.delivery.render.words import readable, repeats
from bot.model.articles import Article, AttachmentKind, Photo
from bot.model.body import (
    Block,
    Code,
    Embed,
    Heading,
    Item,
    Paragraph,
    PhotoPlace,
    Quote,
    Row,
    Rule,
    Run,
    text_of,
    words,
    words_of,
)

TITLE_LIMIT, AUTHOR_LIMIT = 1_000, 200
MOST_SECTIONS = 3
SURE_LEAD = 600
"""Characters of a lead that most cards show whole."""
SIGNS = {
    AttachmentKind.VIDEO: "reading.video",
    AttachmentKind.PLAYER: "reading.video",
    AttachmentKind.AUDIO: "reading.audio",
    None: "reading.page",
}

NAMES = {AttachmentKind.VIDEO: "reading.video_file", AttachmentKind.AUDIO: "reading.audio_file"}
"""Of files without a title; of a page its site says more."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """One photo, or several that stand together."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A video, audio or page that is opened elsewhere."""

    url: str
    title: str
    kind: AttachmentKind | None
    """None: just a page."""

    @property
    def key(self) -> str:
        """Of the catalogues' text with its sign."""
        return SIGNS[self.kind]

    def label(self, edition: Edition) -> str:
        """Its title, else what it is, where the sign does not tell enough."""
        if title := readable(self.title).strip():
            return title
        return edition.get(NAMES[self.kind]) if self.kind in NAMES else host_of(self.url)


Part = Paragraph | Heading | Quote | Code | Rule | Gallery | Listing | Table | Link


@dataclass(frozen=True, slots=True)
class Story:
    parts: tuple[Part, ...]
    left_out: int
    """Photos beyond those that a rich message can show: those at the end of the article's photos."""


def tell(article: Article) -> Story:
    """Photo, lead (unless it is in the text), text with all that stands in it, video and audio that it doesn't name.
    Photos that have no place in the text come first when the best one is among them and no other stands at the
    beginning, else after the text. Parts with nothing to read or see are left out."""
    usable = usable_photos(article)
    places = {photo.url: photo for photo in usable[:RICH_MEDIA]}
    body = [block for block in article.body if _is_there(block, places)]
    standing = {block.url for block in body if isinstance(block, PhotoPlace)}
    loose = [PhotoPlace(url) for url in places if url not in standing]
    begins = next((at for at, block in enumerate(body) if not isinstance(block, PhotoPlace)), len(body))
    leading = not begins and loose[:1] == [PhotoPlace(url) for url in places][:1]
    top, rest = (loose, body) if leading else (body[:begins], [*body[begins:], *loose])
    if article.lead.strip() and not repeats(text_of(article.body), article.lead):
        rest = [Paragraph((Run(article.lead),)), *rest]
    parts = _parts([*top, *rest, *_unnamed(article, body)], places, _kinds(article))
    return Story(tuple(parts), max(0, len(usable) - RICH_MEDIA))


def says_more(article: Article) -> bool:
    """Whether there is more to read than its card says: a longer text, or a lead too long for it."""
    return len(text_of(article.body)) > len(article.lead) or len(article.lead) > SURE_LEAD


def sections_of(article: Article, edition: Edition) -> str:
    return " · ".join(dict.fromkeys(category.name(edition.language) for category in article.categories[:MOST_SECTIONS]))


def _is_there(block: Block, places: dict[str, Photo]) -> bool:
    match block:
        case PhotoPlace(url):
            return url in places
        case Embed(url):
            return opens(url)
        case Rule():
            return True
        case Row(cells):
            return any(words(cell).strip() for cell in cells)
    return bool(words_of(block).strip())


def _unnamed(article: Article, body: Iterable[Block]) -> list[Embed]:
    named = {block.url for block in body if isinstance(block, Embed)}
    return [Embed(one.url, one.title) for one in article.attachments if one.url not in named and opens(one.url)]


def _kinds(article: Article) -> dict[str, AttachmentKind]:
    return {one.url: one.kind for one in article.attachments}


def _parts(blocks: Iterable[Block], places: dict[str, Photo], kinds: dict[str, AttachmentKind]) -> list[Part]:
    """Neighbours that are one list, table or gallery are put together; a photo is shown once."""
    shown = dict(places)
    parts: list[Part] = []
    for block in blocks:
        last = parts[-1] if parts else None
        match block, last:
            case PhotoPlace(url), Gallery(photos) if url in shown:
                parts[-1] = Gallery((*photos, shown.pop(url)))
            case PhotoPlace(url), _:
                parts += [Gallery((shown.pop(url),))] if url in shown else []
            case Item(), Listing(items):
                parts[-1] = Listing((*items, block))
            case Item(), _:
                parts.append(Listing((block,)))
            case Row(), Table(rows):
                parts[-1] = Table((*rows, block))
            case Row(), _:
                parts.append(Table((block,)))
            case Embed(url, title), _:
                parts.append(Link(url, title, kinds.get(url)))
            case Rule(), None | Rule():
                pass
            case ((Paragraph() | Heading() | Quote() | Code() | Rule()), _):
                parts.append(block)
    return parts[:-1] if parts and isinstance(parts[-1], Rule) else parts
