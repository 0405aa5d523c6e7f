"""Lines after an image → its caption and credit; lines that only say where one can read on → nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.feeds.blocks import Block, Image, Said, Text
from bot.feeds.credits import INSIDE, credited, split_credit, without_credit
from bot.feeds.runs import cut, merge
from bot.model.body import Run, words

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
    """Give each image what the lines after it say about it. A credit with no image before it stays, as such."""
    done: list[Block] = []
    position = 0
    while position < len(blocks):
        block = blocks[position]
        position += 1
        if isinstance(block, Image):
            image, used = _told(block, blocks[position : position + 2])
            position += used
            done.append(image)
        elif isinstance(block, Text):
            if kept := _without_tail(block):
                who = credited(words(kept.runs))
                done.append(Said(who, credit=True) if who else kept)
        else:
            done.append(block)
    return done


def _told(image: Image, following: Sequence[Block]) -> tuple[Image, int]:
    """The image with what up to two lines after it say, and how many of them did."""
    lines: list[Text | Said] = []
    for block in following:
        if not isinstance(block, Text | Said):
            break
        lines.append(block)
    if not lines:
        return image, 0
    first = lines[0]
    caption, credit = _words(first)
    if credit or isinstance(first, Said):
        used = 1
        if len(lines) == 2 and not credit and (who := _only_credit(lines[1])):
            credit, used = who, 2
        elif len(lines) == 2 and not caption and isinstance(lines[1], Said) and not lines[1].credit:
            caption, used = lines[1].text, 2
        return _with(image, caption, credit), used
    said = _line(first)
    if len(lines) == 2 and len(said) <= LONGEST_LINE and (who := _only_credit(lines[1])):
        return _with(image, said, who), 2
    return image, 0


def _line(line: Text | Said) -> str:
    return line.text if isinstance(line, Said) else words(line.runs)


def _words(line: Text | Said) -> tuple[str, str]:
    """(caption, credit) of a line; both empty for one that is no caption."""
    text = _line(line)
    if isinstance(line, Said):
        return ("", text) if line.credit else split_credit(text)
    if who := credited(text):
        return "", who
    *above, last = text.split("\n")
    if above and len(text) <= LONGEST_LINE and (who := credited(last)):
        return " ".join(filter(None, above)), who
    if len(text) <= LONGEST_LINE and "\n" not in text and INSIDE.match(text):
        return split_credit(text)
    return "", ""


def _only_credit(line: Text | Said) -> str:
    return line.text if isinstance(line, Said) and line.credit else credited(_line(line))


def _with(image: Image, caption: str, credit: str) -> Image:
    credit = image.credit or credit
    return replace(image, caption=without_credit(image.caption or caption, credit), credit=credit)


def _without_tail(block: Text) -> Text | None:
    text = words(block.runs)
    if TAILS.fullmatch(text):
        return None
    found = TAIL_INSIDE.search(text)
    kept = _before_tail(text, found) if found else text
    if not kept.strip(" \u00a0…"):
        return None
    if kept == text:
        return block
    # Nothing but a … was added at the end.
    runs = cut(block.runs, len(kept.removesuffix("…")))
    return replace(block, runs=merge((*runs, Run("…"))) if kept.endswith("…") else runs)


def _before_tail(text: str, tail: re.Match[str]) -> str:
    before = text[: tail.start()].rstrip()
    if before[-1:] in (".", "…", "!", "?") and not tail.group().lstrip().startswith("["):
        return before
    return before.rstrip(" .…\u00a0") + ("…" if "[" in tail.group() else "")
