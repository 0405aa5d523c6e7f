"""Where a link in an article leads. Pure."""

from __future__ import annotations

import re

from bot.feeds.photos import absolute

PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{2,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?", re.IGNORECASE)
"""Nothing to mend in it."""
MAIL = re.compile(r"mailto:([\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?:\?.*)?", re.IGNORECASE)
PHONE = re.compile(r"tel:\+?[\d ().-]{3,24}", re.IGNORECASE)


def link(href: str, base: str) -> str:
    """The full http(s), mailto or tel address; "" for what leads nowhere from outside: places on the page, scripts."""
    href = href.strip()
    if PLAIN.fullmatch(href):
        return href
    if not href or href[0] == "#":
        return ""
    if found := MAIL.fullmatch(href):
        return f"mailto:{found.group(1)}"
    if PHONE.fullmatch(href):
        return "tel:" + re.sub(r"[^\d+]", "", href)
    return absolute(href, base)
