"""Quotes, and who is quoted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from bot.feeds.blocks import Block
from bot.feeds.containers import Container, gathered
from bot.feeds.runs import join
from bot.feeds.words import tidy
from bot.model.body import Paragraph, Quote, Run, words

LONGEST_CREDIT = 200
"""Characters; what is longer is part of the text."""
DASH = re.compile(r"^(?:[—–―-]+\s*)+")
NOTHING = ("-comment", "br", "script", "cite", "footer")
"""What may follow the name of the quoted at the end of a quote."""
MOST_LOOKED_AT = 20
"""Of what follows: a quote of nothing but names has no end to be looked for."""


@dataclass(slots=True)
class QuoteBox(Container):
    credit: str = ""
    post: bool = False
    """Of a social network: its last line names the author and has the date, which is the link to it."""

    def sign(self, node: LexborNode) -> bool:
        """Whether this <cite> or <footer> says who is quoted: it ends the quote. Otherwise it is part of it."""
        if len(self.credit) > LONGEST_CREDIT or not _ends_quote(node):
            return False
        self.credit = " ".join(filter(None, (self.credit, tidy(node.text()))))
        return True

    def close(self) -> Iterable[Block]:
        """Its paragraphs are one quote; the last has the credit."""
        if self.post:
            self._sign_post()
        done = [Quote(join(part, "\n\n")) if isinstance(part, list) else part for part in gathered(self.blocks)]
        credit = DASH.sub("", self.credit)
        for index in reversed(range(len(done))):
            quote = done[index]
            if credit and isinstance(quote, Quote) and len(credit) <= LONGEST_CREDIT:
                done[index] = replace(quote, credit=credit)
                return done
        return [*done, Paragraph((Run(self.credit),))] if credit else done

    def _sign_post(self) -> None:
        if len(self.blocks) < 2 or not isinstance(last := self.blocks[-1], Paragraph):
            return
        *name, date = last.runs
        if name and date.url and DASH.match(said := words(name)):
            self.blocks[-1], self.credit = Paragraph((date,)), said.strip()


def _ends_quote(node: LexborNode) -> bool:
    parent = node.parent
    if parent is not None and parent.tag != "blockquote":
        return not _followed(node) and not _followed(parent) and parent.parent is not None
    return not _followed(node)


def _followed(node: LexborNode) -> bool:
    after = node.next
    for _ in range(MOST_LOOKED_AT):
        if after is None:
            return False
        if after.tag not in NOTHING and (after.tag != "-text" or (after.text_content or "").strip()):
            return True
        after = after.next
    return True
