"""One pass over the tree of an article's HTML: what a reader would see, as blocks in order. Iterative, linear."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from bot.feeds.blocks import Block, Said
from bot.feeds.containers import BoldBox, Container, HeadingBox
from bot.feeds.credits import LONGEST_CAPTION, credit_only
from bot.feeds.embeds import FILES, FRAMES, read_file, read_frame
from bot.feeds.figures import FigureBox, read_caption
from bot.feeds.guard import HTML_LIMIT
from bot.feeds.images import pictogram, read_image
from bot.feeds.links import link
from bot.feeds.listings import read_listing
from bot.feeds.lists import ItemBox, Numbering, begin_list
from bot.feeds.looks import BLOCKS, SILENT, TAGS, Attributes, hidden, restyled, silent
from bot.feeds.posts import SIGNED, read_post
from bot.feeds.quotes import QuoteBox
from bot.feeds.runs import PLAIN, Piece, fold
from bot.feeds.tables import CellBox, RowBox, TableBox
from bot.feeds.words import SPACE, tidy, unescaped
from bot.model.body import Paragraph, Rule, Style

IMAGES = ("img", "amp-img")
DEEPEST = 24
"""Elements that gather blocks, within each other; those that are deeper only break the text."""
CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:caption|wp-caption-text|photo-?desc\w*|image-?desc\w*)(?:$|[\s_-])", re.IGNORECASE
)
CREDIT_CLASS = re.compile(
    r"(?:photo|image|media|pic|figure|caption)?[_-]*(?:credit|copyright)s?(?:$|[\s_-])", re.IGNORECASE
)
MOST_LOOKED_AT = 4 * HTML_LIMIT
"""Characters within elements that may be captions: nested ones are looked at once for each."""
MEDIA = "img, amp-img, iframe, video, audio"


@dataclass(frozen=True, slots=True)
class _Open:
    """An open element: what holds again when it ends."""

    styles: frozenset[Style]
    url: str
    breaks: bool
    boxed: bool
    listed: bool
    mark: str
    """Typed at its end."""


class Walk:
    def __init__(self, base: str) -> None:
        self._base = base
        self._pieces: list[Piece] = []
        self._styles, self._url = PLAIN, ""
        self._line_ended = False
        """Nothing but white space since a line break."""
        self._open: list[_Open] = []
        self._boxes = [Container()]
        self._lists: list[Numbering] = []
        self._looked_at = 0

    def blocks(self, root: LexborNode) -> list[Block]:
        """Depth first without recursion."""
        node: LexborNode | None = root.child
        while node is not None:
            if self._enter(node):
                if node.child is not None:
                    node = node.child
                    continue
                self._leave()
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    node = None
                    break
                self._leave()
            node = node.next if node is not None else None
        self._flush()
        return self._boxes[0].blocks

    def _enter(self, node: LexborNode) -> bool:
        """Take what this node is; True: its children are to be visited, and it ends after them."""
        tag = node.tag or ""
        if tag == "-text":
            self._say(node.text_content or "")
        elif tag == "br":
            self._break_line()
        elif tag in IMAGES:
            if image := read_image(node):
                self._add(image)
            else:
                self._say(pictogram(node))
        elif tag in FRAMES or tag in FILES:
            if player := read_frame(node) if tag in FRAMES else read_file(node):
                self._add(player)
        elif tag == "script":
            if post := read_post(node, ""):
                self._add(post)
        elif tag == "noscript":
            # What lazy-loading sites give to readers without scripts; the same photo is merged later.
            self._add_images(node)
        elif tag == "hr":
            self._add(Rule())
        elif tag == "pre":
            listing = read_listing(node)
            self._add(*[listing] if listing else [])
            self._add_images(node)
        elif tag not in SILENT and tag[:1] != "-":
            return self._enter_element(node, tag, node.attributes)
        return False

    def _enter_element(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        if attributes and not self._visible(node, tag, attributes):
            return False
        breaks = tag in BLOCKS
        if breaks:
            self._flush()
        if tag in ("cite", "footer") and isinstance(quote := self._boxes[-1], QuoteBox) and quote.sign(node):
            return False
        listed = tag in ("ul", "ol")
        if listed:
            self._lists.append(begin_list(node, attributes))
        box = self._box(node, tag, attributes) if breaks and len(self._boxes) < DEEPEST else None
        mark = "»" if tag == "q" else ""
        self._open.append(_Open(self._styles, self._url, breaks, box is not None, listed, mark))
        if box is not None:
            self._boxes.append(box)
        if tag in TAGS or "style" in attributes:
            self._styles = restyled(self._styles, tag, attributes)
        if tag == "a":
            self._url = link(attributes.get("href") or "", self._base) or self._url
        elif mark:
            self._say("«")
        return True

    def _leave(self) -> None:
        ended = self._open.pop()
        if ended.mark:
            self._say(ended.mark)
        if ended.breaks:
            self._flush()
        if ended.boxed:
            closed = self._boxes.pop().close()
            self._boxes[-1].blocks += closed
        if ended.listed:
            self._lists.pop()
        self._styles, self._url = ended.styles, ended.url

    def _visible(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Whether the element is to be walked through; if not, what counts of it has been taken."""
        classes = attributes.get("class") or ""
        if classes and silent(classes):
            return False
        if hidden(attributes):
            # Sites hide the photo that is meant for feed readers.
            self._add_images(node)
            return False
        if not classes:
            return True
        taken = read_post(node, classes) or (None if tag == "figcaption" else self._said(node, classes))
        if taken:
            self._add(taken)
        return not taken

    def _said(self, node: LexborNode, classes: str) -> Said | None:
        """What the element says of a photo, if the site calls it a caption or credit. Editors put whole articles into
        elements of such classes."""
        credit = bool(CREDIT_CLASS.search(classes))
        if (not credit and not CAPTION_CLASS.search(classes)) or self._looked_at > MOST_LOOKED_AT:
            return None
        text = node.text()
        self._looked_at += len(text)
        said = tidy(text)
        if not said or len(said) > LONGEST_CAPTION or node.css_first(MEDIA) or len(node.css("p")) > 1:
            return None
        return Said(credit_only(said), credit=True) if credit else Said(said)

    def _box(self, node: LexborNode, tag: str, attributes: Attributes) -> Container | None:
        """What gathers the blocks of the element, if they make one thing."""
        around = self._boxes[-1]
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return HeadingBox(level=int(tag[1]))
            case "li":
                number = self._lists[-1].take(attributes) if self._lists else None
                return ItemBox(depth=max(0, len(self._lists) - 1), number=number)
            case "summary" | "dt":
                return BoldBox()
            case "blockquote":
                return QuoteBox(post=bool(SIGNED.search(attributes.get("class") or "")))
            case "table":
                return TableBox()
            case "tr" if isinstance(around, TableBox):
                return RowBox(table=around, in_head=node.parent is not None and node.parent.tag == "thead")
            case "td" | "th" if isinstance(around, RowBox):
                return CellBox(row=around, heads=tag == "th")
            case "figure":
                for box in self._boxes:
                    if isinstance(box, FigureBox):
                        box.nested = True
                return FigureBox()
            case "figcaption" if isinstance(around, FigureBox):
                return read_caption(around, node)
        return None

    def _say(self, text: str) -> None:
        if "&" in text and Style.CODE not in self._styles:
            text = unescaped(text)
        if text and not text.isspace():
            self._pieces.append((SPACE.sub(" ", text), self._styles, self._url))
            self._line_ended = False
        elif text and self._pieces:
            self._pieces.append((SPACE.sub(" ", text), self._styles, self._url))

    def _break_line(self) -> None:
        # Two in a row end a paragraph on sites that know no <p>.
        if self._line_ended:
            self._flush()
        elif self._pieces:
            self._pieces.append(("\n", self._styles, self._url))
            self._line_ended = True

    def _flush(self) -> None:
        """End the paragraph."""
        if self._pieces:
            if runs := fold(self._pieces):
                self._boxes[-1].blocks.append(Paragraph(runs))
            self._pieces.clear()
        self._line_ended = False

    def _add(self, *blocks: Block) -> None:
        self._flush()
        self._boxes[-1].blocks += blocks

    def _add_images(self, node: LexborNode) -> None:
        if images := [image for img in node.css("img") if (image := read_image(img))]:
            self._add(*images)
