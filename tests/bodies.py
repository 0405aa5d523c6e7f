"""Bodies of articles in tests: what holds for every one of them, how they read, and back to HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser

from bot.feeds.body import make_body
from bot.feeds.clean import read_blocks
from bot.feeds.media import find_media
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
    Runs,
    words,
    words_of,
)

BASE = "https://e.kz/news/7"
ADDRESS = re.compile(r"https?://[^\s/]+\S*|mailto:[^\s@]+@[^\s@]+|tel:\+?\d+")
INLINE = frozenset(
    re.findall(r"\w+", "a b strong i em cite dfn u ins s strike del code kbd samp tt sub sup mark span font")
)
UNSEEN = frozenset(
    re.findall(r"\w+", "script style template head title button form input select textarea svg math nav menu noscript")
)


def clean(html: str) -> Body:
    """As an entry's HTML is read."""
    blocks = read_blocks(html, BASE)
    return make_body(blocks, "", find_media(None, blocks, BASE, ""), BASE)


def hold(body: Body) -> None:
    """Every rule of bot/model/body.py."""
    for block in body:
        match block:
            case Paragraph(runs) | Quote(runs):
                hold_runs(runs)
            case Heading(runs, level):
                hold_runs(runs)
                assert 1 <= level <= 6
            case Item(runs, depth, _):
                hold_runs(runs)
                assert 0 <= depth <= 5
            case Row(cells, _):
                assert any(cells)
                for cell in filter(None, cells):
                    hold_runs(cell)
            case Code(text):
                assert text.strip()
            case PhotoPlace(url) | Embed(url):
                assert ADDRESS.fullmatch(url)
    assert not body or Rule() not in (body[0], body[-1])


def hold_runs(runs: Runs) -> None:
    assert runs
    text = words(runs)
    assert text == text.strip()
    assert not re.search(r"  |[ \u00a0]\n|\n[ \u00a0]|\n\n\n|[\u200b\u00ad\ufeff\r\t]", text), repr(text)
    for run, after in zip(runs, [*runs[1:], None], strict=True):
        assert run.text
        assert not run.url or ADDRESS.fullmatch(run.url), run.url
        assert after is None or (run.styles, run.url) != (after.styles, after.url), "could be one run"


def seen(html: str) -> list[str]:
    """The words that a browser would show, in order: a pass over the tree that knows two sets of tags."""
    parts: list[str] = []
    waiting = [LexborHTMLParser(html).body]
    while waiting:
        node = waiting.pop()
        if node is None or isinstance(node, str):
            parts.append(node or "")
        elif node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag not in UNSEEN and not (node.tag or "").startswith("-"):
            around = "" if node.tag in INLINE else " "
            waiting += [around, *reversed(list(node.iter(include_text=True))), around]
    return re.findall(r"\w+", "".join(parts))


def read(body: Body) -> list[str]:
    """The words that a body has, in order."""
    return [word for block in body for word in re.findall(r"\w+", f"{words_of(block)} {getattr(block, 'credit', '')}")]


def as_html(body: Body) -> str:
    """HTML that reads as that body."""
    parts = []
    for table, blocks in groupby(body, key=lambda block: isinstance(block, Row)):
        inner = "".join(map(_html, blocks))
        parts.append(f"<table>{inner}</table>" if table else inner)
    return "".join(parts)


def _html(block: Block) -> str:
    match block:
        case Paragraph(runs):
            return f"<p>{_runs(runs)}</p>"
        case Heading(runs, level):
            return f"<h{level}>{_runs(runs)}</h{level}>"
        case Quote(runs, credit):
            signed = f"<footer>{escape(credit)}</footer>" if credit else ""
            return f"<blockquote><p>{_runs(runs)}</p>{signed}</blockquote>"
        case Item(runs, depth, number):
            tag, value = ("ul", "") if number is None else ("ol", f' value="{number}"')
            inner = f"<{tag}><li{value}><p>{_runs(runs)}</p></li></{tag}>"
            return "<ul>" * depth + inner + "</ul>" * depth
        case Code(text, language):
            return f'<pre><code class="language-{language}">{escape(text)}</code></pre>'
        case Row(cells, header):
            tag = "th" if header else "td"
            return "<tr>" + "".join(f"<{tag}>{_runs(cell)}</{tag}>" for cell in cells) + "</tr>"
        case PhotoPlace(url):
            return f'<img src="{escape(url)}">'
        case Embed(url, title):
            return f'<iframe src="{escape(url)}" title="{escape(title)}"></iframe>'
    return "<hr>"


def _runs(runs: Runs) -> str:
    parts = []
    for run in runs:
        html = escape(run.text).replace("\n\n", "</p><p>").replace("\n", "<br>")
        for style in sorted(run.styles):
            html = f"<{style}>{html}</{style}>"
        parts.append(f'<a href="{escape(run.url)}">{html}</a>' if run.url else html)
    return "".join(parts)


def shown(body: Body) -> str:
    """A body as one can read it in a test: a line for each block, formatting as tags."""
    return "\n".join(line.replace("</p><p>", " ¶ ").replace("<br>", " / ") for line in _shown(body))


def _shown(body: Body) -> Iterator[str]:
    for block in body:
        match block:
            case Paragraph(runs):
                yield _runs(runs)
            case Heading(runs, level):
                yield f"{'#' * level} {_runs(runs)}"
            case Quote(runs, credit):
                yield f"> {_runs(runs)}" + (f" [{credit}]" if credit else "")
            case Item(runs, depth, number):
                yield "  " * depth + ("- " if number is None else f"{number}. ") + _runs(runs)
            case Code(text, language):
                yield f"`{language}` {text}"
            case Row(cells, header):
                yield ("|| " if header else "| ") + " | ".join(map(_runs, cells))
            case PhotoPlace(url):
                yield f"(photo {url})"
            case Embed(url, title):
                yield f"(embed {url} {title})".replace(" )", ")")
            case Rule():
                yield "---"
