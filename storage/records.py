"""What the newsroom has on record of a person who is or was an editor."""

from __future__ import annotations

from typing import Any

from storage.engine import Transaction
from storage.moments import from_ms_or_none


async def recorded(transaction: Transaction, chat_id: int) -> bool:
    found = await transaction.value(
        "SELECT 1 FROM editors WHERE user_id = $1 UNION ALL SELECT 1 FROM audit WHERE user_id = $1 LIMIT 1", chat_id
    )
    return found is not None


async def of_editor(transaction: Transaction, chat_id: int) -> dict[str, Any]:
    """What is known of an editor, also of one who was."""
    role = await transaction.row("SELECT * FROM editors WHERE user_id = $1", chat_id)
    deeds = await transaction.rows(
        "SELECT * FROM audit WHERE user_id = $1 OR subject = $2 ORDER BY id", chat_id, f"u{chat_id}"
    )
    written = await transaction.rows("SELECT * FROM broadcasts WHERE author = $1 ORDER BY id", chat_id)
    approved = await transaction.rows("SELECT * FROM broadcast_approvals WHERE user_id = $1 ORDER BY at", chat_id)
    questions = await transaction.rows("SELECT * FROM prompts WHERE chat_id = $1 ORDER BY asked_at", chat_id)
    return {
        "role": None
        if role is None
        else {
            "role": role["role"],
            "name": role["name"],
            "named_by_the_operator": bool(role["named"]),
            "added_by": role["added_by"],
            "added_at": moment(role["added_at"]),
        },
        "log": [
            {
                "at": moment(row["at"]),
                "by": row["user_id"],
                "name": row["name"],
                "action": row["action"],
                "subject": row["subject"],
                "detail": row["detail"],
                "done": bool(row["done"]),
            }
            for row in deeds
        ],
        "breaking_news": [
            {"number": row["id"], "kind": row["kind"], "text": row["text"], "written_at": moment(row["created_at"])}
            for row in written
        ],
        "approvals": [
            {"breaking_news": row["broadcast_id"], "revision": row["revision"], "at": moment(row["at"])}
            for row in approved
        ],
        "questions": [
            {"purpose": row["purpose"], "subject": row["subject"], "asked_at": moment(row["asked_at"])}
            for row in questions
        ],
    }


def moment(milliseconds: int | None) -> str | None:
    moment = from_ms_or_none(milliseconds)
    return moment.isoformat(timespec="seconds") if moment else None
