"""Article HTML → blocks (paragraphs, images, videos) → plain text. Pure, iterative, guarded.

Every HTML parser has inputs on which it takes tens of seconds (100,000 nested elements, a tag with 100,000
attributes), so what is too large, too deep or too dense is cut before parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

HTML_LIMIT = 1_000_000
"""Characters of one entry that are parsed."""
DEPTH_LIMIT = 512
TAG_LIMIT = 16_384
"""Characters of one tag, its attributes included."""

BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article header footer main aside blockquote li ul ol dl dt dd h1 h2 h3 h4 h5 h6 pre table tr td th "
        "figure figcaption center address hr details summary",
    )
)
SILENT = frozenset(
    re.findall(r"\w+", "script style noscript template head title button form input select textarea svg math nav")
)
CREDIT = re.compile(
    r"^\(?\s*(?:фото(?:графия)?|photo(?:graph)?s?|сурет|image|picture|©|источник фото|фото с сайта|скриншот)"
    r"(?:\s+by)?\s*(?:[:：©/|]|(?<=©)|\bby\b)\s*(?P<who>.{2,150}?)\)?$",
    re.IGNORECASE,
)
TAILS = re.compile(
    r"^(?:читать (?:далее|дальше|полностью|подробнее).*|подробнее.{0,3}|толығырақ.{0,3}"
    r"|read (?:more|the full story|full).*|continue reading.*"
    r"|the post .{1,300} (?:appeared|first appeared) (?:first )?on .*|запись .{1,300} впервые появилась.*"
    r"|this article (?:was )?originally appeared (?:in|on) .*)$",
    re.IGNORECASE | re.DOTALL,
)
ELLIPSIS_TAIL = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|(?:читать далее|read more)\s*[…→»>.]*)\s*$", re.IGNORECASE)
LONGEST_CAPTION = 300


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str = ""
    credit: str = ""
    alt: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Video:
    url: str


Block = Paragraph | Image | Video


def plain(text: str) -> str:
    """A headline or label as people read it: tags out, entities resolved, also when escaped twice."""
    for _ in range(3):
        if "&" not in text and "<" not in text:
            break
        before = text
        text = unescape(re.sub(r"</?[a-zA-Z][^<>]{0,500}>", "", text))
        if text == before:
            break
    return tidy(text)


def tidy(text: str) -> str:
    """White space folded (a non-breaking space stays one), control characters and zero-width ones out."""
    text = re.sub(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u2060\ufeff\u00ad\ufffe\uffff]", "", text)
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", text).strip(" \u00a0")


def read_blocks(html: str) -> list[Block]:
    """What there is to read and see, in order; captions and credits are with their images, not among the text."""
    if "<" not in html and "&lt;" in html:
        html = unescape(html)
    if "<" not in html:
        return [Paragraph(text) for line in re.split(r"\n\s*\n|\n(?=\S)", html) if (text := tidy(unescape(line)))]
    root = LexborHTMLParser(guard(html)).body
    blocks = list(_walk(root)) if root else []
    return _without_tails(_attach_credits(blocks))


def paragraphs(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def guard(html: str) -> str:
    """Cut the HTML where its size, nesting or one tag gets out of hand; linear in its length."""
    html = html[:HTML_LIMIT]
    depth = 0
    position = 0
    while (start := html.find("<", position)) >= 0:
        if html.startswith("<!--", start):
            end = html.find("-->", start)
            if end < 0:
                return html[:start]
            position = end + 3
            continue
        end = html.find(">", start)
        if end < 0 or end - start > TAG_LIMIT:
            return html[:start]
        if html.startswith("</", start):
            depth -= 1
        elif html[end - 1] != "/" and html[start + 1 : start + 2].isalpha():
            name = re.match(r"[a-zA-Z0-9]+", html[start + 1 : start + 20])
            depth += name is not None and name.group().lower() not in _VOID
        if depth > DEPTH_LIMIT:
            return html[:start]
        position = end + 1
    return html


_VOID = frozenset(re.findall(r"\w+", "br img hr input meta link source wbr area base col embed track param p li"))


def _walk(root: LexborNode) -> Iterator[Block]:
    """Depth first without recursion. Inline text gathers until a block begins or ends."""
    text: list[str] = []

    def flush() -> Iterator[Block]:
        if words := tidy("".join(text)):
            yield Paragraph(words)
        text.clear()

    node: LexborNode | None = root.child
    while node is not None:
        tag = node.tag or ""
        descend = False
        if tag == "-text":
            text.append(node.text_content or "")
        elif tag == "figure":
            yield from flush()
            yield from _figure(node)
        elif tag in ("img", "amp-img"):
            if image := _image(node):
                yield from flush()
                yield image
        elif tag in ("iframe", "video", "embed", "audio"):
            if url := _source(node):
                yield from flush()
                yield Video(url)
        elif tag == "br":
            text.append("\n")
            # Two in a row end a paragraph on sites that know no <p>.
            if re.search(r"\n[ \t\r\n]*\n[ \t]*$", "".join(text[-4:])):
                yield from flush()
        elif tag not in SILENT:
            if tag in BLOCKS:
                yield from flush()
            descend = True
        if descend and node.child is not None:
            node = node.child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                node = None
                break
            if (node.tag or "") in BLOCKS:
                yield from flush()
        node = node.next if node is not None else None
    yield from flush()


def _figure(node: LexborNode) -> Iterator[Block]:
    """All images of a figure carry its caption and credit."""
    caption_node = node.css_first("figcaption")
    credit = ""
    caption = ""
    if caption_node:
        said = tidy(caption_node.text())
        marked = caption_node.css_first('cite, .credit, .copyright, .author, [class*="credit"], [class*="source"]')
        if marked:
            credit = tidy(marked.text())
            caption = tidy(said.replace(credit, "", 1)) if credit else said
            credit = _credited(credit) or credit
        else:
            caption, credit = _split_credit(said)
    for image in node.css("img, amp-img"):
        if found := _image(image):
            yield replace(found, caption=caption or found.caption, credit=credit or found.credit)
    for player in node.css("iframe, video"):
        if url := _source(player):
            yield Video(url)


def _split_credit(said: str) -> tuple[str, str]:
    """(caption, credit) of a line that may hold both: «Мост. Фото: Акимат», "A bridge (Photo: City)"."""
    if credit := _credited(said):
        return "", credit
    found = re.match(
        r"(?P<caption>.*?[.!?»\")…]|.*?)\s*[|(/]?\s*(?P<credit>(?:Фото|Photo|Сурет|©)\s*[:©]?.{2,150})$", said
    )
    if found and found["caption"] and (credit := _credited(found["credit"])):
        return tidy(found["caption"]), credit
    return said, ""


def _credited(line: str) -> str:
    """Who is credited by a line like «Фото: Акимат», or ""."""
    found = CREDIT.match(line)
    return tidy(found["who"].strip(" .|")) if found else ""


def _image(node: LexborNode) -> Image | None:
    attributes = node.attributes
    url = _largest(attributes.get("srcset") or attributes.get("data-srcset") or "")
    url = url or next((value for name in _LAZY if (value := attributes.get(name))), None) or ""
    url = tidy(url)
    if not url or url.startswith("data:"):
        return None
    alt = tidy(attributes.get("alt") or "")
    caption = plain(attributes.get("data-caption") or "")
    alt_credit = _credited(alt)
    credit = plain(attributes.get("data-credit") or attributes.get("data-portal-copyright") or "") or alt_credit
    return Image(
        url=url,
        caption=caption[:LONGEST_CAPTION],
        credit=credit,
        alt="" if alt_credit else alt,
        width=_pixels(attributes.get("width")),
        height=_pixels(attributes.get("height")),
    )


_LAZY = ("data-src", "data-original", "data-lazy-src", "data-orig-file", "data-full-url", "src")


def _largest(srcset: str) -> str:
    """The address with the largest width (or density) of a srcset."""
    best, best_size = "", 0.0
    for part in re.split(r",\s+|,(?=https?:)", srcset):
        url, _, size = part.strip().partition(" ")
        number = float(found.group()) if (found := re.search(r"\d+(?:\.\d+)?", size)) else 1.0
        if url and number > best_size:
            best, best_size = url, number
    return best


def _pixels(value: str | None) -> int | None:
    found = re.match(r"\d{1,5}", value or "")
    return int(found.group()) if found else None


def _source(node: LexborNode) -> str:
    url = node.attributes.get("src") or node.attributes.get("data-src") or ""
    if not url and (source := node.css_first("source")):
        url = source.attributes.get("src") or ""
    return tidy(url)


def _attach_credits(blocks: list[Block]) -> list[Block]:
    """A paragraph «Фото: …» after an image is its credit, and a short one between the two is its caption."""
    done: list[Block] = []
    waiting = iter(range(len(blocks)))
    for index in waiting:
        block = blocks[index]
        following = blocks[index + 1 : index + 3]
        if isinstance(block, Image):
            if following and isinstance(following[0], Paragraph) and (credit := _credited(following[0].text)):
                block = replace(block, credit=block.credit or credit)
                next(waiting)
            elif (
                len(following) == 2
                and isinstance(following[0], Paragraph)
                and isinstance(following[1], Paragraph)
                and len(following[0].text) <= LONGEST_CAPTION
                and (credit := _credited(following[1].text))
            ):
                block = replace(block, caption=block.caption or following[0].text, credit=block.credit or credit)
                next(waiting)
                next(waiting)
        done.append(block)
    return done


def _without_tails(blocks: list[Block]) -> list[Block]:
    """Without the last lines that only say where one can read on."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            text = ELLIPSIS_TAIL.sub("…", block.text) if ELLIPSIS_TAIL.search(block.text) else block.text
            if TAILS.match(text) or text in ("…", "&nbsp;", "\u00a0"):
                continue
            block = Paragraph(text)
        kept.append(block)
    return kept
