"""How deliveries went: kept by a trigger while they end, so that asking costs a few rows, whatever the crowd."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from bot.model.deliveries import Delivered, DeliveryState, Progress
from bot.model.ids import ArticleId, FeedId
from storage.engine import Transaction


def of_article(article_id: int) -> str:
    return f"a{article_id}"


def of_broadcast(broadcast_id: int) -> str:
    return f"b{broadcast_id}"


def of_job(fanout: int) -> str:
    """Of the edits or recalls of one fan-out."""
    return f"j{fanout}"


async def how_they_ended(transaction: Transaction, subject: str) -> dict[DeliveryState, dict[int, int]]:
    """By state, their number by seconds after they were due."""
    rows = await transaction.rows(
        "SELECT state, seconds, deliveries FROM figures WHERE subject = $1 ORDER BY seconds", subject
    )
    ended: dict[DeliveryState, dict[int, int]] = defaultdict(dict)
    for row in rows:
        ended[DeliveryState(row["state"])][row["seconds"]] = row["deliveries"]
    return ended


def progress(title: str, filled: int, ended: Mapping[DeliveryState, Mapping[int, int]]) -> Progress:
    sent = ended.get(DeliveryState.SENT, {})
    return Progress(
        title=title,
        recipients=filled,
        by_state={state: sum(seconds.values()) for state, seconds in ended.items()},
        first=_reached(sent, 0),
        half=_reached(sent, 0.5),
        most=_reached(sent, 0.99),
        last=_reached(sent, 1),
    )


async def newly_delivered(transaction: Transaction, at: int) -> list[Delivered]:
    """Articles all of whose deliveries have ended, of which that was not told before; told from now on."""
    rows = await transaction.rows(
        "SELECT article_id, feed_id, title, recipients FROM (SELECT DISTINCT f.article_id, a.feed_id, a.title, "
        "(SELECT sum(g.filled) FROM fanouts g WHERE g.article_id = f.article_id AND g.action = 'send') AS recipients "
        "FROM fanouts f JOIN articles a ON a.id = f.article_id "
        "WHERE f.done = 1 AND f.reported_at IS NULL AND f.action = 'send' AND f.article_id IS NOT NULL "
        "AND NOT EXISTS "
        "(SELECT 1 FROM fanouts g WHERE g.article_id = f.article_id AND g.done = 0 AND g.action = 'send') "
        ") f WHERE recipients <= "
        "(SELECT coalesce(sum(e.deliveries), 0) FROM figures e WHERE e.subject = 'a' || f.article_id) LIMIT 100"
    )
    found: list[Delivered] = []
    for row in rows:
        ended = await how_they_ended(transaction, of_article(row["article_id"]))
        how = progress(row["title"], row["recipients"], ended)
        found.append(Delivered(ArticleId(row["article_id"]), FeedId(row["feed_id"]), how))
        await transaction.run(
            "UPDATE fanouts SET reported_at = $2 WHERE article_id = $1 AND action = 'send' AND reported_at IS NULL",
            row["article_id"],
            at,
        )
    return found


def _reached(sent: Mapping[int, int], share: float) -> timedelta | None:
    """When that share of them had been sent; exact to a second in the first two minutes, then to the minute."""
    wanted, so_far = max(1, math.ceil(share * sum(sent.values()))), 0
    for seconds, number in sent.items():
        so_far += number
        if so_far >= wanted:
            return timedelta(seconds=seconds)
    return None
