"""What people notice when Telegram answers the bot's answers to them with an error: as little as can be."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.client import SandboxClient, SandboxUser
from tests.e2e.policy_rows import refusal
from tests.newspaper import Newspaper

SORRY = "Что-то пошло не так"


@pytest.fixture
async def ivan(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> SandboxUser:
    newspaper.publish("До начала", "Спорт")
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    return ivan


async def heard(person: SandboxUser) -> list[str]:
    return [one.get("text", "") for one in await person.messages() if one["from"]["is_bot"]]


@pytest.mark.parametrize(
    "says",
    [
        "message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message",
        "message to edit not found",
        "MESSAGE_ID_INVALID",
        "message can't be edited",
    ],
)
async def test_a_choice_whose_button_cannot_be_changed(ivan: SandboxUser, chat: SandboxClient, says: str) -> None:
    """The tap is answered, the choice holds, and nobody is told of an error. A screen that is gone comes anew."""
    for method in ("editMessageReplyMarkup", "editMessageText"):
        await chat.fault(method, refusal(400, f"Bad Request: {says}"))
    before = await heard(ivan)
    assert "Спорт" in await ivan.taps("Спорт")
    if "not modified" in says:
        assert await heard(ivan) == before
    assert SORRY not in " ".join(await heard(ivan))
    await chat.call("DELETE", "/faults")
    await ivan.sends("/categories")
    await ivan.sees_button("✅ Спорт")


async def test_a_tap_that_was_answered_too_late(ivan: SandboxUser, chat: SandboxClient, newspaper: Newspaper) -> None:
    says = "query is too old and response timeout expired or query ID is invalid"
    await chat.fault("answerCallbackQuery", refusal(400, f"Bad Request: {says}"))
    tap = await ivan.sees_button("Спорт")
    data = next(
        button["callback_data"]
        for row in tap["reply_markup"]["inline_keyboard"]
        for button in row
        if "Спорт" in button["text"]
    )
    await chat.call("POST", f"/users/{ivan.id}/tap", json={"message_id": tap["message_id"], "data": data})
    async with asyncio.timeout(10):
        while not await chat.journal(method="answerCallbackQuery"):
            await asyncio.sleep(0.05)
    await ivan.sends("/categories")
    await ivan.sees_button("✅ Спорт")
    assert SORRY not in " ".join(await heard(ivan))


async def test_an_answer_waits_for_flood_control(ivan: SandboxUser, chat: SandboxClient) -> None:
    before = len(await heard(ivan))
    fault = refusal(429, "Too Many Requests: retry after 1", retry_after=1)
    await chat.fault("sendMessage", fault, times=2, chat_id=ivan.id)
    await ivan.sends("/help")
    await ivan.sees("/categories — ", within=20)
    said = (await heard(ivan))[before:]
    assert len(said) == 1, said


async def test_an_answer_to_one_who_has_blocked_the_bot_meanwhile(ivan: SandboxUser, chat: SandboxClient) -> None:
    """It is lost, and the bot goes on answering others."""
    await chat.fault("sendMessage", refusal(403, "Forbidden: bot was blocked by the user"), chat_id=ivan.id)
    await ivan.sends("/help")
    emma = await chat.user("Emma")
    await emma.sends("/start")
    await emma.sees("Газета")
    await ivan.sends("/help")
    await ivan.sees("/categories — ")
    assert SORRY not in " ".join(await heard(ivan))


@pytest.mark.parametrize(
    "says",
    [
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        "Conflict: terminated by setWebhook request",
    ],
)
async def test_a_webhook_that_somebody_has_set(ivan: SandboxUser, chat: SandboxClient, says: str) -> None:
    """It is removed, since this bot asks for its updates; nothing is lost."""
    removed = len(await chat.journal(method="deleteWebhook"))
    await chat.fault("getUpdates", refusal(409, says))
    await ivan.sends("/help")
    await ivan.sees("/categories — ", within=20)
    await ivan.sends("/categories")
    await ivan.sees("Разделы", within=20)
    assert len(await chat.journal(method="deleteWebhook")) == removed + 1
