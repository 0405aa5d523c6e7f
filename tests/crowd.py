"""Many readers at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.readers import Mode
from bot.sandbox.client import SandboxClient
from storage import open_storage


async def subscribe(chat: SandboxClient, count: int, folder: Path) -> range:
    """So many people in the sandbox who want everything, whom the database in the folder knows."""
    first = await chat.crowd(count)
    crowd = range(first, first + count)
    now = datetime.now(UTC)
    storage = await open_storage(f"sqlite:///{folder}/newsbot.db")
    for chat_id in crowd:
        await storage.readers.arrive(ChatId(chat_id), Language.RU, now)
        await storage.readers.set_everything(ChatId(chat_id), Mode.NOW, now)
    await storage.close()
    return crowd
