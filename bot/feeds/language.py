"""Which language a text is in, where the feed does not say it or says one for articles in two. Pure."""

from __future__ import annotations

import re

KAZAKH = re.compile(r"[әғқңөұүһӘҒҚҢӨҰҮҺ]")
OTHER = re.compile(r"[іїєґўќѓђћјљњџ]", re.IGNORECASE)
CYRILLIC = re.compile(r"[а-яА-ЯёЁәғқңөұүһіӘҒҚҢӨҰҮҺІ]")


def feed_language(code: str) -> str:
    """ "ru-RU" → "ru"; "" for what is no language code."""
    bare = re.match(r"[a-zA-Z]{2,3}(?=$|[-_])", code.strip())
    return bare.group().lower() if bare else ""


def article_language(declared: str, text: str) -> str:
    """Newsrooms of Kazakhstan mix both languages in one feed: letters that only Kazakh has decide. More than one in
    fifty: a Russian text with a Kazakh name in it stays Russian."""
    letters = len(CYRILLIC.findall(text))
    if declared in ("", "ru", "kk") and letters > 10:
        if len(KAZAKH.findall(text)) * 50 > letters:
            return "kk"
        if not declared and not OTHER.search(text):
            return "ru"
    return declared
