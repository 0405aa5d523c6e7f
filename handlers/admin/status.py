"""/status: how the newsroom's feeds are doing and how its posts are going. For editors only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import LinkPreviewOptions, Message

from bot.config import Settings
from bot.delivery.post import TEXT_LIMIT, length
from bot.delivery.render.words import cut
from bot.model.deliveries import DeliveryState, Overview, Progress
from bot.model.feeds import Feed
from bot.model.language import Language
from bot.model.readers import Reader
from bot.texts import Texts
from storage.base import Storage

TITLE_LIMIT = 80
ERROR_LIMIT = 200
ROOM = 100
"""Characters kept for the line that says how many feeds did not fit."""


def router() -> Router:
    router = Router(name="status")
    router.message.register(show_status, Command("status"))
    return router


async def show_status(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    feeds = sorted(await storage.feeds.all(), key=lambda feed: (not feed.stopped, -feed.failures, feed.id))
    posts = _posts(await storage.outbox.overview(), texts, settings, reader.language)
    await message.answer(
        "\n\n".join([*_feeds(feeds, posts, texts, settings, reader), *posts]),
        parse_mode="HTML",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _feeds(feeds: Sequence[Feed], posts: Sequence[str], texts: Texts, settings: Settings, reader: Reader) -> list[str]:
    """As many as fit beside what is told of the posts."""
    parts = [texts.get(reader.language, "status.title" if feeds else "status.no_feeds")]
    for index, feed in enumerate(feeds):
        told = _feed(feed, texts, settings, reader)
        if length("\n\n".join([*parts, told, *posts])) > TEXT_LIMIT - ROOM:
            return [*parts, texts.get(reader.language, "status.more", n=len(feeds) - index)]
        parts.append(told)
    return parts


def _posts(outbox: Overview, texts: Texts, settings: Settings, language: Language) -> list[str]:
    """What is held for quiet hours waits from their end on."""
    waiting = texts.number(language, sum(outbox.waiting.values()))
    queue, now = texts.get(language, "status.queue_empty"), datetime.now(UTC)
    if outbox.oldest and outbox.oldest > now:
        moment = texts.date(language, outbox.oldest, settings.timezone)
        queue = texts.get(language, "status.queue_held", waiting=waiting, moment=moment)
    elif outbox.oldest:
        age = texts.duration(language, now - outbox.oldest)
        queue = texts.get(language, "status.queue", waiting=waiting, age=age)
    title = texts.get(language, "status.posts")
    return [f"{title}\n{queue}", *[_progress(one, texts, language) for one in outbox.recent]]


def _progress(progress: Progress, texts: Texts, language: Language) -> str:
    """An article or alert: how many have it, and when the first, half, 99 % and the last got it."""

    def after(moment: timedelta | None) -> str:
        return "–" if moment is None else texts.duration(language, moment)

    def number(*states: DeliveryState) -> str:
        return texts.number(language, sum(progress.by_state.get(state, 0) for state in states))

    lines = [
        f"<b>{escape(cut(' '.join(progress.title.split()), TITLE_LIMIT))}</b>",
        texts.get(
            language,
            "status.delivered",
            sent=number(DeliveryState.SENT),
            of=texts.number(language, progress.recipients),
            failed=number(DeliveryState.DEAD, DeliveryState.BLOCKED, DeliveryState.EXPIRED),
            unknown=number(DeliveryState.UNKNOWN),
        ),
    ]
    if progress.first is not None:
        lines.append(
            texts.get(
                language,
                "status.times",
                first=after(progress.first),
                half=after(progress.half),
                most=after(progress.most),
                last=after(progress.last),
            )
        )
    return "\n".join(lines)


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
