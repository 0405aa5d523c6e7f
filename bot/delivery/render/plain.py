"""A whole article as classic texts, for readers without rich messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.links import host_of, opens
from bot.delivery.post import TEXT_LIMIT, TextPost
from bot.delivery.render.card import updated_line
from bot.delivery.render.classic import Piece, escape, fits, joined, moment_piece, piece, portions, runs_piece
from bot.delivery.render.edition import Edition
from bot.delivery.render.media import best_photo
from bot.delivery.render.story import AUTHOR_LIMIT, TITLE_LIMIT, Gallery, Link, Listing, Part, Story, Table, sections_of
from bot.model.articles import Article, Photo
from bot.model.body import Code, Heading, Item, Paragraph, Quote, Row, Rule, Run, Runs, Style
from bot.model.language import Language
from bot.texts import Texts

MOST_TEXTS = 12
"""More messages in a row than this are no reading any more."""
INDENT = "\u00a0" * 4


def plain(
    article: Article, story: Story, edition: Edition, keyboard: InlineKeyboardMarkup | None, *, rtl: bool
) -> tuple[TextPost, ...]:
    """The story as at most 12 texts, cut between its parts where that is possible; the best photo is the first one's
    preview (and has no line when nothing is said about it), the keyboard is under the last one."""
    photo = best_photo(article)
    unsaid = Gallery((photo,)) if photo and not (photo.caption or photo.credit) else None
    told = _head(article, edition, rtl=rtl)
    told += [one for part in story.parts if part != unsaid for one in _pieces(part, edition, rtl=rtl)]
    texts = packed(told, _foot(article, story, edition, rtl=rtl), _rest(article, edition, rtl=rtl))
    posts = [TextPost(joined(pieces)) for pieces in texts]
    posts[0] = replace(posts[0], preview_url=photo.url if photo and opens(photo.url) else None)
    posts[-1] = replace(posts[-1], keyboard=keyboard)
    return tuple(posts)


def packed(told: Sequence[Piece], foot: Sequence[Piece], rest: Piece) -> list[list[Piece]]:
    """The pieces of each text; `rest` takes the place of what is beyond the last one, `foot` is the end of it."""
    texts: list[list[Piece]] = [[]]
    for one in [*told, *foot]:
        if fits([*texts[-1], one], TEXT_LIMIT):
            texts[-1].append(one)
            continue
        if len(texts) == MOST_TEXTS:
            last = [kept for kept in texts[-1] if kept not in foot]
            while last and (last[-1].leads or not fits([*last, rest, *foot], TEXT_LIMIT)):
                last.pop()
            return [*texts[:-1], [*last, rest, *foot]]
        alone = len(texts[-1]) == 1 or not texts[-1][-1].leads or not fits([texts[-1][-1], one], TEXT_LIMIT)
        texts.append([one] if alone else [texts[-1].pop(), one])
    return texts


def _head(article: Article, edition: Edition, *, rtl: bool) -> list[Piece]:
    pieces = [piece(article.title, "b", limit=TITLE_LIMIT, rtl=rtl)]
    if sections := sections_of(article, edition):
        pieces.append(piece(sections, rtl=rtl, gap="\n"))
    if article.updated_at:
        pieces.append(updated_line(article.updated_at, edition, rtl=rtl, gap="\n"))
    return pieces


def _rest(article: Article, edition: Edition, *, rtl: bool) -> Piece:
    if not opens(article.link):
        return piece("…")
    return runs_piece((Run(edition.get("reading.rest"), url=article.link),), rtl=rtl)


def _foot(article: Article, story: Story, edition: Edition, *, rtl: bool) -> list[Piece]:
    foot = []
    if story.left_out:
        said = edition.count("reading.photos", story.left_out)
        foot.append(runs_piece((Run(said, url=article.link),), rtl=rtl))
    line = []
    if host := host_of(article.link):
        before, after = edition.around("reading.source", "site")
        runs = (Run(before), Run(host, url=article.link), Run(after))
        line.append(runs_piece(tuple(run for run in runs if run.text), rtl=rtl))
    if article.author:
        line.append(piece(article.author, limit=AUTHOR_LIMIT, rtl=rtl and not line, gap=" · " if line else "\n\n"))
    said = edition.moment(article.published_at)
    line.append(moment_piece(article.published_at, said, rtl=rtl and not line, gap=" · " if line else "\n\n"))
    return [*foot, _together(line)]


def _together(line: Sequence[Piece]) -> Piece:
    """One piece of several that stay in one line."""
    units = sum(one.units for one in line) + sum(len(one.gap) for one in line[1:])
    return Piece(joined(line), units, sum(one.entities for one in line), line[0].gap)


def _pieces(part: Part, edition: Edition, *, rtl: bool) -> list[Piece]:
    match part:
        case Paragraph(runs):
            return _flow(runs, rtl=rtl)
        case Heading(runs):
            bold = [replace(run, styles=(run.styles - {Style.CODE}) | {Style.BOLD}) for run in runs]
            return [replace(one, leads=True) for one in _flow(bold, rtl=rtl)]
        case Quote(runs, credit):
            said = (*runs, Run(f"\n— {credit}")) if credit else runs
            return [_in_tag(one, "blockquote") for one in _flow(said, rtl=rtl, gap="\n")]
        case Code(text, language):
            return [_code(one, language) for one in _flow((Run(text),), rtl=False, gap="\n")]
        case Listing(items):
            return _lines([_item(item) for item in items], rtl=rtl)
        case Table(rows):
            return _lines([("", _row(row)) for row in rows], rtl=rtl)
        case Gallery(photos):
            return pictures(photos, edition.language, edition.texts, rtl=rtl)
        case Link(url):
            before, after = edition.around(part.key, "title")
            runs = (Run(before), Run(part.label(edition), url=url), Run(after))
            return [runs_piece([run for run in runs if run.text], rtl=rtl)]
        case Rule():
            return [piece("* * *", rtl=rtl)]


def _flow(runs: Sequence[Run], *, rtl: bool, gap: str = " ", before: str = "") -> list[Piece]:
    """A paragraph, in portions when it is too long for one message; `gap` is what stood between them."""
    pieces = [
        runs_piece(one, rtl=rtl, gap=gap, before="" if at else before) for at, one in enumerate(portions(runs, rtl=rtl))
    ]
    return [replace(pieces[0], gap="\n\n"), *pieces[1:]]


def _lines(lines: Iterable[tuple[str, Runs]], *, rtl: bool) -> list[Piece]:
    """Each in a line of its own, without empty ones between them."""
    pieces: list[Piece] = []
    for before, runs in lines:
        flow = _flow(runs, rtl=rtl, before=before)
        pieces += [replace(flow[0], gap="\n"), *flow[1:]] if pieces else flow
    return pieces


def _item(item: Item) -> tuple[str, Runs]:
    sign = "•" if item.number is None else f"{item.number}."
    return f"{INDENT * item.depth}{sign} ", item.runs


def _row(row: Row) -> Runs:
    runs: list[Run] = []
    for at, cell in enumerate(row.cells):
        runs += [Run(" | ")] if at else []
        shown = cell or (Run("—"),)
        runs += [replace(run, styles=run.styles | {Style.BOLD}) for run in shown] if row.header else shown
    return tuple(runs)


def pictures(photos: Sequence[Photo], language: Language, texts: Texts, *, rtl: bool) -> list[Piece]:
    """A line for each photo: its caption, which opens it, and its credit."""
    before, after = texts.around(language, "reading.picture", "caption")
    unnamed = texts.get(language, "reading.photo")
    lines = []
    for photo in photos:
        credit = f" — {photo.credit}" if photo.credit else ""
        runs = (Run(before), Run(photo.caption or unnamed, url=photo.url), Run(after + credit))
        lines.append(("", tuple(run for run in runs if run.text)))
    return _lines(lines, rtl=rtl)


def _in_tag(one: Piece, tag: str) -> Piece:
    return replace(one, html=f"<{tag}>{one.html}</{tag}>", entities=one.entities + 1)


def _code(one: Piece, language: str) -> Piece:
    if not re.fullmatch(r"[\w+#.-]{1,30}", language):
        return _in_tag(one, "pre")
    html = f'<pre><code class="language-{escape(language)}">{one.html}</code></pre>'
    return replace(one, html=html, entities=1)
