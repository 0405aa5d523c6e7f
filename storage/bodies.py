"""The body of an article as JSON: [2, block, …], compact and told apart from older shapes by its beginning.

A block is [sign, …]; runs are a list of plain strings and [text, styles] or [text, styles, address], where styles are
their tags with a space between them.
"""

from __future__ import annotations

import json
from typing import Any

from bot.model.body import (
    Block,
    Body,
    Code,
    Embed,
    Heading,
    Item,
    Paragraph,
    PhotoPlace,
    Quote,
    Row,
    Rule,
    Run,
    Runs,
    Style,
)

SHAPE = 2
CURRENT = f"[{SHAPE}"
"""How the stored body of this version begins."""


def dump_body(body: Body) -> str:
    return json.dumps([SHAPE, *map(_dump, body)], ensure_ascii=False, separators=(",", ":"))


def load_body(stored: str) -> Body:
    """Also of the shape that versions before the second wrote."""
    blocks = json.loads(stored)
    if blocks and blocks[0] == SHAPE:
        return tuple([_load(*block) for block in blocks[1:]])
    return tuple([_load_first(*block) for block in blocks])


def is_current(stored: str) -> bool:
    return stored.startswith(CURRENT)


def _dump(block: Block) -> list[Any]:
    match block:
        case Paragraph(runs):
            return ["p", _dump_runs(runs)]
        case Heading(runs, level):
            return ["h", _dump_runs(runs), level]
        case Quote(runs, credit):
            return ["q", _dump_runs(runs), credit]
        case Item(runs, depth, number):
            return ["li", _dump_runs(runs), depth, number]
        case Code(text, language):
            return ["pre", text, language]
        case Row(cells, header):
            return ["tr", [_dump_runs(cell) for cell in cells], int(header)]
        case PhotoPlace(url):
            return ["img", url]
        case Embed(url, title):
            return ["embed", url, title]
        case Rule():
            return ["hr"]


def _dump_runs(runs: Runs) -> list[Any]:
    return [
        run.text
        if not run.styles and not run.url
        else [run.text, " ".join(sorted(run.styles)), *filter(None, [run.url])]
        for run in runs
    ]


def _load(sign: str, *told: Any) -> Block:
    match sign, told:
        case "p", (runs,):
            return Paragraph(_load_runs(runs))
        case "h", (runs, level):
            return Heading(_load_runs(runs), level)
        case "q", (runs, credit):
            return Quote(_load_runs(runs), credit)
        case "li", (runs, depth, number):
            return Item(_load_runs(runs), depth, number)
        case "pre", (text, language):
            return Code(text, language)
        case "tr", (cells, header):
            return Row(tuple([_load_runs(cell) for cell in cells]), bool(header))
        case "img", (url,):
            return PhotoPlace(url)
        case "embed", (url, title):
            return Embed(url, title)
        case "hr", ():
            return Rule()
    raise ValueError(f"no block of a body: {sign}")


def _load_runs(stored: list[Any]) -> Runs:
    return tuple([Run(run) if isinstance(run, str) else _load_run(*run) for run in stored])


def _load_run(text: str, styles: str, url: str = "") -> Run:
    return Run(text, frozenset(map(Style, styles.split())), url)


def _load_first(kind: str, text: str, url: str) -> Block:
    """A block of the first shape: plain text by kind, the cells of a row separated by " | "."""
    runs = (Run(text),) if text else ()
    match kind:
        case "heading":
            return Heading(runs)
        case "quote":
            return Quote(runs)
        case "item":
            return Item(runs)
        case "code":
            return Code(text)
        case "row":
            return Row(tuple((Run(cell),) if cell else () for cell in text.split(" | ")))
        case "photo":
            return PhotoPlace(url)
        case "video":
            return Embed(url)
    return Paragraph(runs)
