"""Runs of text: white space folded as browsers fold it, neighbours merged, cut, styled. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from bot.feeds.words import scrub
from bot.model.body import Run, Runs, Style

Piece = tuple[str, frozenset[Style], str]
"""Text as it stands in the HTML, its styles and the address that it links to. White space is spaces, and \\n where
the site breaks the line."""

PLAIN: frozenset[Style] = frozenset()
EDGE = " \u00a0"
"""What no line begins or ends with. Inside of a line a non-breaking space stays one."""
LINE_BREAK = re.compile(r"[ \u00a0]*\n[ \u00a0\n]*")
SPACES = re.compile(r"  +")


def fold(pieces: Sequence[Piece]) -> Runs:
    """The runs of one block: no two spaces in a row, also not across runs; none at the ends of lines; no empty lines.
    A style or link does not reach over the space at its ends."""
    folded: list[Piece] = []
    begins = True
    for text, styles, url in _merged(pieces):
        text = _folded(scrub(text))
        if begins:
            text = text.lstrip(EDGE + "\n")
        elif text.startswith(" ") and folded[-1][0].endswith(" "):
            text = text[1:]
        if text.startswith("\n"):
            _trim(folded, EDGE)
        if text:
            folded.append((text, styles, url))
            begins = text.endswith("\n")
    _trim(folded, EDGE + "\n")
    if len(folded) > 1:
        folded = _merged(part for piece in folded for part in _apart(piece))
    return tuple([Run(*piece) for piece in folded])


def merge(runs: Iterable[Run]) -> Runs:
    """The same text in as few runs as it can be."""
    return tuple([Run(*piece) for piece in _merged((run.text, run.styles, run.url) for run in runs)])


def join(parts: Sequence[Runs], between: str) -> Runs:
    """Several texts as one."""
    if len(parts) == 1:
        return parts[0]
    return merge([run for part in parts for run in (Run(between), *part)][1:])


def cut(runs: Runs, end: int) -> Runs:
    """The first characters of it, without white space at the end."""
    kept: list[Piece] = []
    for run in runs:
        if end <= 0:
            break
        kept.append((run.text[:end], run.styles, run.url))
        end -= len(run.text)
    _trim(kept, EDGE + "\n")
    return tuple([Run(*piece) for piece in kept])


def styled(runs: Runs, style: Style) -> Runs:
    """All of it in that style, too."""
    pieces = ((run.text, run.styles | {style}, run.url) for run in runs)
    return tuple([Run(*piece) for piece in _merged(part for piece in pieces for part in _apart(piece))])


def unstyled(runs: Runs, style: Style) -> Runs:
    return merge(Run(run.text, run.styles - {style}, run.url) for run in runs)


def _folded(text: str) -> str:
    if "  " in text:
        text = SPACES.sub(" ", text)
    return LINE_BREAK.sub("\n", text) if "\n" in text else text


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    texts = groupby((piece for piece in pieces if piece[0]), key=itemgetter(1, 2))
    return [("".join([text for text, _, _ in group]), styles, url) for (styles, url), group in texts]


def _trim(folded: list[Piece], edge: str) -> None:
    """Take these characters off the end."""
    while folded:
        text, styles, url = folded.pop()
        if text := text.rstrip(edge):
            folded.append((text, styles, url))
            return


def _apart(piece: Piece) -> Iterator[Piece]:
    """The white space at the ends of a piece of some style as pieces of none."""
    text, styles, url = piece
    if not styles and not url:
        yield piece
        return
    inner = text.strip(EDGE + "\n")
    before = len(text) - len(text.lstrip(EDGE + "\n")) if inner else 0
    yield text[:before], PLAIN, ""
    yield inner, styles, url
    yield text[before + len(inner) :], PLAIN, ""
