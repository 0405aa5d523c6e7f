"""What makes an entry the same entry at the next poll. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from yarl import URL

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|yclid|ysclid|dclid|msclkid|mc_[ce]id|igshid|_openstat|_ga|from|ref|rss|cmpid|at_\w+|ocid",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What an entry says of itself."""

    guid: str
    link: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Identity:
    identity: bytes
    link_key: bytes | None


def identify(entries: Sequence[Marks]) -> list[Identity]:
    """guid, else canonical link, else title and text. Several entries that share a guid or link are told apart by
    their link or title; dates play no part. Exact repetitions get the same identity."""
    guids = [_guid(entry.guid) for entry in entries]
    links = [canonical(entry.link) for entry in entries]
    shared_guids, shared_links = _shared(guids, entries), _shared(links, entries)
    found = []
    for entry, guid, link in zip(entries, guids, links, strict=True):
        own_link = link if link and link not in shared_links else ""
        if guid and guid not in shared_guids:
            marks = ("guid", guid)
        elif guid and own_link:
            marks = ("guid+link", guid + " " + own_link)
        elif own_link:
            marks = ("link", own_link)
        else:
            marks = ("words", " ".join([guid, link, entry.title, "" if entry.title else entry.text]))
        found.append(Identity(_digest(*marks), _digest("link", own_link) if own_link else None))
    return found


def link_key(link: str) -> bytes:
    """By which an article with that link is found."""
    return _digest("link", canonical(link))


def canonical(link: str) -> str:
    """One spelling of an address: lower-case host, no fragment, no tracking, sorted query, no slash at the end."""
    try:
        url = URL(link)
        host = (url.host or "").lower().removeprefix("www.")
        if not host:
            return link.strip()
        kept = sorted((key, value) for key, value in url.query.items() if not TRACKING.fullmatch(key))
        bare = URL.build(scheme="https", host=host, port=_port(url), path=url.path.rstrip("/") or "/", query=kept)
        return str(bare)
    except ValueError:
        return link.strip()


def _port(url: URL) -> int | None:
    return None if url.is_default_port() else url.port


def _guid(guid: str) -> str:
    """Some sites put their tracking into the guid, too. A fragment stays: it may be all that tells two apart."""
    guid = guid.strip()
    if not guid.startswith(("http://", "https://")) or "?" not in guid:
        return guid
    try:
        url = URL(guid)
        return str(url.with_query([(key, value) for key, value in url.query.items() if not TRACKING.fullmatch(key)]))
    except ValueError:
        return guid


def _shared(marks: Sequence[str], entries: Sequence[Marks]) -> set[str]:
    """Marks that stand on entries with different titles."""
    pairs = {(mark, entry.title) for mark, entry in zip(marks, entries, strict=True) if mark}
    return {mark for mark, times in Counter(mark for mark, _ in pairs).items() if times > 1}


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()
