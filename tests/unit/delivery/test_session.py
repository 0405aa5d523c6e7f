"""What Telegram may answer and aiogram can't read must neither lose a message nor stop the bot."""

from __future__ import annotations

import time

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError

from bot.delivery.session import Session, read_json


def test_rich_messages_are_blanked_wherever_they_stand() -> None:
    update = read_json('[{"message": {"rich_message": {"blocks": [{"type": "new"}]}, "text": "x"}}, 5]')
    assert update == [{"message": {"rich_message": None, "text": "x"}}, 5]


def test_deeply_nested_formatting_costs_nothing() -> None:
    text = '{"type": "bold", "text": "x"}'
    for _ in range(400):
        text = f'{{"type": "bold", "text": {text}}}'
    started = time.perf_counter()
    update = read_json(f'{{"message": {{"rich_message": {{"blocks": [{text}]}}}}}}')
    assert update["message"]["rich_message"] is None
    assert time.perf_counter() - started < 5, "exponential would take for ever"


def test_the_word_in_a_text_changes_nothing() -> None:
    assert read_json('{"text": "rich_message"}') == {"text": "rich_message"}


async def test_a_handler_that_is_late_does_not_open_it_again() -> None:
    session = Session()
    bot = Bot("1:" + "A" * 35, session=session)
    await session.close()
    with pytest.raises(TelegramNetworkError, match="stopped"):
        await bot.get_me()
