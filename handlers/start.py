"""/start: the greeting, what will come, and the sections to tap; or what a link asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from aiogram import Bot, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message

from bot.callbacks import View
from bot.commands import register_editor
from bot.config import Settings
from bot.deeplinks import read_link
from bot.model.ids import ArticleId, CategoryId
from bot.model.readers import Mode, Reader
from bot.reading import Reading
from bot.texts import Texts
from handlers.categories import sections
from handlers.groups import group_of
from storage.base import Storage


def router() -> Router:
    router = Router(name="start")
    router.message.register(start, CommandStart())
    return router


async def start(
    message: Message,
    command: CommandObject,
    bot: Bot,
    reading: Reading,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    is_new: bool,
) -> None:
    """Who had left and comes back gets news again: that is what pressing START asks for. All else that was chosen
    stays as it was."""
    link = read_link(command.args or "")
    if link.campaign:
        await storage.campaigns.count(link.campaign, is_new, datetime.now(UTC))
    before = []
    if reader.left:
        reader = await storage.readers.set_left(reader.chat_id, False, datetime.now(UTC))
        before.append(texts.get(reader.language, "start.back"))
    if link.group is not None:
        await (await group_of(link.group, bot, storage, texts, reader)).answer(message)
        return
    if link.category is not None:
        reader, subscribed = await _subscribe(link.category, storage, texts, reader)
        before.append(subscribed)
    elif (
        link.article is not None
        and await _opened(link.article, storage, reading, message, texts, reader)
        and not is_new
    ):
        return
    await (await sections(storage, texts, settings, reader, View.START, before="\n\n".join(before))).answer(message)
    if await storage.editors.get(reader.chat_id):
        await register_editor(bot, texts, reader.chat_id)


async def _subscribe(category: CategoryId, storage: Storage, texts: Texts, reader: Reader) -> tuple[Reader, str]:
    found = await storage.news.categories(datetime.now(UTC))
    name = next((one.name(reader.language) for one in found if one.id == category), None)
    if name is None:
        return reader, texts.get(reader.language, "start.no_section")
    if not reader.wants(category):
        reader = await storage.readers.set_category(reader.chat_id, category, Mode.NOW, datetime.now(UTC))
    return reader, texts.get(reader.language, "start.subscribed", name=escape(name))


async def _opened(
    article_id: ArticleId, storage: Storage, reading: Reading, message: Message, texts: Texts, reader: Reader
) -> bool:
    article = await storage.news.shown(article_id)
    if article is None:
        await message.answer(texts.get(reader.language, "save.gone"))
        return False
    await reading.show_card(reader, article)
    return True
