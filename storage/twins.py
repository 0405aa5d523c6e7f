"""The same story in two feeds of a newsroom under different addresses: one article, sent once.

Conservative, since a story that is taken for another one is lost to its readers: the headlines must have the same
words, whatever their order and endings, and the leads most of theirs; and no number of the shorter lead may be missing
in the longer one, since it is numbers that tell today's rates and scores from yesterday's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.model.articles import ParsedArticle
from bot.model.ids import ArticleId, FeedId
from storage.engine import Transaction
from storage.moments import to_ms
from storage.stems import stems

WITHIN = timedelta(hours=48)
FEWEST_WORDS = 4
"""Of a headline: shorter ones (Курс валют, Погода) stand over many stories."""
ALIKE = 0.7
"""Of the pairs of neighbouring words in the shorter lead, how many must stand in the longer one."""
MOST_COMPARED = 8


def story_key(parsed: ParsedArticle) -> bytes | None:
    """The same for headlines of the same words; None for one that is too short to tell a story."""
    words = sorted(set(stems(parsed.title, parsed.language)))
    if len(words) < FEWEST_WORDS:
        return None
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()[:16]


async def twin(transaction: Transaction, feed_id: FeedId, parsed: ParsedArticle, now: datetime) -> ArticleId | None:
    """The article of another feed that tells the same story; of several the oldest."""
    key = story_key(parsed)
    if key is None:
        return None
    rows = await transaction.rows(
        "SELECT a.id, a.lead, a.language FROM articles a WHERE a.story_key = $1 AND a.first_seen_at > $2 "
        "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.article_id = a.id AND e.feed_id = $3) "
        "ORDER BY a.first_seen_at, a.id LIMIT $4",
        key,
        to_ms(now - WITHIN),
        feed_id,
        MOST_COMPARED,
    )
    ours = stems(parsed.lead, parsed.language)
    return next((ArticleId(row["id"]) for row in rows if alike(ours, stems(row["lead"], row["language"]))), None)


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two leads, as stems, tell the same. One may be longer than the other. Empty ones tell nothing."""
    shorter, longer = sorted((one, other), key=len)
    if not _numbers(shorter) <= _numbers(longer):
        return False
    pairs = _pairs(shorter)
    return len(pairs & _pairs(longer)) >= ALIKE * len(pairs) > 0


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    return set(pairwise(words))


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if any(letter.isdigit() for letter in word)}
