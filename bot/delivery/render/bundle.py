"""Several articles as one post: what a reader missed, or a digest. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.post import TEXT_LIMIT, TextPost, length
from bot.delivery.render.card import photo_lines
from bot.delivery.render.classic import Piece, escape, fits, joined, link, piece
from bot.delivery.render.edition import Edition
from bot.delivery.render.media import best_photo
from bot.delivery.render.sections import by_section, in_sections
from bot.delivery.render.words import cut, marked, runs_right_to_left
from bot.model.articles import Article, Category
from bot.model.language import Language
from bot.texts import Texts

MISSED, DIGEST = "bundle.title", "digest.title"
"""What stands at the top: a key of the catalogues, plural by the number of articles."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of each article is told."""

    articles: int | None = None
    """How many are named; None: all of them."""
    title: int = 50
    lead: int = 0
    """UTF-16 units of the first one's; 0: none."""


ROOMS = [_Room(title=200, lead=lead) for lead in (300, 150, 0)] + [
    _Room(title=title) for title in (150, 120, 90, 70, 50)
]
"""From the most that is told to the least."""


def bundle(
    articles: Sequence[Article],
    language: Language,
    texts: Texts,
    keyboard: InlineKeyboardMarkup | None,
    *,
    now: datetime,
    zone: tzinfo,
    title_key: str = MISSED,
) -> TextPost:
    """By section, under its name and days: numbered, linked headlines; of the first the lead; a photo above it all
    with its credit. Within 4,096 characters however many there are: the lead goes first, then headlines are cut, then
    the last articles only count. Numbers follow `in_sections`, as the keyboard's must."""
    edition = Edition(language, texts, now, zone)
    ordered = in_sections(articles)
    pictured = next((article for article in ordered if best_photo(article)), None)

    def told(room: _Room) -> list[Piece]:
        return _pieces(ordered, room, pictured, edition, title_key)

    pieces = next((made for room in ROOMS if fits(made := told(room), TEXT_LIMIT)), None)
    if pieces is None:
        most = bisect_right(range(1, len(ordered)), False, key=lambda n: not fits(told(_Room(n)), TEXT_LIMIT))
        pieces = told(_Room(max(1, most)))
    photo = best_photo(pictured) if pictured else None
    return TextPost(joined(pieces), keyboard=keyboard, preview_url=photo.url if photo else None)


def _pieces(
    articles: Sequence[Article], room: _Room, pictured: Article | None, edition: Edition, title_key: str
) -> list[Piece]:
    pieces = [piece(edition.count(title_key, len(articles)), "b")]
    number = 0
    for category, found in by_section(articles[: room.articles]):
        pieces.append(_heading(category, found, edition))
        apart = False
        for at, article in enumerate(found):
            number += 1
            line, *about = _about(article, number, room, pictured, edition)
            gap = "\n\n" if apart or (at and about) else "\n"
            pieces += [replace(line, gap=gap), *about]
            apart = bool(about)
    if left := len(articles) - number:
        pieces.append(piece(edition.count("bundle.more", left)))
    return pieces


def _heading(category: Category | None, articles: Sequence[Article], edition: Edition) -> Piece:
    name = category.name(edition.language) if category else edition.get("bundle.other")
    moments = [article.published_at for article in articles]
    days = edition.days(min(moments), max(moments))
    name = cut(name, 100)
    return Piece(f"<b>{escape(name)}</b> · {escape(days)}", length(f"{name} · {days}"), 1)


def _about(article: Article, number: int, room: _Room, pictured: Article | None, edition: Edition) -> list[Piece]:
    """The headline's line, the lead of the first, and whose photo stands above."""
    rtl = runs_right_to_left(article.title)
    title = cut(article.title, room.title)
    line = Piece(
        marked(f"{number}. ", rtl=rtl) + link(article.link, escape(title)), length(f"{number}. {title}") + rtl, 1
    )
    about = [line]
    if number == 1 and room.lead and article.lead:
        about.append(piece(article.lead.replace("\n", " "), limit=room.lead, rtl=rtl, gap="\n"))
    if article is pictured and (photo := best_photo(article)):
        about += [replace(one, gap="\n") for one in photo_lines(article, photo, edition, "i", rtl=rtl)]
    return about
