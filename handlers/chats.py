"""Being blocked and let in again."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import F, Router
from aiogram.types import ChatMemberUpdated

from bot.model import ChatId
from storage.base import Storage


def router() -> Router:
    router = Router(name="chats")
    router.my_chat_member.register(membership_changed, F.chat.type == "private")
    return router


async def membership_changed(event: ChatMemberUpdated, storage: Storage) -> None:
    blocked = event.new_chat_member.status in ("kicked", "left")
    await storage.readers.set_unreachable(ChatId(event.chat.id), blocked, datetime.now(UTC))
