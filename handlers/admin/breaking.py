"""/breaking: an editor's alert. For everybody else the command does not exist."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ForceReply, Message, MessageEntity

from bot.broadcasts import Broadcasts
from bot.callbacks import DropBroadcast, SendBroadcast
from bot.delivery.post import length
from bot.model import Announcement, BroadcastId, Language, Reader
from bot.texts import Texts
from handlers.admin.editors import IsEditor


def router() -> Router:
    router = Router(name="breaking")
    waiting = Waiting()
    router.message.filter(IsEditor())
    router.callback_query.filter(IsEditor())
    router.message.register(waiting.asked, Command("breaking"))
    router.message.register(waiting.followed, waiting.expects)
    router.callback_query.register(send, SendBroadcast.filter())
    router.callback_query.register(drop, DropBroadcast.filter())
    return router


class Waiting:
    """Editors whose next message is the alert.

    Kept in memory: after a restart the next plain message is not taken for an alert, which is the safe side; a reply
    to the prompt still is, since the prompt itself says what it was.
    """

    def __init__(self) -> None:
        self._editors: set[int] = set()

    async def expects(self, message: Message, texts: Texts) -> bool:
        """Any command instead of the alert means that the editor changed their mind."""
        waited = message.chat.id in self._editors
        self._editors.discard(message.chat.id)
        if (message.text or "").startswith("/"):
            return False
        prompt = message.reply_to_message
        ours = prompt is not None and prompt.text in {texts.get(each, "breaking.prompt") for each in Language}
        return waited or ours

    async def asked(self, message: Message, broadcasts: Broadcasts, texts: Texts, reader: Reader) -> None:
        written = _after_command(message)
        if written.text or written.photo_file_id:
            await _propose(message, written, broadcasts, texts, reader)
            return
        self._editors.add(message.chat.id)
        await message.answer(texts.get(reader.language, "breaking.prompt"), reply_markup=ForceReply())

    async def followed(self, message: Message, broadcasts: Broadcasts, texts: Texts, reader: Reader) -> None:
        await _propose(message, _whole(message), broadcasts, texts, reader)


async def _propose(
    message: Message, written: Announcement, broadcasts: Broadcasts, texts: Texts, reader: Reader
) -> None:
    if not (written.text or written.photo_file_id) or message.media_group_id:
        await message.answer(texts.get(reader.language, "breaking.unfit"))
        return
    complaint = await broadcasts.propose(reader.chat_id, written, reader.language)
    if complaint:
        await message.answer(texts.get(reader.language, complaint.key, **complaint.args))


async def send(
    query: CallbackQuery, callback_data: SendBroadcast, broadcasts: Broadcasts, texts: Texts, reader: Reader
) -> None:
    confirmed = await broadcasts.confirm(BroadcastId(callback_data.broadcast), callback_data.revision, reader.chat_id)
    await query.answer(texts.get(reader.language, "breaking.confirmed" if confirmed else "breaking.too_late"))


async def drop(
    query: CallbackQuery, callback_data: DropBroadcast, broadcasts: Broadcasts, texts: Texts, reader: Reader
) -> None:
    dropped = await broadcasts.cancel(BroadcastId(callback_data.broadcast), reader.chat_id)
    await query.answer(texts.get(reader.language, "breaking.cancelled" if dropped else "breaking.too_late"))


def _whole(message: Message) -> Announcement:
    photo = message.photo[-1].file_id if message.photo else None
    text = message.text or message.caption or ""
    return Announcement(text, _entities(message.entities or message.caption_entities), photo)


def _after_command(message: Message) -> Announcement:
    """What stands after `/breaking`, its formatting moved with it. Offsets count UTF-16 units."""
    whole = _whole(message)
    command, _, _ = whole.text.partition("\n")[0].partition(" ")
    rest = whole.text[len(command) :]
    start = length(whole.text) - length(rest.lstrip())
    text = rest.strip()
    shifted = []
    for entity in whole.entities:
        begin = max(entity["offset"] - start, 0)
        end = min(entity["offset"] + entity["length"] - start, length(text))
        if end > begin and entity["type"] != "bot_command":
            shifted.append({**entity, "offset": begin, "length": end - begin})
    return Announcement(text, tuple(shifted), whole.photo_file_id)


def _entities(entities: list[MessageEntity] | None) -> tuple[dict[str, Any], ...]:
    return tuple(entity.model_dump(mode="json", exclude_none=True) for entity in entities or [])
