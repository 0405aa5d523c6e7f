"""Addresses as Telegram's library reads them: what is a link, how it is written out, and why it is none."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
_AUTHORITY = re.compile(r"[^/?#]*")
_PORT = re.compile(r":(\d*)$")
_ALLOWED = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=]|%[0-9a-fA-F]{2}|[^\x00-\x7f])*")
_IPV6 = re.compile(r"\[[0-9a-fA-F:.]+\]")
_USER = re.compile(r"tg:(?://)?user/?\?(?:[^#]*&)?id=(\d+)(?:[&#]|$)", re.IGNORECASE)
LARGEST_USER = (1 << 40) - 1


class NoLink(Exception):
    """Why an address opens nothing."""


def checked(url: str) -> str:
    """The address as Telegram keeps it: http:// put in front when it has no scheme, host in lower case, a path at
    least `/`. Raises NoLink."""
    for scheme in ("tg", "tonsite", "ton"):
        if url[: len(scheme) + 1].lower() == scheme + ":":
            return _own(scheme, url[len(scheme) + 1 :].removeprefix("//"))
    scheme, userinfo, host, port, query = _split(url)
    if "." not in host and not host.startswith("["):
        raise NoLink("Wrong HTTP URL")
    return f"{scheme}://{userinfo + '@' if userinfo else ''}{host}{f':{port}' if port else ''}{query}"


def mentioned_user(url: str) -> int | None:
    """The person that a tg://user?id= link names."""
    found = _USER.match(url)
    return int(found[1]) if found and 0 < int(found[1]) <= LARGEST_USER else None


def _own(scheme: str, rest: str) -> str:
    """tg: and ton: links."""
    asked, userinfo, host, port, query = _split(rest)
    if asked == "https" or rest[:7].lower() == "http://" or userinfo or port or host.startswith("["):
        raise NoLink(f"Wrong {scheme} URL")
    if scheme != "tonsite" and not re.fullmatch(r"[a-z0-9_-]+", host):
        raise NoLink("Unallowed characters in URL host")
    return f"{scheme}://{host}{query[1:] if query.startswith('/?') else query}"


def _split(url: str) -> tuple[str, str, str, int, str]:
    """Scheme, user, host, port (0: none given), path with everything behind it."""
    scheme = "http"
    if found := _SCHEME.match(url):
        scheme = found[1].lower()
        if scheme not in ("http", "https"):
            raise NoLink("Unsupported URL protocol")
        url = url[found.end() :]
    authority = _AUTHORITY.match(url)
    assert authority
    place, query = authority[0], url[authority.end() :].rstrip(" \t\r\n\0\x0b")
    port = 0
    colon = max(place.rfind(":"), place.rfind("]"), place.rfind("@"))
    if colon > 0 and place[colon] == ":":
        digits, place = place[colon + 1 :], place[:colon]
        if not re.fullmatch(r"\d{1,9}", digits) or not 0 < int(digits) < 65_536:
            raise NoLink("Wrong port number specified in the URL")
        port = int(digits)
    userinfo, _, host = place.rpartition("@")
    if not host:
        raise NoLink("URL host is empty")
    if host == ".":
        raise NoLink("Host is invalid")
    if not _ALLOWED.fullmatch(host) and not _IPV6.fullmatch(host):
        raise NoLink("Unallowed characters in URL host")
    if not _ALLOWED.fullmatch(userinfo.replace(":", "")):
        raise NoLink("Unallowed characters in URL userinfo")
    query = query if query.startswith("/") else "/" + query
    query = "".join(f"%{ord(letter):02X}" if letter <= " " else letter for letter in query)
    return scheme, userinfo, "".join(c.lower() if c < "\x80" else c for c in host), port, query
