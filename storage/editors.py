"""Who is an editor, and what editors are being asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.model.ids import ChatId
from bot.model.newsroom import Act, Editor, Prompt, Purpose, Role
from storage import audit
from storage.engine import Database, Row
from storage.moments import to_ms

ANSWERED_WITHIN = timedelta(minutes=15)
"""So long a message that is no reply counts as the answer to the last question."""
PROMPTS_KEPT = timedelta(days=7)


class SqliteEditors:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_owners(self, user_ids: Collection[int], now: datetime) -> None:
        async with self._database.write() as transaction:
            # Who was appointed in the chat before ADMIN_IDS named them is that again when it does no more.
            await transaction.run("UPDATE editors SET role = 'editor' WHERE named = 1 AND added_by IS NOT NULL")
            await transaction.run("UPDATE editors SET named = 0")
            for user_id in user_ids:
                await transaction.run(
                    "INSERT INTO editors (user_id, role, named, added_at) VALUES ($1, 'owner', 1, $2) "
                    "ON CONFLICT (user_id) DO UPDATE SET role = 'owner', named = 1",
                    user_id,
                    to_ms(now),
                )
            await transaction.run("DELETE FROM editors WHERE named = 0 AND added_by IS NULL")

    async def get(self, user_id: int) -> Editor | None:
        async with self._database.read() as transaction:
            row = await transaction.row("SELECT * FROM editors WHERE user_id = $1", user_id)
            return None if row is None else _editor(row)

    async def all(self) -> list[Editor]:
        async with self._database.read() as transaction:
            return [_editor(row) for row in await transaction.rows("SELECT * FROM editors ORDER BY added_at, user_id")]

    async def set_name(self, user_id: int, name: str) -> None:
        async with self._database.write() as transaction:
            await transaction.run("UPDATE editors SET name = $2 WHERE user_id = $1", user_id, name)

    async def set_role(self, user_id: ChatId, role: Role, name: str, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            if await transaction.value("SELECT role FROM editors WHERE user_id = $1", by) != Role.OWNER:
                return False
            changed = await transaction.run(
                "INSERT INTO editors (user_id, role, name, added_by, added_at) VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT (user_id) DO UPDATE SET role = $2 WHERE editors.named = 0 AND editors.role != $2",
                user_id,
                role,
                name,
                by,
                to_ms(now),
            )
            await audit.note(
                transaction, by, Act.APPOINTED, f"u{user_id}", now, detail=f"{role} {name}", done=changed > 0
            )
            return changed > 0

    async def remove(self, user_id: ChatId, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            if await transaction.value("SELECT role FROM editors WHERE user_id = $1", by) != Role.OWNER:
                return False
            name = await transaction.value("SELECT name FROM editors WHERE user_id = $1", user_id)
            removed = await transaction.run("DELETE FROM editors WHERE user_id = $1 AND named = 0", user_id)
            if removed:
                await transaction.run("DELETE FROM prompts WHERE chat_id = $1", user_id)
                await transaction.run("DELETE FROM broadcast_views WHERE chat_id = $1", user_id)
            await audit.note(transaction, by, Act.DISMISSED, f"u{user_id}", now, detail=name or "", done=removed > 0)
            return removed > 0

    async def ask(self, chat_id: ChatId, message_id: int, prompt: Prompt, now: datetime) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "DELETE FROM prompts WHERE chat_id = $1 AND asked_at < $2", chat_id, to_ms(now - PROMPTS_KEPT)
            )
            await transaction.run("UPDATE prompts SET open = 0 WHERE chat_id = $1", chat_id)
            await transaction.run(
                "INSERT INTO prompts (chat_id, message_id, purpose, subject, asked_at) VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT DO NOTHING",
                chat_id,
                message_id,
                prompt.purpose,
                prompt.subject,
                to_ms(now),
            )

    async def asked(self, chat_id: ChatId, reply_to: int | None, now: datetime) -> Prompt | None:
        async with self._database.read() as transaction:
            row = None
            if reply_to is not None:
                row = await transaction.row(
                    "SELECT * FROM prompts WHERE chat_id = $1 AND message_id = $2", chat_id, reply_to
                )
            row = row or await transaction.row(
                "SELECT * FROM prompts WHERE chat_id = $1 AND open = 1 AND asked_at > $2",
                chat_id,
                to_ms(now - ANSWERED_WITHIN),
            )
            return None if row is None else Prompt(Purpose(row["purpose"]), row["subject"])

    async def asks_no_more(self, chat_id: ChatId) -> None:
        async with self._database.write() as transaction:
            await transaction.run("UPDATE prompts SET open = 0 WHERE chat_id = $1 AND open = 1", chat_id)


def _editor(row: Row) -> Editor:
    return Editor(ChatId(row["user_id"]), Role(row["role"]), row["name"], bool(row["named"]))
