"""Filling for readers with wishes of their own: quiet hours, digests, limits, languages, words that they follow or
mute, exceptions from everything."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.model.deliveries import DeliveryClass
from bot.model.readers import Mode
from storage import followed
from storage.engine import Row, Transaction
from storage.media import IDS
from storage.moments import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from storage.peace import Plan, local_day, plan, quiet_until
from storage.rows import peace_of


async def send_to(transaction: Transaction, fanout: Row, chats: Sequence[int], now: datetime, zone: tzinfo) -> int:
    """Deliveries for those of these special readers who want it after all; how many."""
    rows = await transaction.rows(
        f"SELECT * FROM readers WHERE chat_id IN {IDS} AND left_at IS NULL AND unreachable_at IS NULL ORDER BY chat_id",  # noqa: S608
        json.dumps(list(chats)),
    )
    if fanout["article_id"] is None:
        plans = [(row["chat_id"], _alert(row, fanout, now, zone)) for row in rows]
    else:
        plans = await _article(transaction, fanout, rows, now, zone)
    made = 0
    for chat_id, one in plans:
        made += await transaction.run(
            "INSERT INTO deliveries (class, article_id, broadcast_id, chat_id, state, due_at, expires_at, created_at, "
            "job, held) VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            int(one.kind),
            fanout["article_id"],
            fanout["broadcast_id"],
            chat_id,
            to_ms(one.due_at),
            to_ms_or_none(one.expires_at),
            # What is to wait has not been waiting before.
            to_ms(max(one.due_at, from_ms(fanout["due_at"]))),
            fanout["id"],
            int(one.due_at > now),
        )
    return made


def _alert(row: Row, fanout: Row, now: datetime, zone: tzinfo) -> Plan:
    start = from_ms(fanout["leaves_at"] or fanout["due_at"])
    peace = peace_of(row)
    later = None if peace.breaking_wakes else quiet_until(peace, now, zone)
    return Plan(DeliveryClass.BREAKING, later or start, from_ms_or_none(fanout["expires_at"]))


async def _article(
    transaction: Transaction, fanout: Row, rows: Sequence[Row], now: datetime, zone: tzinfo
) -> list[tuple[int, Plan]]:
    article = await transaction.row("SELECT language FROM articles WHERE id = $1", fanout["article_id"])
    if article is None:
        return []
    modes = await _modes(transaction, fanout, rows)
    opinions = await followed.opinions(
        transaction, fanout["article_id"], [row["chat_id"] for row in rows], since=fanout["created_at"]
    )
    modes |= {chat_id: Mode.NOW if follows else Mode.OFF for chat_id, follows in opinions.items()}
    start = max(now, from_ms(fanout["leaves_at"] or fanout["due_at"]))
    expires_at = from_ms_or_none(fanout["expires_at"])
    plans: list[tuple[int, Plan]] = []
    for row in rows:
        mode = modes[row["chat_id"]]
        languages = row["news_languages"].split(",") if row["news_languages"] else []
        if mode is Mode.OFF or (languages and article["language"] and article["language"] not in languages):
            continue
        peace = peace_of(row)
        today = local_day(peace, now, zone)
        counted = row["counted_posts"] if row["counted_day"] == today else 0
        one = plan(peace, mode, start, expires_at, zone, posts_today=counted)
        plans.append((row["chat_id"], one))
        if peace.daily_limit is not None and one.kind is DeliveryClass.ROUTINE:
            await transaction.run(
                "UPDATE readers SET counted_day = $2, counted_posts = $3 WHERE chat_id = $1",
                row["chat_id"],
                today,
                counted + 1,
            )
    return plans


async def _modes(transaction: Transaction, fanout: Row, rows: Sequence[Row]) -> dict[int, Mode]:
    """How each of them wants the article: as the most welcome of its sections."""
    chosen: dict[int, list[Mode]] = defaultdict(list)
    for row in await transaction.rows(
        "SELECT rc.chat_id, rc.mode, rc.since FROM reader_categories rc JOIN article_categories ac "  # noqa: S608
        f"ON ac.category_id = rc.category_id WHERE rc.chat_id IN {IDS} AND ac.article_id = $2",
        json.dumps([row["chat_id"] for row in rows]),
        fanout["article_id"],
    ):
        if row["mode"] == Mode.OFF or row["since"] <= fanout["created_at"]:
            chosen[row["chat_id"]].append(Mode(row["mode"]))
    sections = await transaction.value(
        "SELECT count(*) FROM article_categories WHERE article_id = $1", fanout["article_id"]
    )
    found = {}
    for row in rows:
        modes = chosen[row["chat_id"]]
        everything = row["everything_since"] is not None and row["everything_since"] <= fanout["created_at"]
        if everything and len(modes) < sections:
            modes.append(Mode(row["everything_mode"]))
        found[row["chat_id"]] = next((mode for mode in (Mode.NOW, Mode.DIGEST) if mode in modes), Mode.OFF)
    return found


async def mark(transaction: Transaction, chat_id: int) -> None:
    """Whether this reader's wishes are of the kind that is looked at here; to be called after each change of them."""
    await transaction.run(
        "UPDATE readers SET special = CASE WHEN quiet_from IS NOT NULL OR daily_limit IS NOT NULL "
        "OR news_languages != '' OR everything_mode != 'now' OR EXISTS "
        "(SELECT 1 FROM reader_categories c WHERE c.chat_id = readers.chat_id AND c.mode != 'now') OR EXISTS "
        "(SELECT 1 FROM reader_words w WHERE w.chat_id = readers.chat_id) THEN 1 ELSE 0 END WHERE chat_id = $1",
        chat_id,
    )


async def replan(transaction: Transaction, chat_id: int, now: datetime, zone: tzinfo) -> None:
    """What waits for a digest or for the end of quiet hours follows the reader's new wishes."""
    row = await transaction.row("SELECT * FROM readers WHERE chat_id = $1", chat_id)
    if row is None:
        return
    peace = peace_of(row)
    digest = plan(peace, Mode.DIGEST, now, None, zone, posts_today=0)
    await transaction.run(
        "UPDATE deliveries SET due_at = $2, created_at = $2, expires_at = $3 WHERE chat_id = $1 AND state = 'pending' "
        "AND action = 'send' AND class = $4 AND owner IS NULL",
        chat_id,
        to_ms(digest.due_at),
        to_ms_or_none(digest.expires_at),
        int(DeliveryClass.DIGEST),
    )
    quiet = quiet_until(peace, now, zone) or now
    await transaction.run(
        "UPDATE deliveries SET due_at = $2 WHERE chat_id = $1 AND state = 'pending' AND action = 'send' AND class = $3 "
        "AND due_at > $4 AND owner IS NULL",
        chat_id,
        to_ms(quiet),
        int(DeliveryClass.ROUTINE),
        to_ms(now + timedelta(seconds=1)),
    )
