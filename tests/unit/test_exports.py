"""Bookmarks as files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from bot.callbacks import ExportFormat
from bot.exports import export
from bot.model.articles import Article, Bookmark, Category, Photo
from bot.model.ids import ArticleId, CategoryId
from bot.model.language import Language

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ARTICLE = Article(
    ArticleId(7),
    'Мост <открыт> & "сдан"',
    "https://example.kz/7?a=1&b=2",
    "Лид,\nв две строки",
    (),
    "",
    "ru",
    NOON,
    (Category(CategoryId(1), {"ru": "Город, район", "kk": "Қала"}),),
    (Photo("https://example.kz/7.jpg", "Подпись", "Акимат"),),
)
SAVED = [Bookmark(ARTICLE, NOON), Bookmark(replace(ARTICLE, id=ArticleId(8), link="", title="=1+1", lead=""), NOON)]


def made(format: ExportFormat) -> bytes:
    return export(SAVED, format, "Закладки", Language.RU, lambda article: f"https://t.me/bot?start=a_{article}")


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_html_is_a_netscape_bookmark_file() -> None:
    written = made(ExportFormat.HTML).decode()
    assert written.startswith("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n")
    reading = Links()
    reading.feed(written)
    assert [link["href"] for link in reading.links] == [ARTICLE.link, "https://t.me/bot?start=a_8"]
    assert reading.links[0]["add_date"] == str(int(NOON.timestamp()))
    assert reading.links[0]["tags"] == "Город  район", "a comma would make it two"
    assert ARTICLE.title in reading.words


def test_csv_opens_in_spreadsheets_and_calculates_nothing() -> None:
    written = made(ExportFormat.CSV)
    assert written.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert head[:2] == ["title", "link"]
    assert first[0] == ARTICLE.title
    assert first[5] == ARTICLE.lead
    assert second[0] == "'=1+1"


def test_json_has_everything() -> None:
    first, second = json.loads(made(ExportFormat.JSON))["bookmarks"]
    assert first["title"] == ARTICLE.title
    assert first["sections"] == ["Город, район"]
    assert first["saved_at"] == NOON.isoformat()
    assert first["photos"] == [{"url": "https://example.kz/7.jpg", "caption": "Подпись", "credit": "Акимат"}]
    assert second["link"] == "https://t.me/bot?start=a_8"


def test_no_bookmarks_are_a_file_too() -> None:
    for format in ExportFormat:
        assert export([], format, "Закладки", Language.RU, str)


def test_broken_letters_stop_nothing() -> None:
    broken = [Bookmark(replace(ARTICLE, title="\ud800"), NOON)]
    for format in ExportFormat:
        export(broken, format, "Закладки", Language.RU, str)
