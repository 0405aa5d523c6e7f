"""What stands in one message, and showing it: in the place of the message that was tapped, or below when that can't be
changed any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

UNCHANGED = "message is not modified"
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid", "there is no text in the message")


@dataclass(frozen=True, slots=True)
class Screen:
    html: str
    keyboard: InlineKeyboardMarkup | None = None

    async def answer(self, message: Message) -> None:
        await message.answer(
            self.html,
            parse_mode="HTML",
            reply_markup=self.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def answer_below(self, query: CallbackQuery) -> None:
        """As a reply to the message with the tapped button."""
        if query.message:
            await query.message.answer(
                self.html,
                parse_mode="HTML",
                reply_markup=self.keyboard,
                reply_parameters=ReplyParameters(message_id=query.message.message_id, allow_sending_without_reply=True),
            )

    async def replace(self, query: CallbackQuery) -> None:
        """In the place of the message with the tapped button."""
        await show_text(query, self.html, self.keyboard)


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def keyboard(rows: Iterable[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


async def show_keyboard(query: CallbackQuery, keyboard: InlineKeyboardMarkup) -> None:
    """Under a post: one that is gone or too old needs no new buttons."""
    if isinstance(query.message, Message):
        try:
            await query.message.edit_reply_markup(reply_markup=keyboard)
        except TelegramBadRequest as error:
            if not _says(error, UNCHANGED, *LOST):
                raise


async def show_text(
    query: CallbackQuery,
    html: str,
    keyboard: InlineKeyboardMarkup | None,
    preview: LinkPreviewOptions = LinkPreviewOptions(is_disabled=True),  # noqa: B008 — frozen
) -> None:
    """Two quick taps end as one: the second finds nothing to change."""
    if isinstance(query.message, Message):
        try:
            await query.message.edit_text(
                html,
                parse_mode="HTML",
                reply_markup=keyboard,
                link_preview_options=preview,
            )
        except TelegramBadRequest as error:
            if _says(error, UNCHANGED):
                return
            if not _says(error, *LOST):
                raise
        else:
            return
    bot = query.bot
    assert isinstance(bot, Bot)
    await bot.send_message(
        query.from_user.id,
        html,
        parse_mode="HTML",
        reply_markup=keyboard,
        link_preview_options=preview,
    )


def _says(error: TelegramBadRequest, *parts: str) -> bool:
    return any(part in error.message.lower() for part in parts)
