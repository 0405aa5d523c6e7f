"""`@bot words` in any chat: share an article there; without words, one of the latest.

Who asks may be no reader of ours, and the bot is not in that chat: all it can do there are the buttons.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from html import escape

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InlineQueryResultUnion,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    User,
)
from aiogram.utils.deep_linking import create_start_link

from bot import keyboards
from bot.callbacks import SaveArticle
from bot.config import Settings
from bot.delivery.links import opens
from bot.delivery.post import AudioPost, PhotoPost, TextPost, VideoPost
from bot.delivery.render.card import card
from bot.delivery.render.words import cut
from bot.model.articles import Article, ArticlePage
from bot.model.ids import ArticleId, ChatId
from bot.model.language import Language
from bot.texts import Texts
from storage.base import Storage

log = structlog.get_logger()

EXPIRED = "query is too old"
PER_ANSWER = 10
"""Articles of one answer; Telegram asks for more as the list is scrolled. It allows 50."""
REMEMBERED = 30
"""Seconds for which Telegram may give the same answer to the same words."""
DESCRIPTION_LIMIT = 150


def router() -> Router:
    router = Router(name="inline")
    router.inline_query.register(answer)
    router.callback_query.register(save, F.inline_message_id, SaveArticle.filter())
    router.callback_query.register(expired, F.inline_message_id)
    router.message.register(shared_with_us, F.via_bot)
    return router


async def answer(query: InlineQuery, bot: Bot, storage: Storage, texts: Texts, settings: Settings) -> None:
    language = await _language(query.from_user, storage, texts)
    offset = int(query.offset) if query.offset.isdecimal() else 0
    page = await _find(query.query, offset, storage)
    link = await create_start_link(bot, "a_")
    nothing = InlineQueryResultsButton(text=texts.get(language, "inline.nothing"), start_parameter="search")
    after = offset + len(page.articles)

    async def give(*, photos: bool) -> None:
        await query.answer(
            [_result(article, link, language, texts, settings.timezone, photos=photos) for article in page.articles],
            cache_time=REMEMBERED,
            # The buttons are in the asker's language.
            is_personal=True,
            next_offset=str(after) if page.articles and after < page.total else "",
            button=None if page.total else nothing,
        )

    try:
        await give(photos=True)
    except TelegramBadRequest as error:
        # One file id that is none any more spoils the whole answer.
        if EXPIRED in error.message.lower():
            raise
        log.info("an inline answer was refused, so it goes without photos", error=error.message)
        await give(photos=False)


async def save(query: CallbackQuery, callback_data: SaveArticle, bot: Bot, storage: Storage, texts: Texts) -> None:
    """Everybody in that chat sees the same button, so that it stays as it is. Who has not started the bot yet is
    taken there, to this article."""
    reader = await storage.readers.get(ChatId(query.from_user.id))
    article = ArticleId(callback_data.article)
    if reader is None:
        await query.answer(url=await create_start_link(bot, f"a_{article}"))
        return
    there = await storage.bookmarks.set(reader.chat_id, article, True, datetime.now(UTC))
    await query.answer(texts.get(reader.language, "save.saved" if there else "save.gone"))


async def expired(query: CallbackQuery, storage: Storage, texts: Texts) -> None:
    await query.answer(texts.get(await _language(query.from_user, storage, texts), "unknown.button"))


async def shared_with_us(message: Message) -> None:
    """An article shared into the chat with the bot itself needs no answer."""


async def _find(words: str, offset: int, storage: Storage) -> ArticlePage:
    if not words.strip():
        return await storage.news.latest(offset=offset, limit=PER_ANSWER)
    found = await storage.search.find(words, datetime.now(UTC), offset=offset, limit=PER_ANSWER, begun=True)
    return found.page


async def _language(user: User, storage: Storage, texts: Texts) -> Language:
    reader = await storage.readers.get(ChatId(user.id))
    return reader.language if reader else texts.language_of(user.language_code)


def _result(
    article: Article, link: str, language: Language, texts: Texts, zone: tzinfo, *, photos: bool
) -> InlineQueryResultUnion:
    """Its card, with the photo that Telegram has already; a photo that it does not have yet is shown by the page."""
    keyboard = _keyboard(article, link, language, texts)
    post = card(article, language, texts, None, now=datetime.now(UTC), zone=zone)
    if isinstance(post, VideoPost | AudioPost):
        post = post.fallback or TextPost(f"<b>{escape(article.title)}</b>")
    title, description = cut(article.title, DESCRIPTION_LIMIT), _about(article, language)
    if photos and isinstance(post, PhotoPost) and post.known:
        return InlineQueryResultCachedPhoto(
            id=str(article.id),
            photo_file_id=post.photo,
            caption=post.caption,
            parse_mode="HTML",
            reply_markup=keyboard,
            title=title,
            description=description,
        )
    text = (post.fallback or TextPost(f"<b>{escape(article.title)}</b>")) if isinstance(post, PhotoPost) else post
    preview = LinkPreviewOptions(url=text.preview_url, prefer_large_media=True, show_above_text=True)
    photo = next((one.url for one in article.photos if not one.refused and opens(one.url)), None)
    return InlineQueryResultArticle(
        id=str(article.id),
        input_message_content=InputTextMessageContent(
            message_text=text.text,
            parse_mode="HTML",
            link_preview_options=preview if text.preview_url else LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=keyboard,
        thumbnail_url=photo,
        title=title,
        description=description,
    )


def _about(article: Article, language: Language) -> str:
    sections = [category.name(language) for category in article.categories[:1]]
    return cut(" · ".join([*sections, article.lead]).strip(" ·"), DESCRIPTION_LIMIT)


def _keyboard(article: Article, link: str, language: Language, texts: Texts) -> InlineKeyboardMarkup:
    rows = [[keyboards.save(article.id, language, texts, saved=False)]]
    if opens(article.link):
        rows[0].append(InlineKeyboardButton(text=texts.get(language, "button.site"), url=article.link))
    rows.append([InlineKeyboardButton(text=texts.get(language, "button.open_bot"), url=f"{link}{article.id}")])
    return InlineKeyboardMarkup(inline_keyboard=rows)
