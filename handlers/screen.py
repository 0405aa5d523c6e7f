"""Changing a message that is already in the chat, where finding it unchanged, gone or too old is no error."""

from __future__ import annotations

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

HARMLESS = ("message is not modified", "message to edit not found", "message can't be edited", "message_id_invalid")


async def show_keyboard(query: CallbackQuery, keyboard: InlineKeyboardMarkup) -> None:
    if isinstance(query.message, Message):
        try:
            await query.message.edit_reply_markup(reply_markup=keyboard)
        except TelegramBadRequest as error:
            _unless_harmless(error)


async def show_text(query: CallbackQuery, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
    if isinstance(query.message, Message):
        try:
            await query.message.edit_text(
                html,
                parse_mode="HTML",
                reply_markup=keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramBadRequest as error:
            _unless_harmless(error)


def _unless_harmless(error: TelegramBadRequest) -> None:
    """Two quick taps end as one, and the second finds nothing to change."""
    if not any(part in error.message.lower() for part in HARMLESS):
        raise error
