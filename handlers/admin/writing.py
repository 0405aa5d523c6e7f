"""A message of an editor → what he wants readers to get, exactly."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message, MessageEntity

from bot.delivery.post import length
from bot.model.broadcasts import Announcement, Media, MediaKind


def whole(message: Message) -> Announcement:
    """All of it. What can't be sent on (a sticker, a file) leaves it empty."""
    media: tuple[Media, ...] = ()
    if message.photo:
        media = (Media(MediaKind.PHOTO, message.photo[-1].file_id),)
    elif message.video:
        media = (Media(MediaKind.VIDEO, message.video.file_id),)
    elif message.caption is not None:
        return Announcement("")
    text = message.text or message.caption or ""
    return Announcement(text, _entities(message.entities or message.caption_entities), media)


def after_command(message: Message) -> Announcement:
    """What stands after `/breaking`, its formatting moved with it. Offsets count UTF-16 units."""
    written = whole(message)
    command, _, _ = written.text.partition("\n")[0].partition(" ")
    rest = written.text[len(command) :]
    start = length(written.text) - length(rest.lstrip())
    text = rest.strip()
    shifted = []
    for entity in written.entities:
        begin = max(entity["offset"] - start, 0)
        end = min(entity["offset"] + entity["length"] - start, length(text))
        if end > begin and entity["type"] != "bot_command":
            shifted.append({**entity, "offset": begin, "length": end - begin})
    return Announcement(text, tuple(shifted), written.media)


def _entities(entities: list[MessageEntity] | None) -> tuple[dict[str, Any], ...]:
    return tuple(entity.model_dump(mode="json", exclude_none=True) for entity in entities or [])
