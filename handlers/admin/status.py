"""/status: how the newsroom's feeds are doing. For editors only."""

from __future__ import annotations

from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import LinkPreviewOptions, Message

from bot.config import Settings
from bot.delivery.post import TEXT_LIMIT, length
from bot.delivery.render import cut
from bot.model import Feed, Reader
from bot.texts import Texts
from handlers.admin.editors import IsEditor
from storage.base import Storage

TITLE_LIMIT = 80
ERROR_LIMIT = 200
ROOM = 100
"""Characters kept for the line that says how many feeds did not fit."""


def router() -> Router:
    router = Router(name="status")
    router.message.filter(IsEditor())
    router.message.register(show_status, Command("status"))
    return router


async def show_status(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    feeds = sorted(await storage.feeds.all(), key=lambda feed: (not feed.stopped, -feed.failures, feed.id))
    parts = [texts.get(reader.language, "status.title" if feeds else "status.no_feeds")]
    for index, feed in enumerate(feeds):
        told = _feed(feed, texts, settings, reader)
        if length("\n\n".join([*parts, told])) > TEXT_LIMIT - ROOM:
            parts.append(texts.get(reader.language, "status.more", n=len(feeds) - index))
            break
        parts.append(told)
    await message.answer(
        "\n\n".join(parts), parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True)
    )


def _feed(feed: Feed, texts: Texts, settings: Settings, reader: Reader) -> str:
    language, zone = reader.language, settings.timezone
    sign = "⏹" if feed.stopped else "⚠️" if feed.failures else "✅"
    never = texts.get(language, "status.never")
    lines = [
        f'{sign} <a href="{escape(feed.url)}">{escape(cut(feed.title or feed.url, TITLE_LIMIT))}</a>',
        texts.get(language, "status.counts", entries=feed.entries, photos=feed.photos),
        texts.get(
            language,
            "status.success",
            moment=texts.date(language, feed.last_success_at, zone) if feed.last_success_at else never,
        ),
    ]
    if not feed.stopped:
        lines.append(texts.get(language, "status.next", moment=texts.date(language, feed.next_poll_at, zone)))
    if feed.last_error:
        error = escape(cut(feed.last_error, ERROR_LIMIT))
        lines.append(texts.get(language, "status.error", error=error, failures=feed.failures))
    return "\n".join(lines)
