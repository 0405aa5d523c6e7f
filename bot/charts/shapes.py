"""What the picture is made of: words, grids, dates below them, bars. SVG in text form. Pure."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from html import escape
from importlib import resources

from PIL import ImageFont

from bot.model.language import Language
from bot.texts import Texts

WIDTH = 1000
LEFT, RIGHT = 170, 960
ROW = 42
"""The height of a bar with the room around it."""
SMALL, LARGE = 25, 28
INK, FAINT, GRID = "#1c2733", "#5f6f7f", "#e3e8ed"
LISTED = 340
"""The longest bar of a list: beside it stands what is told of it."""
NAME_ROOM, LINE_ROOM = 340, 830
"""Pixels for a name beside its bar, and for a line of its own."""


def words(
    x: float, y: float, said: str, *, size: int = SMALL, bold: bool = False, anchor: str = "start", colour: str = INK
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{escape(said, quote=False)}</text>"
    )


def fitting(said: str, room: float) -> str:
    """As much of it as small letters have room for, with … where something is left out."""
    if _font().getlength(said) <= room:
        return said
    most = max((n for n in range(len(said)) if _font().getlength(said[:n] + "…") <= room), default=0)
    return said[:most].rstrip() + "…"


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    font = (resources.files("bot") / "charts" / "fonts" / "DejaVuSans.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(font), SMALL)


def title(y: float, said: str) -> str:
    return words(40, y, said, size=LARGE, bold=True)


def bars(
    said: str, rows: Sequence[tuple[str, int]], top: int, colour: str, language: Language, texts: Texts
) -> list[str]:
    """Each name beside its bar."""
    parts = [title(top, said)]
    most = max([n for _, n in rows] + [1])
    for index, (name, n) in enumerate(rows):
        y = top + 40 + index * ROW
        parts += [
            words(40, y + 10, fitting(name, NAME_ROOM)),
            *_bar(420, y - 14, n / most * 420, texts.number(language, n), colour),
        ]
    return parts


def listed(said: str, rows: Sequence[tuple[str, int, str]], top: int, colour: str) -> list[str]:
    """Each line above its bar; at the bar's end what is told of it. Takes `height_of_list(rows)`."""
    parts = [title(top, said)]
    most = max([n for _, n, _ in rows] + [1])
    for index, (line, n, told) in enumerate(rows):
        y = top + 44 + index * 2 * ROW
        parts += [words(40, y, fitting(line, LINE_ROOM)), *_bar(40, y + 12, n / most * LISTED, told, colour)]
    return parts


def height_of_list(rows: Sequence[object]) -> int:
    return (2 * len(rows) + 1) * ROW + 30 if rows else 0


def _bar(x: float, y: float, width: float, told: str, colour: str) -> list[str]:
    width = max(2.0, width)
    return [
        f'<rect x="{x}" y="{y:.1f}" width="{width:.1f}" height="30" fill="{colour}"/>',
        words(x + width + 12, y + 24, told),
    ]


def columns(numbers: Sequence[int], top: int, bottom: int, high: int, colour: str, *, shift: float, wide: int) -> str:
    """One for each day."""
    parts = []
    for index, number in enumerate(numbers):
        x, height = across(index, len(numbers)) + shift, number / high * (bottom - top)
        place = f'x="{x:.1f}" y="{bottom - height:.1f}" width="{wide}" height="{height:.1f}"'
        parts.append(f'<rect {place} fill="{colour}"/>')
    return "".join(parts)


def grid(top: int, bottom: int, low: int, high: int, language: Language, texts: Texts, *, lines: int = 4) -> list[str]:
    parts = []
    for step in range(lines + 1):
        y = bottom - step / lines * (bottom - top)
        value = texts.number(language, round(low + step / lines * (high - low)))
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="{GRID}" stroke-width="2"/>')
        parts.append(words(LEFT - 12, y + 9, value, anchor="end", colour=FAINT))
    return parts


def dates(days: Sequence[date], bottom: int) -> list[str]:
    """Every seventh day, the last one among them."""
    return [
        words(across(index, len(days)), bottom + 36, f"{day:%d.%m}", anchor="middle", colour=FAINT)
        for index, day in enumerate(days)
        if (len(days) - 1 - index) % 7 == 0
    ]


def across(index: int, days: int) -> float:
    return LEFT + 18 + index / max(1, days - 1) * (RIGHT - LEFT - 36)


def nice(value: float, *, up: bool) -> int:
    """The next number with one or two digits and noughts, divisible by four."""
    if value <= 4:
        return 4 if up else 0
    step = 10 ** (len(str(int(value))) - 1) * 4 // 10 or 1
    step = max(4, step - step % 4)
    return int((math.ceil if up else math.floor)(value / step) * step)
