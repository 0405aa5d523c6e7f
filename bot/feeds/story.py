"""A page that no feed has brought → the article on it. Pure; runs in the worker.

What the page tells machines (JSON-LD, OpenGraph) counts for its facts: headline, lead, section, date, author. Its text
and photos are those of the element that an editor named for the site, else of the one that the page marks as the
article, else of the one with the most paragraphs: so captions and credits come along.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds.articles import TITLE_LIMIT, choose_lead
from bot.feeds.blocks import Block
from bot.feeds.body import make_body
from bot.feeds.categories import clean_label
from bot.feeds.clean import paragraphs, read_blocks
from bot.feeds.dates import read_date
from bot.feeds.identity import link_key
from bot.feeds.language import article_language, feed_language
from bot.feeds.media import find_media
from bot.feeds.page import declared, json_ld, open_page, selected, told_by
from bot.feeds.photos import absolute, split
from bot.feeds.words import plain, shorten
from bot.model.articles import CategoryLabel, ParsedArticle
from bot.model.body import text_of

MARKED = ('[itemprop="articleBody"]', "article", "main")
"""How pages mark their article, the most precise first."""
AROUND = "aside, footer, nav, form, [class*=related], [class*=subscribe], [class*=comment], [class*=share]"
"""What stands within such elements and is no part of the article."""
MOST_PARAGRAPHS = 2_000
HEADLINES = ("article h1", "main h1", '[itemprop="headline"]', "h1")
AUTHOR_LIMIT = 100


def read_story(
    html: bytes, content_type: str, url: str, selector: str, zone: tzinfo, now: datetime
) -> ParsedArticle | None:
    """None when there is no headline, or nothing to read below it: of a page that does not call itself an article its
    description is not enough, since front pages and lists have one, too. `selector`: "" for none. Its one label is the
    page's section, which founds no category. Raises nothing on account of the input."""
    tree = open_page(html, content_type)
    linked = list(json_ld(tree))
    facts = next(iter(linked), {})
    headline = shorten(_headline(tree, facts), TITLE_LIMIT)
    said = _first(facts.get("description"), *_meta(tree, "og:description", "description"))
    date = _first(facts.get("datePublished"), *_meta(tree, "article:published_time"), *_times(tree))
    section = _first(facts.get("articleSection"), *_meta(tree, "article:section"))
    link = _canonical(tree, url)
    declared_language = _first(facts.get("inLanguage"), _attribute(tree, "html", "lang"))
    blocks = _article(tree, linked, selector, url)
    media = find_media(None, blocks, url, headline)
    media.photos = media.photos or declared(tree, linked, url)
    body = make_body(blocks, headline, media, url)
    lead = choose_lead([said] if said else [], headline, paragraphs(blocks))
    called_article = bool(facts) or "article" in _meta(tree, "og:type")
    if not headline or not lead or not (paragraphs(blocks) or called_article):
        return None
    key = link_key(link)
    label = clean_label(section)
    return ParsedArticle(
        identity=key,
        title=headline,
        link=link,
        link_key=key,
        lead=lead,
        body=body if len(text_of(body)) > len(lead) else (),
        author=_first(facts.get("author"), *_meta(tree, "author"))[:AUTHOR_LIMIT],
        language=article_language(feed_language(declared_language), f"{headline} {lead}"),
        published_at=read_date(date, zone, now),
        labels=(CategoryLabel(label, False),) if label else (),
        photos=tuple(media.photos),
        attachments=media.attachments,
    )


def _headline(tree: LexborHTMLParser, facts: dict[str, Any]) -> str:
    shown = (plain(node.text()) for css in HEADLINES if (node := tree.css_first(css)))
    return _first(facts.get("headline"), *shown, *_meta(tree, "og:title"), _text(tree, "title"))


def _article(tree: LexborHTMLParser, linked: list[dict[str, Any]], selector: str, base: str) -> list[Block]:
    if named := selected(tree, selector, base):
        return named
    told = told_by(linked)
    found = read_blocks(_without_surroundings(node), base) if (node := _marked(tree)) else []
    # A page that shows only the beginning may tell machines all of it.
    return told if _length(told) > 2 * _length(found) else found


def _marked(tree: LexborHTMLParser) -> LexborNode | None:
    for css in MARKED:
        nodes = [(sum(len(p.text()) for p in node.css("p")), node) for node in tree.css(css)[:50]]
        length, node = max(nodes, key=lambda one: one[0], default=(0, None))
        if length:
            return node
    return _densest(tree)


def _densest(tree: LexborHTMLParser) -> LexborNode | None:
    """The element whose own paragraphs hold the most text."""
    held: dict[int, int] = {}
    parents: dict[int, LexborNode] = {}
    for paragraph in tree.css("p")[:MOST_PARAGRAPHS]:
        if parent := paragraph.parent:
            held[parent.mem_id] = held.get(parent.mem_id, 0) + len(paragraph.text())
            parents[parent.mem_id] = parent
    best = max(held, key=lambda one: held[one], default=None)
    return None if best is None or not held[best] else parents[best]


def _without_surroundings(node: LexborNode) -> str:
    own = LexborHTMLParser(node.html or "")
    for other in own.css(AROUND):
        # Never what holds the headline or most of the text: sites name whole layouts so.
        if not other.css_first("h1") and 2 * len(other.text()) < len(own.text()):
            other.decompose()
    return own.html or ""


def _length(blocks: list[Block]) -> int:
    return sum(map(len, paragraphs(blocks)))


def _canonical(tree: LexborHTMLParser, url: str) -> str:
    """The page's own word for its address, when it is on the same host."""
    own = absolute(_attribute(tree, 'link[rel="canonical"]', "href"), url)
    return own if own and split(own).netloc == split(url).netloc and split(own).path.strip("/") else url


def _meta(tree: LexborHTMLParser, *names: str) -> Iterator[str]:
    for name in names:
        yield _attribute(tree, f'meta[property="{name}"]', "content")
        yield _attribute(tree, f'meta[name="{name}"]', "content")


def _times(tree: LexborHTMLParser) -> Iterator[str]:
    yield _attribute(tree, '[itemprop="datePublished"]', "content")
    yield _attribute(tree, '[itemprop="datePublished"]', "datetime")
    yield _attribute(tree, "time[datetime]", "datetime")


def _attribute(tree: LexborHTMLParser, css: str, name: str) -> str:
    node = tree.css_first(css)
    return (node.attributes.get(name) or "") if node else ""


def _text(tree: LexborHTMLParser, css: str) -> str:
    node = tree.css_first(css)
    return node.text() if node else ""


def _first(*found: Any) -> str:
    """The first that says anything, as one line: a text, a list's first, or the name of an object."""
    for one in found:
        first = one[0] if isinstance(one, list) and one else one
        text = first.get("name") if isinstance(first, dict) else first
        if isinstance(text, str) and (line := plain(text)):
            return line
    return ""
