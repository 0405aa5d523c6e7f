"""The newsroom's statistics as an SVG picture: readers by day, who came and went, what was opened, languages, sections,
the articles of the day and of the week, by which links readers came. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.charts.shapes import (
    LARGE,
    ROW,
    WIDTH,
    across,
    bars,
    columns,
    dates,
    grid,
    height_of_list,
    listed,
    nice,
    title,
    words,
)
from bot.model.language import Language
from bot.model.numbers import Day, Numbers, Period
from bot.texts import Texts

BELOW = 1110
"""Where what has no days begins."""
READERS, JOINED, GONE, OPENED = "#1f6fb2", "#2e8b57", "#c0504d", "#b8860b"
CHOSEN, ARTICLES, CAMPAIGNS = "#6a5acd", "#1f6fb2", "#2e8b57"
MOST_SECTIONS, MOST_ARTICLES, MOST_CAMPAIGNS = 6, 3, 5
_Row = tuple[str, int, str]


def draw(numbers: Numbers, newsroom: str, language: Language, texts: Texts) -> str:
    """Readable on a phone: no text is smaller than a fortieth of the width."""
    below, y = _without_days(numbers, language, texts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="DejaVu Sans">',
        f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>',
        words(40, 62, newsroom[:36], size=38, bold=True),
        *_readers(numbers.days, language, texts),
        *_flow(numbers.days, language, texts),
        *_openings(numbers.days, language, texts),
        *below,
        "</svg>",
    ]
    return "".join(parts)


def _without_days(numbers: Numbers, language: Language, texts: Texts) -> tuple[list[str], int]:
    """And where it ends."""
    languages = [(texts.get(one, "language.name"), n) for one, n in numbers.languages.items()]
    chosen = [(texts.get(language, "chart.everything"), numbers.everything)]
    chosen += [(names.get(language) or next(iter(names.values())), n) for names, n in numbers.sections[:MOST_SECTIONS]]
    parts, y = [], BELOW
    for key, rows, colour in (("chart.languages", languages, READERS), ("chart.sections", chosen, CHOSEN)):
        parts += bars(texts.get(language, key), rows, y, colour, language, texts)
        y += (len(rows) + 2) * ROW
    for key, period in (("chart.day", numbers.day), ("chart.week", numbers.week)):
        if top := _articles(period, language, texts):
            parts += listed(texts.get(language, key), top, y, ARTICLES)
            y += height_of_list(top)
    if came := [_campaign(*one, language, texts) for one in numbers.campaigns[:MOST_CAMPAIGNS]]:
        parts += listed(texts.get(language, "chart.campaigns"), came, y, CAMPAIGNS)
        y += height_of_list(came)
    return parts, y


def _articles(period: Period, language: Language, texts: Texts) -> list[_Row]:
    return [
        (
            f"{place}. {one.title}",
            one.opened,
            texts.get(
                language,
                "chart.article",
                opened=texts.number(language, one.opened),
                saves=texts.number(language, one.saves),
            ),
        )
        for place, one in enumerate(period.top[:MOST_ARTICLES], start=1)
    ]


def _campaign(tag: str, starts: int, fresh: int, language: Language, texts: Texts) -> _Row:
    told = texts.get(
        language, "chart.campaign", starts=texts.number(language, starts), fresh=texts.number(language, fresh)
    )
    return tag, starts, told


def _readers(days: Sequence[Day], language: Language, texts: Texts) -> list[str]:
    top, bottom = 150, 400
    least, most = min(day.readers for day in days), max(day.readers for day in days)
    # The scale begins at nought unless that would hide every change.
    low = 0 if least < 0.7 * most or most < 10 else nice(least - (most - least), up=False)
    high = max(nice(most + 1, up=True), low + 4)

    def at(index: int, readers: int) -> str:
        return f"{across(index, len(days)):.1f},{bottom - (readers - low) / (high - low) * (bottom - top):.1f}"

    line = " ".join(at(index, day.readers) for index, day in enumerate(days))
    area = f"{across(0, 2)},{bottom} {line} {across(1, 2)},{bottom}"
    return [
        title(120, texts.get(language, "chart.readers", n=texts.number(language, days[-1].readers))),
        *grid(top, bottom, low, high, language, texts),
        f'<polygon points="{area}" fill="{READERS}" fill-opacity="0.15"/>',
        f'<polyline points="{line}" fill="none" stroke="{READERS}" stroke-width="4" stroke-linejoin="round"/>',
        *dates([day.date for day in days], bottom),
    ]


def _flow(days: Sequence[Day], language: Language, texts: Texts) -> list[str]:
    top, bottom = 540, 690
    high = max(nice(max(max(day.joined, day.left) for day in days), up=True), 4)
    came, went = sum(day.joined for day in days), sum(day.left for day in days)
    joined = texts.get(language, "chart.joined", n=texts.number(language, came))
    left = texts.get(language, "chart.left", n=texts.number(language, went))
    return [
        f'<rect x="40" y="476" width="24" height="24" fill="{JOINED}"/>',
        words(76, 498, joined, size=LARGE, bold=True),
        f'<rect x="520" y="476" width="24" height="24" fill="{GONE}"/>',
        words(556, 498, left, size=LARGE, bold=True),
        *grid(top, bottom, 0, high, language, texts, lines=2),
        columns([day.joined for day in days], top, bottom, high, JOINED, shift=-11, wide=10),
        columns([day.left for day in days], top, bottom, high, GONE, shift=1, wide=10),
        *dates([day.date for day in days], bottom),
    ]


def _openings(days: Sequence[Day], language: Language, texts: Texts) -> list[str]:
    top, bottom = 830, 980
    high = max(nice(max(day.opened for day in days), up=True), 4)
    opened = sum(day.opened for day in days)
    return [
        title(790, texts.get(language, "chart.opened", n=texts.number(language, opened))),
        *grid(top, bottom, 0, high, language, texts, lines=2),
        columns([day.opened for day in days], top, bottom, high, OPENED, shift=-8, wide=16),
        *dates([day.date for day in days], bottom),
    ]
