"""/breaking: an editor's alert, and the list of drafts and alerts. For everybody else the command does not exist."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import F, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.alerts import buttons
from bot.alerts.drafts import Drafts
from bot.alerts.views import Views
from bot.callbacks import BroadcastsPage
from bot.config import Settings
from bot.model.broadcasts import Announcement
from bot.model.ids import BroadcastId
from bot.model.newsroom import Editor, Prompt, Purpose
from bot.model.readers import Reader
from bot.moments import parse_moment
from bot.texts import Texts
from handlers.admin.prompts import Answers, ask
from handlers.admin.writing import after_command, whole
from handlers.screen import show_keyboard
from storage.base import Storage

PER_PAGE = 5


def router() -> Router:
    router = Router(name="breaking")
    router.message.register(asked, Command("breaking", ignore_mention=True), F.forward_origin.is_(None))
    router.message.register(joined, F.media_group_id, _Album())
    writing = Answers(Purpose.ALERT, Purpose.REVISION, Purpose.CORRECTION, Purpose.REPLY)
    router.message.register(written, writing)
    router.message.register(timed, Answers(Purpose.TIME))
    router.callback_query.register(turned, BroadcastsPage.filter())
    return router


class _Album(Filter):
    """A later message of an album that became a draft."""

    async def __call__(self, message: Message, editor: Editor, reader: Reader, drafts: Drafts) -> bool:
        item = whole(message)
        if not item.media or message.media_group_id is None:
            return False
        return await drafts.add_to_album(editor.user_id, message.media_group_id, item, reader.language)


async def joined() -> None:
    """The album has it already."""


async def asked(
    message: Message, storage: Storage, drafts: Drafts, texts: Texts, reader: Reader, editor: Editor
) -> None:
    announcement = after_command(message)
    if announcement.empty:
        keyboard = await _list(storage, texts, reader, 0)
        if keyboard.inline_keyboard:
            await message.answer(texts.get(reader.language, "breaking.list"), reply_markup=keyboard)
        await ask(message, Purpose.ALERT, 0, storage, texts, reader.language)
        return
    await storage.editors.asks_no_more(editor.user_id)
    await _compose(message, announcement, Prompt(Purpose.ALERT, 0), drafts, texts, reader)


async def written(
    message: Message,
    storage: Storage,
    drafts: Drafts,
    texts: Texts,
    reader: Reader,
    editor: Editor,
    prompt: Prompt,
) -> None:
    await storage.editors.asks_no_more(editor.user_id)
    await _compose(message, whole(message), prompt, drafts, texts, reader)


async def _compose(
    message: Message, announcement: Announcement, prompt: Prompt, drafts: Drafts, texts: Texts, reader: Reader
) -> None:
    complaint = await drafts.compose(
        reader.chat_id, announcement, prompt, reader.language, album=message.media_group_id
    )
    if complaint:
        await message.answer(texts.get(reader.language, complaint.key, **complaint.args))


async def timed(
    message: Message,
    storage: Storage,
    views: Views,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
    prompt: Prompt,
) -> None:
    now = datetime.now(UTC)
    moment = parse_moment(message.text or "", now, settings.timezone)
    if moment is None:
        await message.answer(texts.get(reader.language, "breaking.no_time"))
        return
    await storage.editors.asks_no_more(editor.user_id)
    broadcast = await storage.broadcasts.set_time(BroadcastId(prompt.subject), moment, editor.user_id, now)
    if broadcast is None:
        await message.answer(texts.get(reader.language, "breaking.too_late"))
        return
    await views.open(broadcast.id, editor.user_id, reader.language)
    await views.refresh(broadcast.id)


async def turned(
    query: CallbackQuery, callback_data: BroadcastsPage, storage: Storage, texts: Texts, reader: Reader
) -> None:
    await show_keyboard(query, await _list(storage, texts, reader, max(0, callback_data.page)))
    await query.answer()


async def _list(storage: Storage, texts: Texts, reader: Reader, page: int) -> InlineKeyboardMarkup:
    going = await storage.broadcasts.open() if page == 0 else []
    ended = await storage.broadcasts.ended(offset=page * PER_PAGE, limit=PER_PAGE + 1)
    more = len(ended) > PER_PAGE
    return buttons.listed(going[:20], ended[:PER_PAGE], page, more, reader.language, texts)
