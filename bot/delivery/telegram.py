"""A post → the Bot API call → what became of it. The only place that catches aiogram's exceptions on the way out."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import LinkPreviewOptions, MessageEntity
from aiohttp import ClientConnectorError

from bot.delivery.outcome import (
    BAD_BUTTON,
    BAD_CAPTION,
    BAD_MARKUP,
    BAD_PHOTO,
    DELIVERED_ANYWAY,
    FROZEN,
    UNREACHABLE,
    FloodWait,
    NotSent,
    Outcome,
    Refused,
    Sent,
    StopAll,
    Unknown,
    Unreachable,
    says,
)
from bot.delivery.post import PhotoPost, Post, TextPost
from bot.model import ChatId, MessageForm

MOST_FALLBACKS = 3
"""Photo → text, markup → plain, buttons → none: each at most once, so that no answer can keep us sending."""


async def send(bot: Bot, chat_id: ChatId, post: Post) -> Outcome:
    """Send one post, falling back when Telegram refuses its photo, markup or buttons (a refused call was not
    executed, so no copy comes of it). Raises nothing of aiogram's."""
    photo_refused = False
    outcome = await _call(bot, chat_id, post)
    for _ in range(MOST_FALLBACKS):
        if not isinstance(outcome, Refused):
            break
        simpler = _simpler(post, outcome.why)
        if simpler is None:
            break
        photo_refused = photo_refused or (isinstance(post, PhotoPost) and isinstance(simpler, TextPost))
        post = simpler
        outcome = await _call(bot, chat_id, post)
    return replace(outcome, photo_refused=True) if photo_refused and isinstance(outcome, Sent) else outcome


def _simpler(post: Post, why: str) -> Post | None:
    """The same message without what was refused; None when there is nothing left to leave out."""
    if isinstance(post, PhotoPost) and (says(why, BAD_PHOTO) or says(why, BAD_CAPTION)):
        return post.fallback
    if says(why, BAD_BUTTON) and post.keyboard:
        return replace(post, keyboard=None)
    if says(why, BAD_MARKUP) and (post.html or post.entities):
        if isinstance(post, PhotoPost):
            return replace(post, caption=_plain(post.caption) if post.html else post.caption, html=False, entities=())
        return replace(post, text=_plain(post.text) if post.html else post.text, html=False, entities=())
    return None


def _plain(html: str) -> str:
    return unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", html))


async def _call(bot: Bot, chat_id: ChatId, post: Post) -> Outcome:
    form = MessageForm.PHOTO if isinstance(post, PhotoPost) else MessageForm.TEXT
    try:
        message = await bot(_method(chat_id, post))
    except AiogramError as error:
        return _outcome(error, form)
    file_id = message.photo[-1].file_id if message.photo else None
    return Sent(message.message_id, form, file_id)


def _method(chat_id: ChatId, post: Post) -> SendMessage | SendPhoto:
    entities = [MessageEntity.model_validate(dict(entity)) for entity in post.entities] or None
    parse_mode = "HTML" if post.html else None
    if isinstance(post, PhotoPost):
        return SendPhoto(
            chat_id=chat_id,
            photo=post.photo,
            caption=post.caption or None,
            parse_mode=parse_mode,
            caption_entities=entities,
            reply_markup=post.keyboard,
        )
    # Telegram ignores the size of a preview unless its address is named, too.
    preview = (
        LinkPreviewOptions(url=post.preview_url, prefer_large_media=True, show_above_text=True)
        if post.preview_url
        else LinkPreviewOptions(is_disabled=True)
    )
    return SendMessage(
        chat_id=chat_id,
        text=post.text,
        parse_mode=parse_mode,
        entities=entities,
        link_preview_options=preview if post.html else None,
        reply_markup=post.keyboard,
    )


def _outcome(error: AiogramError, form: MessageForm) -> Outcome:
    why = error.message if isinstance(error, TelegramAPIError) else str(error)
    match error:
        case TelegramRetryAfter():
            return FloodWait(error.retry_after)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return StopAll(why)
        case ClientDecodeError():
            return _unreadable(error, form)
        case TelegramServerError():
            # Including "restart": nobody says whether the message went out before the server failed.
            return Sent(None, form) if says(why, DELIVERED_ANYWAY) else Unknown(why)
        case TelegramNetworkError():
            return NotSent(why) if _never_connected(error) else Unknown(why)
        case TelegramMigrateToChat():
            return Refused(why)
        case TelegramForbiddenError() | TelegramBadRequest() if says(why, UNREACHABLE):
            return Unreachable(why)
        case _ if says(why, FROZEN):
            return StopAll(why)
        case TelegramForbiddenError():
            return Unreachable(why)
        case TelegramBadRequest():
            return Refused(why)
        case TelegramAPIError() if "too many requests" in why.lower():
            return FloodWait(5.0)
        case TelegramAPIError():
            return Refused(why)
    return Unknown(why)


def _unreadable(error: ClientDecodeError, form: MessageForm) -> Outcome:
    """An answer that aiogram can't read. `ok` in it means that the message is in the chat; a page in HTML (a proxy's
    502) tells nothing."""
    data: Any = error.data
    if isinstance(data, dict) and data.get("ok") is True:
        result = data.get("result")
        message_id = result.get("message_id") if isinstance(result, dict) else None
        return Sent(message_id if isinstance(message_id, int) else None, form)
    return Unknown(f"unreadable answer: {str(data)[:100]}")


def _never_connected(error: TelegramNetworkError) -> bool:
    """Whether the connection failed before anything was written: then nothing was sent, for certain."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ClientConnectorError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
