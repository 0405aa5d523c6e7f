"""The entries of a feed as plain element trees, for what feedparser does not tell: each photo's own caption and
credit, publishers' own namespaces, elements that it merges. Prefixes stay as written, so undeclared ones work, and
reading stops without complaint at the first real error: what came before counts.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

ENTRIES = ("item", "entry")
DEPTH_LIMIT = 200
UNDECLARED = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?\]\]>)|&(?!#|amp;|lt;|gt;|quot;|apos;)(?P<name>\w{2,10};)?", re.DOTALL
)
"""Entities of HTML that no DTD declares: they would end the reading. What stands in CDATA is no entity for XML."""


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    content: list[str | Element] = field(default_factory=list)
    """Text and elements in the order in which they stand."""

    @property
    def children(self) -> list[Element]:
        return [part for part in self.content if not isinstance(part, str)]

    @property
    def text(self) -> str:
        """Its own, without that of the elements inside it."""
        return "".join(part for part in self.content if isinstance(part, str)).strip()

    @property
    def inner(self) -> str:
        """All its text: some sites write markup into it without escaping it."""
        return "".join(part if isinstance(part, str) else part.inner for part in self.content).strip()

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute, "").strip()

    def text_of(self, name: str) -> str:
        """The text of the first child of that name with any, or ""."""
        return next((text for child in self.children if child.name == name and (text := child.text)), "")


@dataclass(slots=True)
class RawFeed:
    entries: list[Element]
    channel: Element
    """What stands outside of the entries."""


def read_raw(text: str) -> RawFeed:
    """For decoded text without its XML declaration."""
    text = re.sub(r"<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]", "", text)
    text = UNDECLARED.sub(lambda found: found.group("cdata") or f"&amp;{found.group('name') or ''}", text)
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    with suppress(expat.ExpatError, _TooDeep):
        parser.Parse(text.encode("utf-8", "replace"), True)
    return RawFeed(reader.entries, reader.channel)


class _TooDeep(Exception): ...


class _Reader:
    def __init__(self) -> None:
        self.entries: list[Element] = []
        self.channel = Element("channel", {})
        self._open: list[Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEPTH_LIMIT:
            raise _TooDeep
        element = Element(name, attributes)
        inside = self._open and self._open[0].name in ENTRIES
        if inside:
            self._open[-1].content.append(element)
            self._open.append(element)
        elif name in ENTRIES:
            self.entries.append(element)
            self._open = [element]
        elif self._open:
            self._open[-1].content.append(element)
            self._open.append(element)
        elif name not in ("rss", "feed", "channel", "rdf:RDF"):
            self.channel.content.append(element)
            self._open = [element]

    def end(self, name: str) -> None:
        if self._open and self._open[-1].name == name:
            self._open.pop()

    def characters(self, data: str) -> None:
        if self._open:
            self._open[-1].content.append(data)
