"""An echo bot written with another library, which knows nothing of Newsbot, runs against the sandbox."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import picture


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    button = InlineKeyboardButton("Нажми", callback_data="pressed")
    await update.message.reply_html("<b>Эхо</b>", reply_markup=InlineKeyboardMarkup([[button]]))


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    if update.message.photo:
        file = await update.message.photo[-1].get_file()
        data = bytes(await file.download_as_bytearray())
        await update.message.reply_photo(data, caption=update.message.caption)
    else:
        await update.message.reply_text(update.message.text or "?", do_quote=True)


async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("Нажато")
    await update.callback_query.edit_message_text("Нажали")


@pytest.fixture(autouse=True)
def its_next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """It warns of changes to come unless they are chosen."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Any]:
    builder = Application.builder().token(sandbox.token)
    application = builder.base_url(f"{sandbox.url}/bot").base_file_url(f"{sandbox.url}/file/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(pressed))
    application.add_handler(MessageHandler(filters.TEXT | filters.PHOTO, echo))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(timeout=5)
        yield application.bot
        with contextlib.suppress(Exception):
            await application.updater.stop()
        await application.stop()


async def test_an_echo_bot(bot: Any, chat: Any) -> None:
    ivan = await chat.user("Иван")
    await ivan.starts()
    await ivan.sees("Эхо")
    await ivan.sends("Привет")
    assert (await ivan.sees("Привет"))["reply_to_message"]["text"] == "Привет"
    await ivan.sends_photo(picture(), "фото")
    assert (await ivan.sees("фото"))["photo"][-1]["width"] == 640
    assert await ivan.taps("Нажми") == "Нажато"
    await ivan.sees("Нажали")


async def test_its_errors_are_understood(bot: Any, chat: Any) -> None:
    ivan = await chat.user("Иван")
    await ivan.starts()
    await ivan.sees("Эхо")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(ivan.id, "x" * 4097)
    await chat.fault("sendMessage", {"ban": 7})
    with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
        await bot.send_message(ivan.id, "x")
    await ivan.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_chat_action(ivan.id, "typing")


async def test_its_albums_arrive(bot: Any, chat: Any) -> None:
    ivan = await chat.user("Иван")
    await ivan.starts()
    await ivan.sees("Эхо")
    media = [InputMediaPhoto(picture(color=color)) for color in ("red", "green")]
    sent = await bot.send_media_group(ivan.id, media, caption="альбом")
    assert len({message.media_group_id for message in sent}) == 1
    await ivan.sees("альбом")
