"""The newsroom's statistics as an SVG picture: readers by day, who came and went, languages, sections. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bot.model import Language
from bot.numbers import Day, Numbers
from bot.texts import Texts

WIDTH = 1000
LEFT, RIGHT = 170, 960
BARS, ROW = 790, 42
"""Where the bars begin, and the height of each."""
INK, FAINT, GRID = "#1c2733", "#5f6f7f", "#e3e8ed"
READERS, JOINED, GONE, CHOSEN = "#1f6fb2", "#2e8b57", "#c0504d", "#6a5acd"
NAME_LIMIT = 24
"""Characters of a section's name; the longest fit beside their bars."""


def draw(numbers: Numbers, newsroom: str, language: Language, texts: Texts) -> str:
    """Readable on a phone: no text is smaller than a fortieth of the width."""
    languages = [(texts.get(one, "language.name"), n) for one, n in numbers.languages.items()]
    chosen = [(texts.get(language, "chart.everything"), numbers.everything)]
    chosen += [(names.get(language) or next(iter(names.values())), n) for names, n in numbers.sections[:6]]
    below = BARS + (len(languages) + 2) * ROW
    height = below + (len(chosen) + 1) * ROW + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="DejaVu Sans">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(40, 62, newsroom[:36], size=38, bold=True),
        *_readers(numbers.days, language, texts),
        *_flow(numbers.days, language, texts),
        *_bars(texts.get(language, "chart.languages"), languages, BARS, READERS, language, texts),
        *_bars(texts.get(language, "chart.sections"), chosen, below, CHOSEN, language, texts),
        "</svg>",
    ]
    return "".join(parts)


def _readers(days: Sequence[Day], language: Language, texts: Texts) -> list[str]:
    top, bottom = 150, 400
    least, most = min(day.readers for day in days), max(day.readers for day in days)
    # The scale begins at nought unless that would hide every change.
    low = 0 if least < 0.7 * most or most < 10 else _nice(least - (most - least), up=False)
    high = max(_nice(most + 1, up=True), low + 4)

    def at(index: int, readers: int) -> str:
        return f"{_across(index, len(days)):.1f},{bottom - (readers - low) / (high - low) * (bottom - top):.1f}"

    line = " ".join(at(index, day.readers) for index, day in enumerate(days))
    area = f"{_across(0, 2)},{bottom} {line} {_across(1, 2)},{bottom}"
    title = texts.get(language, "chart.readers", n=texts.number(language, days[-1].readers))
    return [
        _text(40, 120, title, size=28, bold=True),
        *_grid(top, bottom, low, high, language, texts),
        f'<polygon points="{area}" fill="{READERS}" fill-opacity="0.15"/>',
        f'<polyline points="{line}" fill="none" stroke="{READERS}" stroke-width="4" stroke-linejoin="round"/>',
        *_dates(days, bottom),
    ]


def _flow(days: Sequence[Day], language: Language, texts: Texts) -> list[str]:
    top, bottom = 540, 690
    high = max(_nice(max(max(day.joined, day.left) for day in days), up=True), 4)
    came, went = sum(day.joined for day in days), sum(day.left for day in days)
    joined = texts.get(language, "chart.joined", n=texts.number(language, came))
    left = texts.get(language, "chart.left", n=texts.number(language, went))
    parts = [
        f'<rect x="40" y="476" width="24" height="24" fill="{JOINED}"/>',
        _text(76, 498, joined, size=28, bold=True),
        f'<rect x="520" y="476" width="24" height="24" fill="{GONE}"/>',
        _text(556, 498, left, size=28, bold=True),
        *_grid(top, bottom, 0, high, language, texts, lines=2),
    ]
    for index, day in enumerate(days):
        x = _across(index, len(days))
        for number, colour, shift in ((day.joined, JOINED, -11), (day.left, GONE, 1)):
            height = number / high * (bottom - top)
            place = f'x="{x + shift:.1f}" y="{bottom - height:.1f}" width="10" height="{height:.1f}"'
            parts.append(f'<rect {place} fill="{colour}"/>')
    return [*parts, *_dates(days, bottom)]


def _bars(
    title: str, rows: Sequence[tuple[str, int]], top: int, colour: str, language: Language, texts: Texts
) -> list[str]:
    parts = [_text(40, top, title, size=28, bold=True)]
    most = max([n for _, n in rows] + [1])
    for index, (name, n) in enumerate(rows):
        y = top + 40 + index * ROW
        width = max(2.0, n / most * 420)
        cut = name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1].rstrip() + "…"
        parts += [
            _text(40, y + 10, cut, size=25),
            f'<rect x="420" y="{y - 14}" width="{width:.1f}" height="30" fill="{colour}"/>',
            _text(432 + width, y + 10, texts.number(language, n), size=25),
        ]
    return parts


def _grid(top: int, bottom: int, low: int, high: int, language: Language, texts: Texts, *, lines: int = 4) -> list[str]:
    parts = []
    for step in range(lines + 1):
        y = bottom - step / lines * (bottom - top)
        value = texts.number(language, round(low + step / lines * (high - low)))
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="{GRID}" stroke-width="2"/>')
        parts.append(_text(LEFT - 12, y + 9, value, size=25, anchor="end", colour=FAINT))
    return parts


def _dates(days: Sequence[Day], bottom: int) -> list[str]:
    """Every seventh day, the last one among them."""
    return [
        _text(_across(index, len(days)), bottom + 36, f"{day.date:%d.%m}", size=25, anchor="middle", colour=FAINT)
        for index, day in enumerate(days)
        if (len(days) - 1 - index) % 7 == 0
    ]


def _across(index: int, days: int) -> float:
    return LEFT + 18 + index / max(1, days - 1) * (RIGHT - LEFT - 36)


def _nice(value: float, *, up: bool) -> int:
    """The next number with one or two digits and noughts, divisible by four."""
    if value <= 4:
        return 4 if up else 0
    step = 10 ** (len(str(int(value))) - 1) * 4 // 10 or 1
    step = max(4, step - step % 4)
    return int((math.ceil if up else math.floor)(value / step) * step)


def _text(
    x: float, y: float, words: str, *, size: int, bold: bool = False, anchor: str = "start", colour: str = INK
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{escape(words, quote=False)}</text>"
    )
