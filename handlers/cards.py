"""An article as a card, for one who asked for it: the same post that its readers got."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import Message

from bot import keyboards
from bot.delivery.encoding import fields
from bot.delivery.post import PhotoPost, Post, TextPost
from bot.delivery.render import card
from bot.model import Article, MediaResult, Reader
from bot.texts import Texts
from storage.base import Storage


async def send_card(bot: Bot, article: Article, reader: Reader, storage: Storage, texts: Texts) -> None:
    """Its photo, once at Telegram, serves everybody; where Telegram can't use it, the card is text."""
    saved = article.id in (await storage.bookmarks.saved(reader.chat_id, [article.id]))
    keyboard = keyboards.card(article, reader.language, texts, saved=saved)
    post: Post | None = card(article, reader.language, texts, keyboard)
    while post is not None:
        try:
            message = await _send(bot, reader, post)
        except TelegramBadRequest:
            if not isinstance(post, PhotoPost) or post.fallback is None:
                raise
            post = post.fallback
            continue
        if isinstance(post, PhotoPost) and not post.known and message.photo:
            learned = MediaResult(article.id, post.photo, message.photo[-1].file_id)
            await storage.outbox.settle([], [learned], datetime.now(UTC))
        return


async def _send(bot: Bot, reader: Reader, post: Post) -> Message:
    match post:
        case PhotoPost():
            return await bot(SendPhoto(chat_id=reader.chat_id, **fields(post)))
        case TextPost():
            return await bot(SendMessage(chat_id=reader.chat_id, **fields(post)))
    raise TypeError(f"a card is no {type(post).__name__}")
