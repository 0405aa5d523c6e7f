"""Whom a broadcast is for: as JSON, as a number, and step by step."""

from __future__ import annotations

import json
from typing import Any

from bot.model.broadcasts import Audience
from bot.model.ids import BroadcastId, CategoryId
from bot.model.language import Language
from storage.engine import Transaction

# Conditions on a reader `r`; the parameter with the audience's JSON is put in for {0}.
RECEIVING = "r.left_at IS NULL AND r.unreachable_at IS NULL"
# An exception from everything is a row of its own.
WANTS = (
    "EXISTS (SELECT 1 FROM json_each(json_extract({0}, '$.categories')) c LEFT JOIN reader_categories rc "
    "ON rc.chat_id = r.chat_id AND rc.category_id = CAST(c.value AS BIGINT) WHERE coalesce(rc.mode, "
    "CASE WHEN r.everything_since IS NULL THEN 'off' ELSE 'now' END) != 'off')"
)
RESTRICTIONS = (
    ("editors", "r.chat_id IN (SELECT user_id FROM editors)"),
    ("languages", "r.language IN (SELECT value FROM json_each(json_extract({0}, '$.languages')))"),
    ("categories", WANTS),
    (
        "receivers_of",
        "EXISTS (SELECT 1 FROM deliveries d WHERE d.broadcast_id = CAST(json_extract({0}, '$.receivers_of') AS BIGINT) "
        "AND d.chat_id = r.chat_id AND d.action = 'send' AND d.state = 'sent' "
        "AND d.form NOT IN ('deleted', 'notice'))",
    ),
)
WANTED = " AND ".join(f"(json_extract({{0}}, '$.{part}') IS NULL OR {then})" for part, then in RESTRICTIONS)


def dump(audience: Audience) -> str:
    wanted: dict[str, Any] = {}
    if audience.languages:
        wanted["languages"] = list(audience.languages)
    if audience.categories:
        wanted["categories"] = list(audience.categories)
    if audience.editors:
        wanted["editors"] = True
    if audience.receivers_of is not None:
        wanted["receivers_of"] = audience.receivers_of
    return json.dumps(wanted)


def load(stored: str) -> Audience:
    wanted = json.loads(stored)
    receivers_of = wanted.get("receivers_of")
    return Audience(
        languages=tuple(Language(one) for one in wanted.get("languages", ())),
        categories=tuple(CategoryId(one) for one in wanted.get("categories", ())),
        editors=wanted.get("editors", False),
        receivers_of=None if receivers_of is None else BroadcastId(receivers_of),
    )


async def count(transaction: Transaction, stored: str) -> int:
    """Readers who receive now and belong to it."""
    if stored == "{}":
        return int(await transaction.value(f"SELECT count(*) FROM readers r WHERE {RECEIVING}"))  # noqa: S608
    wanted = WANTED.format("$1")
    return int(await transaction.value(f"SELECT count(*) FROM readers r WHERE {RECEIVING} AND {wanted}", stored))  # noqa: S608


async def languages(transaction: Transaction, stored: str) -> dict[Language, int]:
    """How many of them read in which language."""
    wanted = WANTED.format("$1")
    rows = await transaction.rows(
        f"SELECT r.language, count(*) FROM readers r WHERE {RECEIVING} AND {wanted} GROUP BY r.language",  # noqa: S608
        stored,
    )
    return {Language(row[0]): row[1] for row in rows}


async def step(transaction: Transaction, stored: str | None, cursor: int, size: int) -> tuple[list[int], list[int]]:
    """The next `size` receiving readers after `cursor`, and those of them who belong to it: a step costs the same,
    however few these are."""
    rows = await transaction.rows(
        f"SELECT r.chat_id FROM readers r WHERE r.chat_id > $1 AND {RECEIVING} ORDER BY r.chat_id LIMIT $2",  # noqa: S608
        cursor,
        size,
    )
    looked_at = [row[0] for row in rows]
    if not looked_at or stored is None or stored == "{}":
        return looked_at, looked_at
    wanted = WANTED.format("$3")
    rows = await transaction.rows(
        f"SELECT r.chat_id FROM readers r WHERE r.chat_id > $1 AND r.chat_id <= $2 AND {RECEIVING} AND {wanted} "  # noqa: S608
        "ORDER BY r.chat_id",
        cursor,
        looked_at[-1],
        stored,
    )
    return looked_at, [row[0] for row in rows]


async def includes(transaction: Transaction, stored: str, chat_id: int) -> bool:
    """Whether this reader belongs to it, receiving or not."""
    wanted = WANTED.format("$2")
    sql = f"SELECT 1 FROM readers r WHERE r.chat_id = $1 AND {wanted}"  # noqa: S608
    return bool(await transaction.value(sql, chat_id, stored))
