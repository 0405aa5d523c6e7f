"""A reader's bookmarks as a file that other programs read. Pure.

HTML is the Netscape bookmark file, which every browser imports; CSV is for spreadsheets; JSON has everything.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from html import escape

from bot.callbacks import ExportFormat
from bot.model.articles import Article, Bookmark
from bot.model.body import text_of
from bot.model.ids import ArticleId
from bot.model.language import Language

Address = Callable[[ArticleId], str]
"""Where an article can be opened that has no page of its own."""

COLUMNS = ("title", "link", "sections", "published_at", "saved_at", "lead")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet calculate what somebody else wrote."""


def export(saved: Sequence[Bookmark], format: ExportFormat, title: str, language: Language, address: Address) -> bytes:
    """UTF-8; `title` heads the HTML file, `language` is that of the sections' names."""
    match format:
        case ExportFormat.HTML:
            return _html(saved, title, language, address)
        case ExportFormat.CSV:
            return _csv(saved, language, address)
        case ExportFormat.JSON:
            return _json(saved, language, address)


def _html(saved: Sequence[Bookmark], title: str, language: Language, address: Address) -> bytes:
    lines = [
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>",
        '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">',
        f"<TITLE>{escape(title)}</TITLE>",
        f"<H1>{escape(title)}</H1>",
        "<DL><p>",
    ]
    for one in saved:
        link = one.article.link or address(one.article.id)
        # Tags are separated by commas.
        tags = ",".join(name.replace(",", " ") for name in _sections(one.article, language))
        lines.append(
            f'    <DT><A HREF="{escape(link)}" ADD_DATE="{int(one.saved_at.timestamp())}" TAGS="{escape(tags)}">'
            f"{escape(' '.join(one.article.title.split()))}</A>"
        )
        if one.article.lead:
            lines.append(f"    <DD>{escape(' '.join(one.article.lead.split()))}")
    return "\n".join([*lines, "</DL><p>", ""]).encode("utf-8", "replace")


def _csv(saved: Sequence[Bookmark], language: Language, address: Address) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for one in saved:
        rows.writerow(
            _as_text(cell)
            for cell in (
                one.article.title,
                one.article.link or address(one.article.id),
                "; ".join(_sections(one.article, language)),
                one.article.published_at.isoformat(),
                one.saved_at.isoformat(),
                one.article.lead,
            )
        )
    # Excel takes a file without this mark for one in the system's old encoding.
    return written.getvalue().encode("utf-8-sig", "replace")


def _json(saved: Sequence[Bookmark], language: Language, address: Address) -> bytes:
    content = [
        {
            "title": one.article.title,
            "link": one.article.link or address(one.article.id),
            "sections": _sections(one.article, language),
            "author": one.article.author,
            "language": one.article.language,
            "published_at": one.article.published_at.isoformat(),
            "saved_at": one.saved_at.isoformat(),
            "lead": one.article.lead,
            "text": text_of(one.article.body),
            "photos": [{"url": p.url, "caption": p.caption, "credit": p.credit} for p in one.article.photos],
        }
        for one in saved
    ]
    return json.dumps({"bookmarks": content}, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _sections(article: Article, language: Language) -> list[str]:
    return [category.name(language) for category in article.categories]


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
