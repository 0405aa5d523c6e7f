"""The buttons under a broadcast. Each tap is answered, and says so when it came too late."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.alerts import buttons
from bot.alerts.views import Views
from bot.broadcasts import Broadcasts
from bot.callbacks import BroadcastAct, BroadcastAudience, ControlBroadcast, DropBroadcast, SendBroadcast
from bot.config import Settings
from bot.model.broadcasts import Broadcast
from bot.model.ids import BroadcastId
from bot.model.newsroom import Editor, MoreNeeded, Purpose, Stale, Started
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.prompts import ask
from handlers.screen import show_keyboard, show_text
from storage.base import Storage

Act = BroadcastAct
ASKS = {
    Act.TIME: Purpose.TIME,
    Act.REVISE: Purpose.REVISION,
    Act.CORRECT: Purpose.CORRECTION,
    Act.REPLY: Purpose.REPLY,
    Act.ONE_READER: Purpose.READER,
}


def router() -> Router:
    router = Router(name="control")
    router.callback_query.register(send, SendBroadcast.filter())
    router.callback_query.register(drop, DropBroadcast.filter())
    router.callback_query.register(choose_audience, BroadcastAudience.filter())
    router.callback_query.register(control, ControlBroadcast.filter())
    return router


async def send(
    query: CallbackQuery,
    callback_data: SendBroadcast,
    broadcasts: Broadcasts,
    views: Views,
    texts: Texts,
    reader: Reader,
    editor: Editor,
) -> None:
    number = BroadcastId(callback_data.broadcast)
    confirmation = await broadcasts.confirm(number, callback_data.revision, editor.user_id)
    match confirmation:
        case Started():
            await query.answer(texts.get(reader.language, "breaking.confirmed"))
        case MoreNeeded(broadcast, needed):
            given = len(broadcast.approvals)
            told = texts.get(reader.language, "breaking.more_needed", given=given, needed=needed)
            await query.answer(told, show_alert=True)
        case Stale():
            await query.answer(texts.get(reader.language, "breaking.stale"), show_alert=True)
            await views.open(number, editor.user_id, reader.language)
        case _:
            await query.answer(texts.get(reader.language, "breaking.too_late"))


async def drop(
    query: CallbackQuery,
    callback_data: DropBroadcast,
    broadcasts: Broadcasts,
    texts: Texts,
    reader: Reader,
    editor: Editor,
) -> None:
    dropped = await broadcasts.cancel(BroadcastId(callback_data.broadcast), editor.user_id)
    await query.answer(texts.get(reader.language, "breaking.cancelled" if dropped else "breaking.too_late"))


async def choose_audience(
    query: CallbackQuery,
    callback_data: BroadcastAudience,
    storage: Storage,
    views: Views,
    texts: Texts,
    reader: Reader,
    editor: Editor,
) -> None:
    """Shows the new number of readers at once, and the choice again."""
    now = datetime.now(UTC)
    broadcast = await storage.broadcasts.get(BroadcastId(callback_data.broadcast))
    wanted = None
    if broadcast is not None:
        part, value, on = callback_data.part, callback_data.value, callback_data.on
        wanted = buttons.chosen(broadcast.audience, part, value, on)
    if broadcast is None or wanted is None:
        await query.answer(texts.get(reader.language, "breaking.too_late"))
        return
    changed = await storage.broadcasts.set_audience(broadcast.id, callback_data.revision, wanted, editor.user_id, now)
    if changed is None:
        await query.answer(texts.get(reader.language, "breaking.stale"), show_alert=True)
        return
    await query.answer()
    await views.refresh(changed.id)
    await _show_audience(query, changed, storage, texts, reader)


async def _show_audience(
    query: CallbackQuery, broadcast: Broadcast, storage: Storage, texts: Texts, reader: Reader
) -> None:
    categories = await storage.news.categories(datetime.now(UTC))
    await show_keyboard(query, buttons.audience(broadcast, categories, reader.language, texts))


async def control(
    query: CallbackQuery,
    callback_data: ControlBroadcast,
    storage: Storage,
    broadcasts: Broadcasts,
    views: Views,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
) -> None:
    act, number = callback_data.act, BroadcastId(callback_data.broadcast)
    broadcast = await storage.broadcasts.get(number)
    if broadcast is None:
        await query.answer(texts.get(reader.language, "unknown.button"))
    elif act in (Act.PAUSE, Act.RESUME, Act.STOP, Act.SURELY_RECALL, Act.TRIAL):
        done = await _decide(act, number, broadcasts, editor, reader)
        told = texts.get(reader.language, f"did.{act.name.lower()}" if done else "breaking.too_late")
        await query.answer(told)
        if act is Act.SURELY_RECALL:
            await show_text(query, told, None)
    elif act in (Act.CARD, Act.TEXT, Act.AT_ONCE):
        await _revise(query, callback_data, storage, views, texts, reader)
    elif act in ASKS and isinstance(query.message, Message):
        await query.answer()
        zone = str(settings.timezone)
        await ask(query.message, ASKS[act], number, storage, texts, reader.language, id=number, zone=zone)
    elif act is Act.OPEN:
        await query.answer()
        await views.open(number, editor.user_id, reader.language)
    elif act is Act.AUDIENCE:
        await query.answer()
        await _show_audience(query, broadcast, storage, texts, reader)
    elif act is Act.RECALL and isinstance(query.message, Message):
        await query.answer()
        asked = texts.get(reader.language, "breaking.surely_recall", id=number)
        await query.message.answer(asked, reply_markup=buttons.recall(broadcast, reader.language, texts))
    elif act is Act.KEEP:
        await query.answer()
        await show_text(query, texts.get(reader.language, "breaking.kept", id=number), None)
    else:
        await query.answer()
        await views.refresh(number, again=True)


async def _decide(
    act: BroadcastAct, number: BroadcastId, broadcasts: Broadcasts, editor: Editor, reader: Reader
) -> bool:
    by = editor.user_id
    match act:
        case Act.PAUSE | Act.RESUME:
            return await broadcasts.pause(number, act is Act.PAUSE, by)
        case Act.STOP:
            return await broadcasts.stop(number, by)
        case Act.SURELY_RECALL:
            return await broadcasts.recall(number, by, reader.language)
        case _:
            return await broadcasts.try_out(number, by, reader.language)


async def _revise(
    query: CallbackQuery,
    data: ControlBroadcast,
    storage: Storage,
    views: Views,
    texts: Texts,
    reader: Reader,
) -> None:
    """The card or the words; at once or at its time. A card's new preview comes below."""
    number, now = BroadcastId(data.broadcast), datetime.now(UTC)
    if data.act is Act.AT_ONCE:
        changed = await storage.broadcasts.set_time(number, None, reader.chat_id, now)
    else:
        changed = await storage.broadcasts.set_card(number, data.revision, data.act is Act.CARD, reader.chat_id, now)
    if changed is None:
        await query.answer(texts.get(reader.language, "breaking.stale"), show_alert=True)
        return
    await query.answer()
    if data.act is not Act.AT_ONCE:
        await views.open(number, reader.chat_id, reader.language)
    await views.refresh(number)
