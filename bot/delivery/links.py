"""Which addresses Telegram takes. One that it doesn't makes it refuse a whole rich message, or all the buttons."""

from __future__ import annotations

import re

LONGEST = 2048
"""Characters. Nobody types more, and markup must stay below 32,768 bytes with all its links."""
_ADDRESS = re.compile(
    r"https?://(?P<host>[\w.~-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?(?:[/?#][^\x00-\x1f\x7f\ud800-\udfff]*)?",
    re.IGNORECASE,
)


def opens(url: str) -> bool:
    """Whether Telegram takes the address for a link or a button: http(s), and a host with a dot."""
    found = _ADDRESS.fullmatch(url) if len(url) <= LONGEST else None
    if found is None or not 0 < int(found["port"] or 80) < 65_536:
        return False
    host = found["host"]
    return host.startswith("[") or ("." in host and any(letter.isalnum() for letter in host))


def host_of(url: str) -> str:
    """The site that an address leads to, as people name it; "" of one that does not open."""
    found = _ADDRESS.fullmatch(url) if opens(url) else None
    return found["host"].lower().removeprefix("www.") if found else ""
