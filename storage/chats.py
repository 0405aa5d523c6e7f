"""Groups and channels, and which section goes into which topic of a forum."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.model.chats import ChatKind, SharedChat, Topic
from bot.model.ids import CategoryId, ChatId
from bot.model.language import Language
from storage.engine import OUTBOX, Database, Row, Transaction, chat_turn
from storage.media import IDS
from storage.moments import to_ms
from storage.readers import move_reader


class SqliteChats:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrive(self, chat: SharedChat, language: Language, now: datetime) -> bool:
        async with self._database.write(chat_turn(chat.id)) as transaction:
            made = await transaction.run(
                "INSERT INTO readers (chat_id, language, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                chat.id,
                language,
                to_ms(now),
            )
            away = await transaction.run(
                "UPDATE readers SET unreachable_at = NULL WHERE chat_id = $1 AND unreachable_at IS NOT NULL", chat.id
            )
            await transaction.run(
                "INSERT INTO chats (chat_id, kind, title, forum, added_by) VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT (chat_id) DO UPDATE SET kind = excluded.kind, title = excluded.title, "
                "forum = excluded.forum, added_by = coalesce(excluded.added_by, chats.added_by)",
                chat.id,
                chat.kind,
                chat.title,
                int(chat.forum),
                chat.added_by,
            )
            return bool(made or away)

    async def get(self, chat_id: ChatId) -> SharedChat | None:
        async with self._database.read() as transaction:
            row = await transaction.row("SELECT * FROM chats WHERE chat_id = $1", chat_id)
            return _chat(row) if row else None

    async def added_by(self, person: ChatId) -> list[SharedChat]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT c.* FROM chats c JOIN readers r ON r.chat_id = c.chat_id "
                "WHERE c.added_by = $1 AND r.unreachable_at IS NULL ORDER BY c.title, c.chat_id",
                person,
            )
            return [_chat(row) for row in rows]

    async def retitle(self, chat_id: ChatId, title: str) -> None:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run("UPDATE chats SET title = $2 WHERE chat_id = $1", chat_id, title)

    async def move(self, old: ChatId, new: ChatId) -> None:
        async with self._database.write(OUTBOX) as transaction:
            await move_reader(transaction, old, new)

    async def topics(self, chat_id: ChatId) -> list[Topic]:
        async with self._database.read() as transaction:
            sections: dict[int, set[CategoryId]] = defaultdict(set)
            for row in await transaction.rows(
                "SELECT thread_id, category_id FROM chat_topics WHERE chat_id = $1", chat_id
            ):
                sections[row["thread_id"]].add(CategoryId(row["category_id"]))
            rows = await transaction.rows(
                "SELECT thread_id, name FROM forum_topics WHERE chat_id = $1 ORDER BY thread_id", chat_id
            )
            return [Topic(row["thread_id"], row["name"], frozenset(sections[row["thread_id"]])) for row in rows]

    async def name_topic(self, chat_id: ChatId, thread_id: int, name: str) -> None:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run(
                "INSERT INTO forum_topics (chat_id, thread_id, name) SELECT chat_id, $2, $3 FROM chats "
                "WHERE chat_id = $1 ON CONFLICT (chat_id, thread_id) DO UPDATE SET name = excluded.name",
                chat_id,
                thread_id,
                name,
            )

    async def set_topic(self, chat_id: ChatId, category: CategoryId, thread_id: int | None) -> None:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            if thread_id is None:
                await transaction.run(
                    "DELETE FROM chat_topics WHERE chat_id = $1 AND category_id = $2", chat_id, category
                )
            else:
                await transaction.run(
                    "INSERT INTO chat_topics (chat_id, category_id, thread_id) "
                    "SELECT t.chat_id, c.id, t.thread_id FROM forum_topics t, categories c "
                    "WHERE t.chat_id = $1 AND t.thread_id = $3 AND c.id = $2 "
                    "ON CONFLICT (chat_id, category_id) DO UPDATE SET thread_id = excluded.thread_id",
                    chat_id,
                    category,
                    thread_id,
                )


async def lose_topic(transaction: Transaction, chat_id: int, thread_id: int) -> None:
    """It takes nothing any more: what went there goes to the chat itself."""
    for table in ("chat_topics", "forum_topics"):
        await transaction.run(f"DELETE FROM {table} WHERE chat_id = $1 AND thread_id = $2", chat_id, thread_id)  # noqa: S608


async def threads_of(transaction: Transaction, rows: Iterable[Row]) -> dict[int, int]:
    """The topics of those of these deliveries that go into one, by delivery. An article of several sections goes into
    the topic of the first of them that has one."""
    shared = json.dumps([row["id"] for row in rows if row["chat_id"] < 0 and row["article_id"] is not None])
    if shared == "[]":
        return {}
    found = await transaction.rows(
        "SELECT d.id, t.thread_id FROM deliveries d "  # noqa: S608
        "JOIN article_categories ac ON ac.article_id = d.article_id "
        "JOIN chat_topics t ON t.chat_id = d.chat_id AND t.category_id = ac.category_id "
        f"WHERE d.id IN {IDS} ORDER BY ac.category_id DESC",
        shared,
    )
    return {row["id"]: row["thread_id"] for row in found}


def _chat(row: Row) -> SharedChat:
    return SharedChat(
        id=ChatId(row["chat_id"]),
        kind=ChatKind(row["kind"]),
        title=row["title"],
        forum=bool(row["forum"]),
        added_by=None if row["added_by"] is None else ChatId(row["added_by"]),
    )
