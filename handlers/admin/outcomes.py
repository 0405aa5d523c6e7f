"""Who got a broadcast, who did not, and why: in short, for one reader, and as a table of all."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiogram import Router
from aiogram.types import BufferedInputFile, CallbackQuery, Message, MessageOriginUser
from magic_filter import F

from bot.callbacks import BroadcastAct, ControlBroadcast
from bot.config import Settings
from bot.model.broadcasts import Broadcast
from bot.model.deliveries import DeliveryState
from bot.model.ids import BroadcastId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Act, Copy, Editor, Prompt, Purpose
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.prompts import Answers
from storage.base import Storage

SHOWN = 15
PAGE = 5000


def router() -> Router:
    router = Router(name="outcomes")
    missing = ControlBroadcast.filter(F.act == BroadcastAct.MISSING)
    table = ControlBroadcast.filter(F.act == BroadcastAct.TABLE)
    router.callback_query.register(show_missing, missing)
    router.callback_query.register(send_table, table)
    router.message.register(show_reader, Answers(Purpose.READER))
    return router


async def show_missing(
    query: CallbackQuery, callback_data: ControlBroadcast, storage: Storage, texts: Texts, reader: Reader
) -> None:
    """The first of them; the table has all."""
    await query.answer()
    number = BroadcastId(callback_data.broadcast)
    copies = await storage.broadcasts.copies(number, limit=SHOWN + 1, missing=True)
    lines = [texts.get(reader.language, "missing.title" if copies else "missing.nobody", id=number)]
    lines += [f"{copy.chat_id}: {_why(copy, texts, reader.language)}" for copy in copies[:SHOWN]]
    if len(copies) > SHOWN:
        lines.append(texts.get(reader.language, "missing.more"))
    if isinstance(query.message, Message):
        await query.message.answer("\n".join(lines))


async def send_table(
    query: CallbackQuery,
    callback_data: ControlBroadcast,
    storage: Storage,
    texts: Texts,
    reader: Reader,
    editor: Editor,
) -> None:
    await query.answer(texts.get(reader.language, "table.coming"))
    number = BroadcastId(callback_data.broadcast)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["reader", "state", "reason", "error", "settled_at", "content_revision", "message"])
    async for copy in _all(number, storage):
        settled = copy.settled_at.isoformat(timespec="seconds") if copy.settled_at else ""
        why = _why(copy, texts, reader.language)
        table.writerow([copy.chat_id, copy.state, why, copy.error, settled, copy.revision or "", copy.form or ""])
    await storage.audit.note(editor.user_id, Act.EXPORTED, f"b{number}", datetime.now(UTC))
    if isinstance(query.message, Message):
        # The mark at its beginning tells Excel that this is UTF-8.
        document = BufferedInputFile(written.getvalue().encode("utf-8-sig"), f"broadcast-{number}.csv")
        await query.message.answer_document(document)


async def _all(number: BroadcastId, storage: Storage) -> AsyncIterator[Copy]:
    after: int | None = None
    while copies := await storage.broadcasts.copies(number, after=after, limit=PAGE):
        for copy in copies:
            yield copy
        after = copies[-1].chat_id


async def show_reader(
    message: Message,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
    prompt: Prompt,
) -> None:
    """By a number, or by a message of theirs that was forwarded."""
    language = reader.language
    who = _named(message)
    broadcast = await storage.broadcasts.get(BroadcastId(prompt.subject))
    if who is None or broadcast is None:
        await message.answer(texts.get(language, "reader.unclear"))
        return
    await storage.editors.asks_no_more(editor.user_id)
    copy = await storage.broadcasts.copy(broadcast.id, who)
    if copy is None:
        told = texts.get(language, await _why_none(broadcast, who, storage))
    elif copy.state is DeliveryState.SENT and copy.settled_at:
        moment = texts.date(language, copy.settled_at, settings.timezone)
        told = texts.get(language, "reader.has_it", moment=moment)
    else:
        told = _why(copy, texts, language)
    await message.answer(f"{who}: {told}")


def _named(message: Message) -> ChatId | None:
    if isinstance(message.forward_origin, MessageOriginUser):
        return ChatId(message.forward_origin.sender_user.id)
    words = (message.text or "").strip()
    return ChatId(int(words)) if words.removeprefix("-").isdigit() and len(words) < 18 else None


async def _why_none(broadcast: Broadcast, who: ChatId, storage: Storage) -> str:
    """Why no copy was ever made for this reader."""
    found = await storage.readers.get(who)
    if found is None:
        return "reader.unknown"
    if not await storage.broadcasts.wants(broadcast.audience, who):
        return "reader.not_in_audience"
    if found.unreachable:
        return "reader.unreachable"
    return "reader.left" if found.left else "reader.came_later"


def _why(copy: Copy, texts: Texts, language: Language) -> str:
    state = DeliveryState.BLOCKED if copy.blocked else copy.state
    return texts.get(language, f"why.{state.value}", error=copy.error)
