"""What Telegram may send that the library under the bot can't read: it must cost nobody anything.

An answer that can't be read comes after the message has gone out: it counts as sent. A message that can't be read, or
only in exponential time, may be sent or forwarded to the bot by anybody: it must not make the bot deaf.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.client import SandboxClient, SandboxUser, said
from tests.e2e.policy_trials import Record, until
from tests.newspaper import Newspaper

Json = dict[str, Any]


def nested(levels: int) -> Any:
    """Formatted text in formatted text, each time in an array: the library reads it in exponential time."""
    text: Any = "слово"
    for level in range(levels):
        text = [f"{level} ", {"type": ("bold", "italic", "underline")[level % 3], "text": text}, " дальше"]
    return text


UNKNOWN_BLOCK = {"blocks": [{"type": "hologram", "depth": 3}, {"type": "paragraph", "text": "Привет"}]}
UNKNOWN_TEXT = {"blocks": [{"type": "paragraph", "text": ["адрес ", {"type": "ton_address", "text": "EQ…"}]}]}
DEEP = {"blocks": [{"type": "paragraph", "text": nested(15)}]}
RICH = {"an unknown block": UNKNOWN_BLOCK, "an unknown kind of text": UNKNOWN_TEXT, "text in 15 levels": DEEP}

CHAT = {"id": 1, "type": "private", "first_name": "Иван"}
UNREADABLE = {
    **{
        what: json.dumps({"ok": True, "result": {"message_id": 77, "date": 0, "chat": CHAT, "rich_message": rich}})
        for what, rich in RICH.items()
    },
    "a result of another shape": '{"ok":true,"result":{"message_id":77,"date":"вчера","chat":{"id":"?","type":7}}}',
    "half a JSON": '{"ok":true,"result":{"message_id":77,"date":1764000000,"chat":{"id":7100',
    "nothing but ok": '{"ok": true}',
}


@pytest.fixture
def record(sqlite_file: Path) -> Record:
    return Record(sqlite_file)


async def arrives(chat: SandboxClient, *names: str) -> list[SandboxUser]:
    people = [await chat.user(name) for name in names]
    for person in people:
        await person.sends("/start")
        await person.sees("Газета")
    return people


async def texts(person: SandboxUser) -> list[str]:
    """All that the bot has said to somebody."""
    return [said(message) for message in await person.messages() if message["from"]["is_bot"]]


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_post_with_an_unreadable_answer_counts_as_sent(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, record: Record, body: str
) -> None:
    newspaper.publish("До начала")
    await start_bot()
    ivan, aigul, dana = await arrives(chat, "Иван", "Айгүл", "Дана")
    await ivan.taps("Все новости")
    await aigul.taps("Барлық жаңалық")
    for method in ("sendPhoto", "sendMessage"):
        for reader in (ivan, aigul):
            await chat.fault(method, {"body": body}, chat_id=reader.id)
    newspaper.publish("Новость с фото")
    await until(lambda: record.quiet({"Новость с фото"}), within=20)
    await dana.sends("/breaking Срочно: всем")
    await dana.taps("🚀")
    for reader in (ivan, aigul):
        await reader.sees("Срочно: всем")
    await until(lambda: record.quiet({"Новость с фото"}), within=20)
    for reader in (ivan, aigul):
        for words in ("Новость с фото", "Срочно: всем"):
            assert [words in text for text in await texts(reader)].count(True) == 1, words
    assert {state for (state,) in record.ask("SELECT state FROM deliveries")} == {"sent"}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_answer_to_a_person_with_an_unreadable_answer(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, body: str
) -> None:
    """It was sent: it is not sent again, and nobody reads of an error."""
    newspaper.publish("До начала", "Спорт")
    await start_bot()
    (ivan,) = await arrives(chat, "Иван")
    for method in ("sendMessage", "editMessageText", "editMessageReplyMarkup"):
        await chat.fault(method, {"body": body}, chat_id=ivan.id)
    before = len(await texts(ivan))
    await ivan.sends("/help")
    await ivan.sees("/categories — ")
    await ivan.taps("Спорт", on=await ivan.sees_button("Спорт"))
    await ivan.sends("/latest")
    await ivan.sees("До начала")
    heard = (await texts(ivan))[before:]
    assert len(heard) == 2, heard


@pytest.mark.parametrize("forwarded", [False, True], ids=["sent", "forwarded"])
@pytest.mark.parametrize("rich", RICH.values(), ids=RICH.keys())
async def test_a_rich_message_makes_nobody_wait(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, rich: Json, forwarded: bool
) -> None:
    newspaper.publish("До начала", "Спорт")
    await start_bot()
    ivan, emma, aigul = await arrives(chat, "Иван", "Emma", "Айгүл")
    origin = {"type": "hidden_user", "sender_user_name": "Кто-то", "date": 1764000000}
    raw = {"rich_message": rich, **({"forward_origin": origin} if forwarded else {})}
    before = {person: len(await texts(person)) for person in (ivan, emma, aigul)}
    await ivan.sends(raw=raw)
    await emma.sends("/help")
    await ivan.sends(raw=raw)
    await aigul.sends("/help")
    await ivan.sends("/help")
    await emma.sees("/categories — ")
    await aigul.sees("/categories — ")
    await ivan.sees("/categories — ")
    async with asyncio.timeout(10):
        while len(await texts(ivan)) < before[ivan] + 3:
            await asyncio.sleep(0.05)
    for person in (emma, aigul):
        assert len(await texts(person)) == before[person] + 1
    heard = (await texts(ivan))[before[ivan] :]
    assert ["этого не понимаю" in text for text in heard] == [True, True, False]


@pytest.mark.parametrize("rich", RICH.values(), ids=RICH.keys())
async def test_a_button_under_a_rich_message(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, rich: Json
) -> None:
    """Every tap brings the whole message along."""
    newspaper.publish("До начала", "Спорт")
    await start_bot()
    ivan, emma = await arrives(chat, "Иван", "Emma")
    welcome = await ivan.sees_button("Спорт")
    button = next(
        button for row in welcome["reply_markup"]["inline_keyboard"] for button in row if button["text"] == "Спорт"
    )
    message = await ivan.sends(raw={"rich_message": rich, "reply_markup": {"inline_keyboard": [[button]]}})
    assert "Спорт" in await ivan.taps("Спорт", on=message)
    await emma.sends("/help")
    await emma.sees("/categories — ")
    await ivan.sends("/categories")
    await ivan.sees_button("✅ Спорт")


async def test_a_message_that_cannot_be_read_at_all(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    """It is skipped; what comes before and after it, from anybody, is answered."""
    newspaper.publish("До начала", "Спорт")
    await start_bot()
    ivan, emma = await arrives(chat, "Иван", "Emma")
    await emma.sends("/help")
    await ivan.sends(raw={"text": "?", "forward_origin": {"type": "hologram", "date": 1764000000}})
    await ivan.sends("/help")
    await ivan.sees("/categories — ")
    await emma.sees("/categories — ")
