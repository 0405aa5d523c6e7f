"""The picture of /stats: real letters, nothing outside of its frame, at any size of newsroom."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageFont

from bot.charts.drawing import png
from bot.charts.picture import draw
from bot.charts.shapes import SMALL, WIDTH, fitting
from bot.model.language import Language
from bot.model.numbers import Day, Numbers, Period, Top
from bot.texts import Texts

FONTS = Path(__file__).parent.parent.parent / "bot" / "charts" / "fonts"
TEXTS = Texts.load(Language.RU)
NOTHING = Period(0, 0, 0, 0, (), None, None)


def numbers(readers: int) -> Numbers:
    days = tuple(
        Day(date(2026, 10, 27) + timedelta(n), readers * (70 + n) // 99, readers // 50, 0, readers * n)
        for n in range(30)
    )
    sections = tuple(({"ru": f"Раздел «{n}» & <другие>, с длинным названием"}, readers // (n + 1)) for n in range(8))
    titles = ("ШИРОКИЙ ЗАГОЛОВОК " * 20, "<b> & Ещё", "Үкімет отырысында көктемгі су тасқынына дайындық қаралды " * 3)
    top = tuple(Top(title, "", readers // (n + 1), readers // 9, readers) for n, title in enumerate(titles))
    week = Period(300, readers * 300, readers, readers // 2, top, None, None)
    campaigns = tuple((f"{'W' * 60}{n}", readers // (n + 1), readers // (n + 2)) for n in range(5)) if readers else ()
    languages = {Language.RU: readers, Language.KK: 0}
    return Numbers(days, languages, readers, sections, week if readers else NOTHING, week, campaigns, readers, readers)


@pytest.mark.parametrize("readers", [0, 1, 7, 100, 12_345, 1_000_000])
@pytest.mark.parametrize("language", Language)
def test_everything_is_inside_of_the_frame(readers: int, language: Language) -> None:
    svg = draw(numbers(readers), "Газета <Мост> & Ко", language, TEXTS)
    picture = ElementTree.fromstring(svg)  # noqa: S314
    height = float(picture.attrib["height"])
    for one in picture:
        if "points" in one.attrib:
            places = [tuple(map(float, point.split(","))) for point in one.attrib["points"].split()]
        elif one.tag.endswith("text"):
            font = ImageFont.truetype(FONTS / "DejaVuSans-Bold.ttf", int(one.attrib["font-size"]))
            wide = font.getlength(one.text or "")
            before = {"start": 0.0, "middle": wide / 2, "end": wide}[one.attrib["text-anchor"]]
            x, y = float(one.attrib["x"]) - before, float(one.attrib["y"])
            places = [(x, y), (x + wide, y)]
        else:
            x, y = float(one.attrib.get("x", 0)), float(one.attrib.get("y", 0))
            places = [(x, y), (x + float(one.attrib.get("width", 0)), y + float(one.attrib.get("height", 0)))]
        for x, y in places:
            assert -0.5 <= x <= WIDTH + 0.5, ElementTree.tostring(one, encoding="unicode")
            assert -0.5 <= y <= height + 0.5, ElementTree.tostring(one, encoding="unicode")


def test_a_long_line_is_cut_where_it_has_no_room() -> None:
    font = ImageFont.truetype(FONTS / "DejaVuSans.ttf", SMALL)
    for line in ("", "Мост", "Щ" * 300, "i" * 300, "Көпір ашылды " * 50):
        cut = fitting(line, 400)
        assert font.getlength(cut) <= 400
        assert cut == line or cut.endswith("…")
        assert cut == line or font.getlength(cut + "ЩЩ") > 400, "no more than needed is left out"


async def test_it_is_a_picture_that_telegram_takes() -> None:
    picture = Image.open(io.BytesIO(await png(draw(numbers(500), "Газета", Language.KK, TEXTS))))
    assert picture.format == "PNG"
    assert sum(picture.size) < 10_000
    assert max(picture.size) / min(picture.size) < 20


@pytest.mark.parametrize("font", ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"])
def test_the_fonts_have_every_letter_that_catalogues_need(font: str) -> None:
    letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁёйЩъ«»—–№…·"
    letters += "".join(set(re.sub(r"\{\w*\}", "", "".join(_chart_words()))))
    drawn = ImageFont.truetype(FONTS / font, 40)
    missing = bytes(drawn.getmask("\U0010ffff"))
    for letter in letters:
        assert letter.isspace() or bytes(drawn.getmask(letter)) != missing, letter


def _chart_words() -> list[str]:
    keys = ("chart.languages", "chart.sections", "chart.everything", "chart.day", "chart.week", "chart.campaigns")
    return [TEXTS.get(language, key) for language in Language for key in keys]
