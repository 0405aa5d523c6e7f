"""Lines after an image → its caption and credit; lines that only say where one can read on → nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.feeds.blocks import Block, Image, Paragraph
from bot.feeds.credits import INSIDE, credited, split_credit, without_credit

LONGEST_LINE = 300
"""Characters of a line that may be a caption; longer ones are the article."""
TAILS = re.compile(
    r"(?:читать|читайте)\s+(?:далее|дальше|полностью|подробнее|статью|на сайте).{0,80}|подробнее.{0,3}|толығырақ.{0,3}"
    r"|(?:continue reading|read (?:more|on|full|the (?:full|rest|whole))).{0,200}"
    r"|(?:the post|запись|сообщение) .{1,300}(?:appeared first on|first appeared on|впервые появил|появились сначала)"
    r".{0,200}|this article (?:was )?originally appeared (?:in|on) .{1,200}|\[?(?:…|\.\.\.)\]?|\[link\]|\[comments\]"
    r"|comments?",
    re.IGNORECASE | re.DOTALL,
)
TAIL_INSIDE = re.compile(
    r"\s*(?:(?<=[.!?…»”\"])\s*The post .{1,300}?(?:appeared first on|first appeared on)\b.{0,200}"
    r"|\[(?:…|\.\.\.|&hellip;)\]|\b(?:Читать (?:далее|дальше|полностью)|Read more|Continue reading)\s*[…→»>.]*)\s*$",
    re.DOTALL,
)


def attach(blocks: Sequence[Block]) -> list[Block]:
    """Give each image what the lines after it say about it. A credit with no image before it stays, with its role."""
    done: list[Block] = []
    position = 0
    while position < len(blocks):
        block = blocks[position]
        position += 1
        if isinstance(block, Image):
            image, used = _told(block, blocks[position : position + 2])
            position += used
            done.append(image)
        elif isinstance(block, Paragraph):
            if not block.role and (kept := _without_tail(block)):
                who = credited(kept.text)
                done.append(Paragraph(who, role="credit") if who else kept)
            elif block.role:
                done.append(block)
        else:
            done.append(block)
    return done


def _told(image: Image, following: Sequence[Block]) -> tuple[Image, int]:
    """The image with what up to two lines after it say, and how many of them did."""
    lines: list[Paragraph] = []
    for block in following:
        if not isinstance(block, Paragraph):
            break
        lines.append(block)
    if not lines:
        return image, 0
    first = lines[0]
    caption, credit = _words(first)
    if credit or first.role:
        used = 1
        if len(lines) == 2 and not credit and (more := _words(lines[1])) and not more[0]:
            credit, used = more[1], 2
        elif len(lines) == 2 and not caption and lines[1].role == "caption":
            caption, used = lines[1].text, 2
        return _with(image, caption, credit), used
    if len(lines) == 2 and len(first.text) <= LONGEST_LINE and (who := _only_credit(lines[1])):
        return _with(image, first.text, who), 2
    return image, 0


def _words(line: Paragraph) -> tuple[str, str]:
    """(caption, credit) of a line; both empty for one that is no caption."""
    if line.role == "credit":
        return "", line.text
    if line.role == "caption":
        return split_credit(line.text)
    if who := credited(line.text):
        return "", who
    *above, last = line.text.split("\n")
    if above and len(line.text) <= LONGEST_LINE and (who := credited(last)):
        return " ".join(above), who
    if len(line.text) <= LONGEST_LINE and "\n" not in line.text and INSIDE.match(line.text):
        return split_credit(line.text)
    return "", ""


def _only_credit(line: Paragraph) -> str:
    return line.text if line.role == "credit" else credited(line.text)


def _with(image: Image, caption: str, credit: str) -> Image:
    credit = image.credit or credit
    return replace(image, caption=without_credit(image.caption or caption, credit), credit=credit)


def _without_tail(block: Paragraph) -> Paragraph | None:
    text = block.text
    if TAILS.fullmatch(text):
        return None
    if found := TAIL_INSIDE.search(text):
        text = text[: found.start()].rstrip(" .…\u00a0") + ("…" if "[" in found.group() else "")
        if not found.group().lstrip().startswith("[") and block.text[: found.start()].rstrip()[-1:] in ".…!?":
            text = block.text[: found.start()].rstrip()
    return replace(block, text=text) if text.strip(" \u00a0…") else None
