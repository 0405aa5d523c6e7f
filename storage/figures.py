"""How deliveries went: kept by a trigger while they end, so that asking costs a few rows, whatever the crowd."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from bot.model import DeliveryState, Progress
from storage.engine import Transaction


def of_article(article_id: int) -> str:
    return f"a{article_id}"


def of_broadcast(broadcast_id: int) -> str:
    return f"b{broadcast_id}"


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


def _reached(sent: Mapping[int, int], share: float) -> timedelta | None:
    """When that share of them had been sent; exact to a second in the first two minutes, then to the minute."""
    wanted, so_far = max(1, math.ceil(share * sum(sent.values()))), 0
    for seconds, number in sent.items():
        so_far += number
        if so_far >= wanted:
            return timedelta(seconds=seconds)
    return None
