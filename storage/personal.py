"""All that is kept about one person, to be handed out or forgotten.

Of what people wrote to the bot only their last searches are kept. Figures without names stay, and so do the newsroom's
own records of an editor: who is one, who wrote and approved an alert, who did what (the log is only worth something
when nobody can take himself out of it). They are handed out, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.model.ids import ChatId
from storage import records
from storage.engine import OUTBOX, Database, Row, Transaction
from storage.moments import to_ms
from storage.records import moment

OWN = (
    "chat_topics",
    "forum_topics",
    "chats",
    "reader_words",
    "reader_categories",
    "bookmarks",
    "removed_bookmarks",
    "searches",
    "prompts",
    "broadcast_views",
    "readers",
)
"""Tables with rows of one reader, in an order that leaves no row without the one that it refers to. His deliveries are
found by way of what was sent: an index by reader would cost more than all else about them."""
DELIVERIES = (
    "SELECT d.id FROM (SELECT DISTINCT article_id FROM fanouts WHERE article_id IS NOT NULL AND action = 'send') f "
    "JOIN deliveries d ON d.article_id = f.article_id AND d.chat_id = $1 AND d.action = 'send' UNION ALL "
    "SELECT d.id FROM (SELECT DISTINCT broadcast_id FROM fanouts WHERE broadcast_id IS NOT NULL AND action = 'send') f "
    "JOIN deliveries d ON d.broadcast_id = f.broadcast_id AND d.chat_id = $1 AND d.action = 'send' UNION ALL "
    "SELECT d.id FROM fanouts f JOIN deliveries d ON d.job = f.id AND d.chat_id = $1 AND d.action != 'send' "
    "WHERE f.action != 'send'"
)


class SqlitePersonal:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, chat_id: ChatId, now: datetime) -> Mapping[str, Any]:
        async with self._database.read() as transaction:
            reader = await transaction.row("SELECT * FROM readers WHERE chat_id = $1", chat_id)
            if reader is None:
                return {}
            return {
                "exported_at": now.isoformat(timespec="seconds"),
                "settings": _settings(reader),
                "sections": await _sections(transaction, chat_id),
                "words": await _words(transaction, chat_id),
                "bookmarks": await _bookmarks(transaction, chat_id),
                "removed_bookmarks": await _bookmarks(transaction, chat_id, "removed_bookmarks"),
                "searches": await _searches(transaction, chat_id),
                "groups_and_channels": await _chats(transaction, chat_id),
                "messages": await _messages(transaction, chat_id),
                "newsroom": await records.of_editor(transaction, chat_id)
                if await records.recorded(transaction, chat_id)
                else None,
            }

    async def recorded(self, chat_id: ChatId) -> bool:
        async with self._database.read() as transaction:
            return await records.recorded(transaction, chat_id)

    async def forget(self, chat_id: ChatId, now: datetime) -> None:
        async with self._database.write(OUTBOX) as transaction:
            ids = json.dumps([row[0] for row in await transaction.rows(DELIVERIES, chat_id)])
            # What had not ended counts as ended in the figures, in which nobody has a name.
            await transaction.run(
                "UPDATE deliveries SET settled_at = $2, state = CASE state WHEN 'pending' THEN 'cancelled' "
                "ELSE 'unknown' END WHERE id IN (SELECT value FROM json_each($1)) AND state IN ('pending', 'sending')",
                ids,
                to_ms(now),
            )
            await transaction.run("DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each($1))", ids)
            # Where a fan-out has got to is told by the last reader's id; the one before serves as well.
            await transaction.run("UPDATE fanouts SET cursor = cursor - 1 WHERE cursor = $1", chat_id)
            await transaction.run("UPDATE chats SET added_by = NULL WHERE added_by = $1", chat_id)
            for table in OWN:
                await transaction.run(f"DELETE FROM {table} WHERE chat_id = $1", chat_id)  # noqa: S608


def _settings(row: Row) -> dict[str, Any]:
    return {
        "chat_id": row["chat_id"],
        "reader_since": moment(row["created_at"]),
        "language": row["language"],
        "all_news": row["everything_mode"] if row["everything_since"] is not None else "off",
        "all_news_since": moment(row["everything_since"]),
        "left_at": moment(row["left_at"]),
        "unreachable_since": moment(row["unreachable_at"]),
        "languages_of_news": row["news_languages"].split(",") if row["news_languages"] else "all",
        "quiet_hours": None
        if row["quiet_from"] is None
        else {"from": _time(row["quiet_from"]), "to": _time(row["quiet_to"])},
        "breaking_news_in_quiet_hours": bool(row["breaking_wakes"]),
        "digest": {"rhythm": row["digest"], "at": _time(row["digest_at"])},
        "posts_a_day": row["daily_limit"],
        "posts_counted": None
        if row["counted_day"] is None
        else {"days_since_1970": row["counted_day"], "posts": row["counted_posts"]},
        "sound": not row["silent"],
        "city": row["city"] or None,
        "time_zone": row["zone"],
        "rich_articles": bool(row["rich"]),
    }


async def _sections(transaction: Transaction, chat_id: int) -> list[dict[str, Any]]:
    rows = await transaction.rows(
        "SELECT rc.mode, rc.since, (SELECT min(name) FROM category_names n WHERE n.category_id = rc.category_id) "
        "AS name FROM reader_categories rc WHERE rc.chat_id = $1 ORDER BY rc.category_id",
        chat_id,
    )
    return [{"name": row["name"], "mode": row["mode"], "since": moment(row["since"])} for row in rows]


async def _words(transaction: Transaction, chat_id: int) -> list[dict[str, Any]]:
    rows = await transaction.rows(
        "SELECT phrase, follows, since, stems FROM reader_words WHERE chat_id = $1 ORDER BY since, mark, stems", chat_id
    )
    return [
        {
            "phrase": row["phrase"],
            "kind": "followed" if row["follows"] else "muted",
            "compared_as": row["stems"],
            "since": moment(row["since"]),
        }
        for row in rows
    ]


async def _bookmarks(transaction: Transaction, chat_id: int, table: str = "bookmarks") -> list[dict[str, Any]]:
    rows = await transaction.rows(
        f"SELECT a.title, a.link, b.saved_at FROM {table} b JOIN articles a ON a.id = b.article_id "  # noqa: S608
        "WHERE b.chat_id = $1 ORDER BY b.saved_at",
        chat_id,
    )
    return [{"title": row["title"], "link": row["link"], "saved_at": moment(row["saved_at"])} for row in rows]


async def _searches(transaction: Transaction, chat_id: int) -> list[dict[str, Any]]:
    """The last ones, for as long as their buttons work."""
    rows = await transaction.rows("SELECT words, asked_at FROM searches WHERE chat_id = $1 ORDER BY asked_at", chat_id)
    return [{"words": row["words"], "asked_at": moment(row["asked_at"])} for row in rows]


async def _chats(transaction: Transaction, chat_id: int) -> list[dict[str, Any]]:
    rows = await transaction.rows(
        "SELECT chat_id, kind, title FROM chats WHERE added_by = $1 ORDER BY chat_id", chat_id
    )
    return [{"chat_id": row["chat_id"], "kind": row["kind"], "title": row["title"]} for row in rows]


async def _messages(transaction: Transaction, chat_id: int) -> list[dict[str, Any]]:
    """Those of the last days, of which it is kept which message carries what."""
    rows = await transaction.rows(
        "SELECT d.action, d.state, d.created_at, d.settled_at, d.message_id, coalesce(a.title, b.text) AS about "  # noqa: S608
        "FROM deliveries d LEFT JOIN articles a ON a.id = d.article_id LEFT JOIN broadcasts b ON b.id = d.broadcast_id "
        f"WHERE d.id IN ({DELIVERIES}) ORDER BY d.id",
        chat_id,
    )
    return [
        {
            "about": row["about"],
            "action": row["action"],
            "state": row["state"],
            "due_at": moment(row["created_at"]),
            "ended_at": moment(row["settled_at"]),
            "message_id": row["message_id"],
        }
        for row in rows
    ]


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
