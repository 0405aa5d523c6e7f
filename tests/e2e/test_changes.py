"""Posts that were delivered follow their article: edited in place without a sound, or recalled everywhere."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model.deliveries import Action, DeliveryClass
from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from storage import fanouts
from tests.newspaper import Newspaper


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanouts, "SETTLES", timedelta(0))


@pytest.fixture
def database(sqlite_file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(sqlite_file, isolation_level=None, timeout=5, check_same_thread=False)
    yield connection
    connection.close()


async def subscribed(chat: SandboxClient, *names: str) -> list[SandboxUser]:
    readers = [await chat.user(name) for name in names]
    for reader in readers:
        await reader.sends("/start")
        await reader.taps("Все новости|Барлық жаңалық|All news")
    return readers


async def changed(reader: SandboxUser, message: Json) -> Json | None:
    """The same message as it is now; None: it is not there any more."""
    return next((one for one in await reader.messages() if one["message_id"] == message["message_id"]), None)


async def until_says(reader: SandboxUser, message: Json, words: str) -> Json:
    async with asyncio.timeout(15):
        while not (now := await changed(reader, message)) or words not in said(now):
            await asyncio.sleep(0.05)
    return now


async def test_an_edited_article_edits_its_posts(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("До начала")
    await start_bot()
    ivan, emma = await subscribed(chat, "Иван", "Emma")
    story = newspaper.publish("Аким открыл мост", lead="Движение началось утром.")
    cards = [await reader.sees("Аким открыл мост") for reader in (ivan, emma)]
    await ivan.taps("🔖", on=cards[0])
    messages = len(await ivan.messages())

    story.title = "Аким открыл два моста"
    story.lead = "Движение началось утром и днём."
    edited = [await until_says(reader, card, "два моста") for reader, card in zip((ivan, emma), cards, strict=True)]
    assert "и днём" in said(edited[0])
    assert "✏️ Обновлено" in said(edited[0])
    assert "✏️ Updated" in said(edited[1])
    assert edited[0]["photo"] == cards[0]["photo"]
    labels = [[b["text"] for row in one["reply_markup"]["inline_keyboard"] for b in row] for one in edited]
    assert "✅ Сохранено" in labels[0], "what the reader did with it stays"
    assert "🔖 Save" in labels[1]
    assert len(await ivan.messages()) == messages, "nothing new came"
    await ivan.sends("/bookmarks")
    await ivan.sees("Аким открыл два моста")


async def test_another_photo(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("До начала")
    await start_bot()
    ivan, emma = await subscribed(chat, "Иван", "Emma")
    story = newspaper.publish("Аким открыл мост")
    cards = [await reader.sees("Аким открыл мост") for reader in (ivan, emma)]
    requests = newspaper.photo_requests
    story.photo = "/photo/другой.jpg"
    async with asyncio.timeout(15):
        for reader, card in zip((ivan, emma), cards, strict=True):
            while (await changed(reader, card) or card)["photo"] == card["photo"]:
                await asyncio.sleep(0.05)
    assert newspaper.photo_requests == requests + 1, "the new photo is brought once, too"


async def test_a_text_and_an_article_in_a_bundle(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("До начала")
    await start_bot()
    (ivan,) = await subscribed(chat, "Иван")
    story = newspaper.publish("Без фото", photo=False)
    post = await ivan.sees("Без фото")
    story.title = "Без фото, исправлено"
    await until_says(ivan, post, "исправлено")

    await chat.fault("sendMessage", {"error": {"error_code": 429, "description": "Too Many Requests: retry after 2",
                                               "parameters": {"retry_after": 2}}}, times=1)  # fmt: skip
    stories = [newspaper.publish(f"Новость, выпуск {number}.", photo=False) for number in range(7)]
    bundle = await ivan.sees("выпуск 0(.|\n)*выпуск 6", within=20)
    stories[3].title = "Новость, выпуск третий."
    edited = await until_says(ivan, bundle, "выпуск третий")
    assert "выпуск 2." in said(edited)
    assert "выпуск 3." not in said(edited)
    assert len(edited["reply_markup"]["inline_keyboard"]) == len(bundle["reply_markup"]["inline_keyboard"])


async def test_a_message_that_was_deleted_is_let_be(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, database: sqlite3.Connection
) -> None:
    newspaper.publish("До начала")
    await start_bot()
    ivan, emma = await subscribed(chat, "Иван", "Emma")
    story = newspaper.publish("Аким открыл мост")
    for reader in (ivan, emma):
        await reader.sees("Аким открыл мост")
    gone = {"error": {"error_code": 400, "description": "Bad Request: message to edit not found"}}
    await chat.fault("editMessageMedia", gone, chat_id=ivan.id)
    story.title = "Аким открыл два моста"
    await emma.sees("два моста", within=15)
    async with asyncio.timeout(10):
        while database.execute("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')").fetchone()[0]:
            await asyncio.sleep(0.05)
    states = dict(database.execute("SELECT chat_id, state FROM deliveries WHERE action = 'edit'").fetchall())
    assert states == {ivan.id: "dead", emma.id: "sent"}
    story = newspaper.publish("Следующая")
    await ivan.sees("Следующая")


async def recall(database: sqlite3.Connection, title: str) -> None:
    """As an editor's button does it. Beside the loop: the bot on it may be in the middle of a write."""
    now = int(time.time() * 1000)
    await asyncio.to_thread(
        database.execute,
        "INSERT INTO fanouts (class, action, article_id, cursor, created_at, due_at) "
        "SELECT ?, ?, id, ?, ?, ? FROM articles WHERE title = ?",
        (int(DeliveryClass.CORRECTION), str(Action.RECALL), fanouts.BEFORE_ALL, now, now, title),
    )


async def test_a_recall_deletes_every_copy_and_marks_what_is_too_old(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, database: sqlite3.Connection
) -> None:
    newspaper.publish("До начала")
    await start_bot()
    readers = await subscribed(chat, "Иван", "Айгүл", "Emma")
    ivan, aigul, emma = readers
    newspaper.publish("Ошибочная новость")
    newspaper.publish("Верная новость", photo=False)
    cards = [await reader.sees("Ошибочная новость") for reader in readers]
    for reader in readers:
        await reader.sees("Верная новость")
    old = {"error": {"error_code": 400, "description": "Bad Request: message can't be deleted for everyone"}}
    await chat.fault("deleteMessage", old, chat_id=aigul.id)
    await chat.fault("deleteMessage", {"drop": "after"}, chat_id=emma.id)
    await recall(database, "Ошибочная новость")
    notice = await until_says(aigul, cards[1], "Жарияланымды редакция кері қайтарып алды")
    assert "reply_markup" not in notice
    async with asyncio.timeout(20):
        while any([await changed(ivan, cards[0]), await changed(emma, cards[2])]):
            await asyncio.sleep(0.05)
        while database.execute("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')").fetchone()[0]:
            await asyncio.sleep(0.05)
    found = database.execute("SELECT chat_id, state, form FROM deliveries WHERE action = 'recall'").fetchall()
    assert set(found) == {
        (ivan.id, "sent", "deleted"), (aigul.id, "sent", "notice"), (emma.id, "sent", "deleted")
    }  # fmt: skip
    for reader in readers:
        await reader.sees("Верная новость")


async def test_a_recalled_article_leaves_its_bundle(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, database: sqlite3.Connection
) -> None:
    newspaper.publish("До начала")
    await start_bot()
    (ivan,) = await subscribed(chat, "Иван")
    for number in range(7):
        newspaper.publish(f"Новость, выпуск {number}.", photo=False)
    bundle = await ivan.sees("выпуск 0(.|\n)*выпуск 6", within=20)
    await recall(database, "Новость, выпуск 3.")
    async with asyncio.timeout(15):
        while not (now := await changed(ivan, bundle)) or "выпуск 3." in said(now):
            await asyncio.sleep(0.05)
    assert "выпуск 4." in said(now)
