"""Which stored article an entry of a feed is.

A feed's own mark for an entry (guid, else link, else words) is believed first. It may change all the same: sites add
guids to old entries, put a moved address into them, or give one guid to several entries. Then the address decides
when the headlines are alike, and at last the same headline with the same date. Seen for real: a feed came back after
three months with the same 36 articles under new guids.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.articles import ParsedArticle
from bot.model.ids import ArticleId, FeedId
from storage.engine import Row, Transaction
from storage.moments import to_ms_or_none

ALIKE = 0.5
"""Of all words in two headlines, how many both must have to be one headline that was edited."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is remembered of an entry; also of one whose article was pruned (article_id is None)."""

    article_id: ArticleId | None
    title: str
    title_key: bytes
    link_key: bytes | None
    published_ms: int | None


def title_key(title: str) -> bytes:
    return hashlib.sha256(" ".join(_words(title)).encode("utf-8", "surrogatepass")).digest()[:16]


def choose(
    parsed: ParsedArticle, by_mark: Candidate | None, by_link: Candidate | None, by_words: Candidate | None
) -> Candidate | None:
    """The one that the entry is; None: it is new. Pure."""
    if by_mark and _surely(parsed, by_mark):
        return by_mark
    published = to_ms_or_none(parsed.published_at)
    if by_link and (
        by_link.title_key == title_key(parsed.title)
        or _alike(by_link.title, parsed.title)
        or (published is not None and by_link.published_ms == published)
    ):
        return by_link
    # Address and headline were both edited, or the mark is all there is.
    return by_mark or by_words


async def match(transaction: Transaction, feed_id: FeedId, articles: Sequence[ParsedArticle]) -> list[Candidate | None]:
    """For each entry of one poll what this feed has brought before. No two entries of a poll are taken for one by
    address or headline: of those that are listed side by side each is its own. Unchanged entries cost one lookup."""
    by_mark = [
        _candidate(await transaction.row(f"{REMEMBERED} AND e.identity = $2", feed_id, parsed.identity))
        for parsed in articles
    ]
    sure = [mark if mark and _surely(parsed, mark) else None for parsed, mark in zip(articles, by_mark, strict=True)]
    taken = {known.article_id for known in sure if known}
    found: list[Candidate | None] = []
    for parsed, mark, known in zip(articles, by_mark, sure, strict=True):
        if known is None:
            others = [await _by_link(transaction, feed_id, parsed), await _by_words(transaction, feed_id, parsed)]
            link, words = (one if one and one.article_id not in taken else None for one in others)
            known = choose(parsed, mark, link, words)
            taken |= {known.article_id} if known else set()
        found.append(known)
    return found


async def _by_link(transaction: Transaction, feed_id: FeedId, parsed: ParsedArticle) -> Candidate | None:
    if parsed.link_key is None:
        return None
    sql = f"{REMEMBERED} AND e.link_key = $2 ORDER BY e.article_id DESC NULLS LAST LIMIT 1"
    return _candidate(await transaction.row(sql, feed_id, parsed.link_key))


async def _by_words(transaction: Transaction, feed_id: FeedId, parsed: ParsedArticle) -> Candidate | None:
    if parsed.published_at is None or not parsed.title:
        return None
    sql = f"{REMEMBERED} AND e.title_key = $2 AND e.published_at = $3 ORDER BY e.article_id DESC NULLS LAST LIMIT 1"
    published = to_ms_or_none(parsed.published_at)
    return _candidate(await transaction.row(sql, feed_id, title_key(parsed.title), published))


async def remember(
    transaction: Transaction, feed_id: FeedId, parsed: ParsedArticle, article_id: ArticleId | None
) -> None:
    """This feed calls the article so, from now on. Written only when something of it is new."""
    await transaction.run(
        "INSERT INTO entries (feed_id, identity, article_id, link_key, title_key, published_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (feed_id, identity) DO UPDATE SET "
        "article_id = excluded.article_id, link_key = excluded.link_key, title_key = excluded.title_key, "
        "published_at = excluded.published_at WHERE "
        "(entries.article_id, entries.link_key, entries.title_key, entries.published_at) IS NOT "
        "(excluded.article_id, excluded.link_key, excluded.title_key, excluded.published_at)",
        feed_id,
        parsed.identity,
        article_id,
        parsed.link_key,
        title_key(parsed.title),
        to_ms_or_none(parsed.published_at),
    )


REMEMBERED = (
    "SELECT e.article_id, coalesce(a.title, '') AS title, e.title_key, e.link_key, e.published_at FROM entries e "
    "LEFT JOIN articles a ON a.id = e.article_id WHERE e.feed_id = $1"
)


def _surely(parsed: ParsedArticle, by_mark: Candidate) -> bool:
    return by_mark.link_key == parsed.link_key or by_mark.title_key == title_key(parsed.title)


def _candidate(row: Row | None) -> Candidate | None:
    if row is None:
        return None
    article_id = None if row["article_id"] is None else ArticleId(row["article_id"])
    return Candidate(article_id, row["title"], row["title_key"], row["link_key"], row["published_at"])


def _alike(one: str, other: str) -> bool:
    first, second = set(_words(one)), set(_words(other))
    return len(first & second) >= ALIKE * len(first | second) > 0


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
