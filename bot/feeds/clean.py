"""Article HTML → blocks (paragraphs, images, videos), in order. Pure, iterative, guarded.

Captions and credits end up with their images, not among the paragraphs: whether the site marks them (figcaption, cite,
classes, data attributes) or writes them as lines after the photo («Фото: Акимат»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds.blocks import Block, Paragraph, Video
from bot.feeds.captions import attach
from bot.feeds.credits import credit_only, split_credit, without_credit
from bot.feeds.guard import guard
from bot.feeds.images import read_image, read_source
from bot.feeds.words import SPACE, TAG, scrub, tidy
from bot.model import BlockKind

BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article header footer main aside blockquote li ul ol dl dt dd h1 h2 h3 h4 h5 h6 pre table tr "
        "figure figcaption center address hr details summary body",
    )
)
KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    "blockquote": BlockKind.QUOTE,
    "li": BlockKind.ITEM,
    "tr": BlockKind.ROW,
}
SILENT = frozenset(
    re.findall(
        r"\w+", "script style template head title button form input select textarea svg math nav menu object applet"
    )
)
SILENT_CLASS = re.compile(
    r"\b(?:feedflare|sharedaddy|jp-relatedposts|addtoany\w*|yarpp\w*|share-buttons?|social-share|wp-block-newsletter)\b"
)
CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:caption|wp-caption-text|photo-?desc\w*|image-?desc\w*)(?:$|[\s_-])", re.IGNORECASE
)
CREDIT_CLASS = re.compile(
    r"(?:photo|image|media|pic|figure|caption)?[_-]*(?:credit|copyright)s?(?:$|[\s_-])", re.IGNORECASE
)
ESCAPED_AGAIN = re.compile(r"<(?:p|div|figure|img|a|span|iframe)\b[^>]*>.*>$", re.DOTALL | re.IGNORECASE)


def read_blocks(html: str) -> list[Block]:
    """What there is to read and see, in order."""
    if "<" not in html and "&lt;" in html and TAG.search(unescaped := unescape(html)):
        html = unescaped
    if "<" not in html:
        lines = re.split(r"\n[ \t\r]*\n", scrub(unescape(html)))
        return attach([Paragraph(text) for line in lines if (text := _lines(line))])
    root = LexborHTMLParser(guard(html)).body
    blocks: list[Block] = []
    for block in _walk(root) if root else ():
        if isinstance(block, Paragraph) and ESCAPED_AGAIN.match(block.text):
            inner = LexborHTMLParser(guard(block.text)).body
            blocks += _walk(inner) if inner else ()
        else:
            blocks.append(block)
    return attach(blocks)


def paragraphs(blocks: list[Block]) -> list[str]:
    """What is to be read."""
    return [block.text for block in blocks if isinstance(block, Paragraph) and not block.role]


def loose_credits(blocks: list[Block]) -> list[str]:
    """Credits that stand in the text away from any image: of the photos that the feed declares elsewhere."""
    return [block.text for block in blocks if isinstance(block, Paragraph) and block.role == "credit"]


def _lines(text: str) -> str:
    """A paragraph with its line breaks kept and every other white space folded."""
    return "\n".join(line for part in text.split("\n") if (line := SPACE.sub(" ", part).strip(" \u00a0")))


class _Walk:
    """Gathers inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.blocks: list[Block] = []
        self._kinds = [BlockKind.TEXT]
        """Of the elements that are open; the innermost one counts."""

    def flush(self) -> None:
        if words := _lines(scrub("".join(self.text))):
            self.blocks.append(Paragraph(words, self._kinds[-1]))
        self.text.clear()

    def add(self, *blocks: Block) -> None:
        self.flush()
        self.blocks += blocks

    def enter(self, node: LexborNode) -> bool:
        """Take what this node is; True: its children are to be visited too."""
        tag = node.tag or ""
        if tag == "-text":
            self.text.append(SPACE.sub(" ", node.text_content or ""))
        elif tag == "br":
            # Two in a row end a paragraph on sites that know no <p>.
            if self.text and self.text[-1] == "\n":
                self.flush()
            else:
                self.text.append("\n")
        elif tag in ("img", "amp-img"):
            if image := read_image(node):
                self.add(image)
        elif tag == "noscript":
            # What lazy-loading sites give to readers without scripts; the same photo is merged later.
            self.add(*(image for img in node.css("img") if (image := read_image(img))))
        elif tag in ("iframe", "video", "embed"):
            if url := read_source(node):
                self.add(Video(url))
        elif tag == "pre":
            self.add(*[Paragraph(text, BlockKind.CODE) for text in [scrub(node.text()).strip()] if text])
        elif tag == "figure":
            if node.css_first("img, amp-img, iframe, video") and not node.css_first("figure figure"):
                self.add(*_figure(node))
            else:
                return True
        elif tag not in SILENT:
            return self._enter_element(node, tag)
        return False

    def _enter_element(self, node: LexborNode, tag: str) -> bool:
        classes = node.attributes.get("class") or ""
        if classes and SILENT_CLASS.search(classes):
            return False
        if tag in BLOCKS:
            self.flush()
            if tag in KINDS and node.child is not None:
                self._kinds.append(KINDS[tag])
        elif tag in ("td", "th") and self.text:
            self.text.append(" | ")
        if not classes or node.css_first("img, iframe, video"):
            return True
        said = tidy(node.text())
        if said and CREDIT_CLASS.search(classes):
            self.add(Paragraph(credit_only(said), role="credit"))
            return False
        if said and CAPTION_CLASS.search(classes):
            self.add(Paragraph(said, role="caption"))
            return False
        return True

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in BLOCKS:
            self.flush()
            if tag in KINDS and node.child is not None:
                self._kinds.pop()


def _walk(root: LexborNode) -> list[Block]:
    """Depth first without recursion."""
    walk = _Walk()
    node: LexborNode | None = root.child
    while node is not None:
        if walk.enter(node) and node.child is not None:
            node = node.child
            continue
        walk.leave(node)
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                node = None
                break
            walk.leave(node)
        node = node.next if node is not None else None
    walk.flush()
    return walk.blocks


def _figure(node: LexborNode) -> Iterator[Block]:
    """All images of a figure carry its caption and credit."""
    caption, credit = _figure_words(node.css_first("figcaption"))
    for image in node.css("img, amp-img"):
        if found := read_image(image):
            own = credit or found.credit
            yield replace(found, caption=without_credit(caption or found.caption, own), credit=own)
    for player in node.css("iframe, video"):
        if url := read_source(player):
            yield Video(url)


def _figure_words(node: LexborNode | None) -> tuple[str, str]:
    if node is None:
        return "", ""
    said = tidy(node.text(separator=" ")).replace(" .", ".").replace(" ,", ",")
    marked = node.css_first(
        'cite, small, [class*="credit"], [class*="copyright"], [class*="source"], [class*="author"]'
    )
    raw_credit = tidy(marked.text()) if marked else ""
    if not raw_credit:
        return split_credit(tidy(node.text()))
    return tidy(said.replace(raw_credit, "", 1)).strip(" |/—–"), credit_only(raw_credit)
