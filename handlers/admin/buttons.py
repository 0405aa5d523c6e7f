"""Buttons of the editors' lists."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

LABEL_LIMIT = 48


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=text if len(text) <= LABEL_LIMIT else text[: LABEL_LIMIT - 1] + "…", callback_data=data.pack()
    )


def rows(*buttons: Sequence[tuple[str, CallbackData]]) -> InlineKeyboardMarkup:
    """A row for each sequence."""
    return InlineKeyboardMarkup(inline_keyboard=[[button(*one) for one in row] for row in buttons if row])
