"""Which part of a line names the photo, and which its photographer. Pure.

Newsrooms write the credit into the caption in a handful of ways: «Мост. Фото: Акимат», "A bridge (Photo: City)",
«Сурет: ...», "... in Vienna. — AFP", "... | Getty Images", «... © АиФ».
"""

from __future__ import annotations

import re

from bot.feeds.words import plain

LONGEST_CREDIT = 150
LONGEST_CAPTION = 1000
MARK = (
    r"(?:(?:источник\s+)?(?:фото|изображени[ея]|иллюстраци[яи])(?:графия)?(?:\s+автора)?|фото\s+с\s+сайта|скриншот"
    r"|сурет(?:тер|і)?|(?:image|photo|picture)\s+(?:credit|source|courtesy)s?|photo(?:graph|s|graphs|graphy)?|image|picture"
    r"|credit|foto|bild|crédit(?:\s+photo)?|світлина|іллюстрація)"
)
# The mark needs its colon (or "by", "©"): «Фото дня» is a headline.
WHOLE = re.compile(
    rf"^\W{{0,3}}{MARK}\s*(?:[:：©]+|/(?=\s)|\bby\b:?)\s*(?P<who>.{{2,{LONGEST_CREDIT}}})$", re.IGNORECASE
)
SIGN = re.compile(rf"^[(\[]?\s*©\s*(?P<who>.{{2,{LONGEST_CREDIT}}}?)[)\]]?$")
INSIDE = re.compile(
    rf"^(?P<caption>.*?\S)(?:\s*[|/]\s*|\s*\(\s*|\s+)(?P<credit>(?:{MARK}\s*[:：©]+|(?:photo|image|photograph)s?\s+by\b|©)"
    rf"\s*.{{2,{LONGEST_CREDIT}}}?)\)?$",
    re.IGNORECASE | re.DOTALL,
)
ENLARGE = re.compile(r"^Enlarge\s*(?:/\s+|(?=\())")
"""A button's name that some sites leave in the caption."""
DASHED = re.compile(r"^(?P<caption>.*[.!?»”\"])\s*[—–]\s*(?P<credit>[^—–.!?]{2,60})$", re.DOTALL)
# Not within brackets: "(Photo: Getty | Ann Lee)" is one credit.
PIPED = re.compile(r"^(?P<caption>(?:[^()]|\([^()]*\)){10,}?)\s+\|\s+(?P<credit>[^|]{2,100})$", re.DOTALL)


def credited(line: str) -> str:
    """Who is credited by a line that is nothing but a credit, or ""."""
    line = line.strip()
    if found := WHOLE.match(line):
        who = found["who"]
        # The bracket that closes «(Фото: ...)», not one that belongs to the name.
        if who.endswith((")", "]")) and who.count("(") + who.count("[") < who.count(")") + who.count("]"):
            who = who[:-1]
        return _name(who)
    if found := SIGN.match(line):
        return credit_only(found["who"])
    return ""


def credit_only(said: str) -> str:
    """What stands in a field for credits, without «Фото:» before the name."""
    said = plain(said)
    return credited(said) or _name(said.removeprefix("©"))


def split_credit(said: str) -> tuple[str, str]:
    """(caption, credit) of a line that may hold either or both."""
    said = ENLARGE.sub("", said.strip())
    if who := credited(said):
        return "", who
    for pattern in (PIPED, INSIDE, DASHED):
        if found := pattern.match(said):
            caption = found["caption"].strip(" |(/\n")
            return caption[:LONGEST_CAPTION], credit_only(found["credit"].strip(" )"))
    return said[:LONGEST_CAPTION], ""


def without_credit(caption: str, credit: str) -> str:
    """A caption that ends with the credit which is already known from elsewhere, without it."""
    if credit and caption.endswith(credit):
        caption = re.sub(rf"[\s|(/©—–-]*(?:{MARK}\s*[:：©]*)?\s*$", "", caption[: -len(credit)], flags=re.IGNORECASE)
    return caption


def _name(who: str) -> str:
    return who.strip(" .|;,\u00a0©")[:LONGEST_CREDIT]
