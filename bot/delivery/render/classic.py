"""Classic HTML: what Telegram's parser takes without repairing or refusing anything. Pure.

It knows a few tags and four named entities. Code holds no other style and no link; a link holds no link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.delivery.links import opens
from bot.delivery.post import TEXT_LIMIT, length
from bot.delivery.render.edition import unix
from bot.delivery.render.words import LOOSE_END, RIGHT_TO_LEFT_MARK, cut, end_of_word, marked, readable
from bot.model.body import Run, Runs, Style, words

SOURCE_LIMIT = 32_000
"""Bytes of a text with its markup; Telegram refuses 32,768 before it parses."""
ENTITY_LIMIT = 100
"""Of one message; the formatting beyond is dropped silently (seen by others, not documented)."""
PORTION = 3_500
"""UTF-16 units of a longer paragraph that stay together."""
MOMENT_FORMAT = "dt"
"""Day and time, short, as the reader's own device writes them."""
TAGS = (Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKE)
"""Sub, sup and mark have no tag: their text stays."""


@dataclass(frozen=True, slots=True)
class Piece:
    """HTML that is kept together, with what it costs."""

    html: str
    units: int
    """UTF-16 units to be seen."""
    entities: int = 0
    gap: str = "\n\n"
    """Between it and the piece before."""
    leads: bool = False
    """A heading: the next piece stays with it."""


def escape(text: str) -> str:
    return readable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, html: str) -> str:
    return f'<a href="{_quoted(url)}">{html}</a>' if html and opens(url) else html


def _quoted(url: str) -> str:
    return escape(url).replace('"', "&quot;")


def piece(text: str, tag: str = "", *, limit: int = TEXT_LIMIT, rtl: bool = False, gap: str = "\n\n") -> Piece:
    """Plain text of at most `limit` UTF-16 units, all of it in one tag or none."""
    text = cut(marked(text, rtl=rtl), limit)
    html = f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)
    return Piece(html, length(text), bool(tag), gap)


def moment_piece(
    moment: datetime, said: str, around: tuple[str, str] = ("", ""), *, rtl: bool = False, gap: str = "\n\n"
) -> Piece:
    """A moment that every reader sees in their own zone, within what stands around it; `said` is for those whose app
    doesn't know how."""
    before, after = marked(around[0], rtl=rtl) or (RIGHT_TO_LEFT_MARK if rtl else ""), around[1]
    seconds = unix(moment)
    shown = f'<tg-time unix="{seconds}" format="{MOMENT_FORMAT}">{escape(said)}</tg-time>' if seconds else escape(said)
    html = f"{escape(before)}{shown}{escape(after)}"
    return Piece(html, length(before + said + after), 1 if seconds else 0, gap)


def runs_piece(runs: Sequence[Run], *, rtl: bool = False, gap: str = "\n\n", before: str = "") -> Piece:
    """Formatted text, `before` it (plain) what begins its line."""
    if rtl:
        runs = _marked(runs, before)
    elif before:
        runs = (Run(before), *runs)
    parts = [_linked(url, list(group)) for url, group in groupby(runs, key=lambda run: run.url)]
    html = "".join(part for part, _ in parts)
    return Piece(html, length(words(runs)), sum(entities for _, entities in parts), gap)


def _marked(runs: Sequence[Run], before: str) -> Runs:
    first = Run(marked(before, rtl=True) or RIGHT_TO_LEFT_MARK)
    return (first, *(replace(run, text=marked(run.text, rtl=True)[1:]) for run in runs))


def _linked(url: str, runs: list[Run]) -> tuple[str, int]:
    """Runs that share an address (or none), and how many entities they make."""
    whole = opens(url)
    styles = [_styles(run, in_link=whole) for run in runs]
    html = "".join(_styled(run.text, style) for run, style in zip(runs, styles, strict=True))
    return link(url, html), sum(map(len, styles)) + whole


def _styles(run: Run, *, in_link: bool) -> list[Style]:
    if Style.CODE in run.styles and not in_link:
        return [Style.CODE]
    return [style for style in TAGS if style in run.styles]


def _styled(text: str, styles: Iterable[Style]) -> str:
    html = escape(text)
    for style in styles:
        html = f"<{style}>{html}</{style}>"
    return html


def split(runs: Sequence[Run], limit: int) -> tuple[Runs, Runs]:
    """At most `limit` UTF-16 units that end with a whole word, and the rest."""
    text = words(runs)
    if length(text) <= limit:
        return tuple(runs), ()
    end = max(1, end_of_word(text, limit))
    head: list[Run] = []
    rest: list[Run] = []
    at = 0
    for run in runs:
        cut = min(max(0, end - at), len(run.text))
        head += [replace(run, text=run.text[:cut])] if cut else []
        rest += [replace(run, text=run.text[cut:])] if cut < len(run.text) else []
        at += len(run.text)
    while rest and not (begun := rest[0].text.lstrip()):
        rest.pop(0)
    if rest:
        rest[0] = replace(rest[0], text=begun)
    return tuple(head), tuple(rest)


def cut_runs(runs: Sequence[Run], limit: int) -> Runs:
    """At most `limit` UTF-16 units, cut after a word, with … when anything was cut."""
    head, rest = split(runs, limit - 1)
    if not rest:
        return head
    last = head[-1]
    return (*head[:-1], replace(last, text=last.text.rstrip(LOOSE_END) + "…"))


def portions(runs: Sequence[Run], *, rtl: bool) -> Iterator[Runs]:
    """The runs in portions of which each fits into a message by itself."""
    rest = tuple(runs)
    while rest:
        size = PORTION
        head, after = split(rest, size)
        while not _is_small(runs_piece(head, rtl=rtl)) and size > 1:
            size //= 2
            head, after = split(rest, size)
        yield head
        rest = after


def _is_small(one: Piece) -> bool:
    """Whether there is room in a text for a little more around it."""
    return one.units < TEXT_LIMIT * 0.9 and one.entities < ENTITY_LIMIT * 0.9 and _size(one) < SOURCE_LIMIT * 0.9


def _size(one: Piece) -> int:
    return len(one.html.encode()) + len(one.gap)


def fits(pieces: Sequence[Piece], limit: int) -> bool:
    """Whether they can be one text of `limit` UTF-16 units."""
    units = sum(one.units + len(one.gap) for one in pieces)
    entities = sum(one.entities for one in pieces)
    return units <= limit and entities <= ENTITY_LIMIT and sum(map(_size, pieces)) <= SOURCE_LIMIT


def joined(pieces: Sequence[Piece]) -> str:
    html = "".join(one.gap + one.html for one in pieces)
    return html[len(pieces[0].gap) :] if pieces else ""
