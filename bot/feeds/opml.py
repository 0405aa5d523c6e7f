"""OPML: lists of feeds to and from other programs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from bot.model.feeds import Feed

LARGEST = 1024 * 1024
"""Bytes of a list that are read. (expat itself stops entities that multiply.)"""
MOST = 500


def dump(feeds: Sequence[Feed], title: str) -> bytes:
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = feed.title or feed.url
        ElementTree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def load(document: bytes) -> list[str] | None:
    """The addresses of its feeds, each once; None: this is no OPML."""
    if len(document) > LARGEST:
        return None
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 — see LARGEST
    except (ElementTree.ParseError, ExpatError, ValueError, LookupError):
        return None
    if root.tag.lower() != "opml":
        return None
    urls = [str(one.get("xmlUrl", "")).strip() for one in root.iter("outline")]
    found = [url for url in urls if url.startswith(("http://", "https://")) and not any(map(str.isspace, url))]
    return list(dict.fromkeys(found))[:MOST]
