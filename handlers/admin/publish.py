"""/publish: one article by its address; publish it by hand, withhold it, pin it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.broadcasts import Broadcasts
from bot.callbacks import CurateAct, CurateArticle
from bot.config import Settings
from bot.feeds.identity import link_key
from bot.model import Article, ArticleId, Language, Reader
from bot.newsroom import Editor
from bot.texts import Texts
from handlers.admin.buttons import rows
from handlers.screen import show_text
from storage.base import Storage


def router() -> Router:
    router = Router(name="publish")
    router.message.register(find, Command("publish"))
    router.callback_query.register(curate, CurateArticle.filter())
    return router


async def find(message: Message, command: CommandObject, storage: Storage, texts: Texts, reader: Reader) -> None:
    address = (command.args or "").strip()
    if not address:
        await message.answer(texts.get(reader.language, "publish.how"))
        return
    number = await storage.curation.linked([link_key(address)])
    article = await storage.news.article(number) if number is not None else None
    if article is None:
        await message.answer(texts.get(reader.language, "publish.unknown"))
        return
    text, keyboard = await _standing(article, storage, texts, reader.language)
    await message.answer(text, parse_mode="HTML", reply_markup=keyboard)


async def _standing(
    article: Article, storage: Storage, texts: Texts, language: Language
) -> tuple[str, InlineKeyboardMarkup]:
    announced, withheld, pinned = await storage.curation.standing(article.id)
    state = "withheld" if withheld else "announced" if announced else "waiting"
    lines = [f"<b>{escape(article.title)}</b>", texts.get(language, f"publish.{state}")]
    if pinned:
        lines.append(texts.get(language, "publish.pinned"))

    def of(key: str, act: CurateAct) -> tuple[str, CurateArticle]:
        return texts.get(language, key), CurateArticle(act=act, article=article.id)

    first = [] if announced and not withheld else [of("button.publish", CurateAct.PUBLISH)]
    pin = of("button.unpin", CurateAct.UNPIN) if pinned else of("button.pin", CurateAct.PIN)
    rest = [] if withheld else [[pin], [of("button.withhold", CurateAct.WITHHOLD)]]
    return "\n".join(lines), rows(first, *rest)


async def curate(
    query: CallbackQuery,
    callback_data: CurateArticle,
    storage: Storage,
    broadcasts: Broadcasts,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
) -> None:
    number, now = ArticleId(callback_data.article), datetime.now(UTC)
    match callback_data.act:
        case CurateAct.PUBLISH:
            expires_at = now + timedelta(hours=settings.expiry)
            done = await storage.curation.publish(number, editor.user_id, now, expires_at)
        case CurateAct.WITHHOLD:
            done = await storage.curation.withhold(number, editor.user_id, now)
        case act:
            done = await storage.curation.pin(number, act is CurateAct.PIN, editor.user_id, now)
    broadcasts.wake()
    await query.answer(texts.get(reader.language, "publish.done" if done else "publish.not_done"))
    article = await storage.news.article(number)
    if article:
        text, keyboard = await _standing(article, storage, texts, reader.language)
        await show_text(query, text, keyboard)
