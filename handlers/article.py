"""The buttons under a post."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot import keyboards
from bot.callbacks import MorePhotos, ReadArticle, SaveArticle
from bot.delivery.render.media import usable_photos
from bot.model.articles import Article
from bot.model.ids import ArticleId
from bot.model.readers import Reader
from bot.reading import Reading
from bot.texts import Texts
from handlers.screen import show_keyboard
from storage.base import Storage


def router() -> Router:
    router = Router(name="article")
    router.callback_query.register(save, SaveArticle.filter())
    router.callback_query.register(read_here, ReadArticle.filter())
    router.callback_query.register(show_photos, MorePhotos.filter())
    return router


async def save(
    query: CallbackQuery, callback_data: SaveArticle, storage: Storage, texts: Texts, reader: Reader
) -> None:
    article = ArticleId(callback_data.article)
    if not await storage.bookmarks.set(reader.chat_id, article, callback_data.on, datetime.now(UTC)):
        await query.answer(texts.get(reader.language, "save.gone"))
        return
    await query.answer(texts.get(reader.language, "save.saved" if callback_data.on else "save.removed"))
    if isinstance(query.message, Message) and query.message.reply_markup:
        keyboard = keyboards.with_saved(
            query.message.reply_markup, article, reader.language, texts, saved=callback_data.on
        )
        await show_keyboard(query, keyboard)


async def read_here(
    query: CallbackQuery, callback_data: ReadArticle, storage: Storage, texts: Texts, reader: Reader, reading: Reading
) -> None:
    article = await _readable(query, ArticleId(callback_data.article), storage, texts, reader)
    if article is None:
        return
    await query.answer()
    await reading.open(reader, article)


async def show_photos(
    query: CallbackQuery, callback_data: MorePhotos, storage: Storage, texts: Texts, reader: Reader, reading: Reading
) -> None:
    article = await _readable(query, ArticleId(callback_data.article), storage, texts, reader)
    if article is None:
        return
    if not usable_photos(article)[callback_data.offset :]:
        await query.answer(texts.get(reader.language, "gallery.no_more"))
        return
    await query.answer()
    await reading.show_photos(reader, article, callback_data.offset)


async def _readable(
    query: CallbackQuery, article_id: ArticleId, storage: Storage, texts: Texts, reader: Reader
) -> Article | None:
    """None: the tap is answered with the reason. A post whose recall hasn't come yet opens nothing any more; one whose
    section was hidden since does: it is only not listed."""
    article = await storage.news.article(article_id)
    _, withheld, _ = await storage.curation.standing(article_id)
    if article is None or withheld:
        why = "article.withdrawn" if withheld else "save.gone"
        await query.answer(texts.get(reader.language, why), show_alert=True)
        return None
    return article
