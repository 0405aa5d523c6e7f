"""Keeping articles: saving, finding again, removing with undo, taking them away; in all three languages."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession

from bot.sandbox.client import Json, SandboxClient, SandboxUser
from bot.sandbox.server import Sandbox
from bot.sandbox.viewing import View
from tests.newspaper import Newspaper


@dataclass(frozen=True)
class Words:
    """How one language says it."""

    name: str
    empty: str
    title: str
    found: str
    nothing: str
    prompt: str
    restored: str
    file: str
    all_sections: str


LANGUAGES = [
    Words(
        "Иван",
        "Пока здесь пусто",
        "Закладки",
        "Найдено 2 статьи",
        "Ничего не нашлось",
        "Что найти в закладках",
        "Снова в закладках",
        "Закладки",
        "Все разделы",
    ),
    Words(
        "Айгүл",
        "әзірге бос",
        "Бетбелгілер",
        "2 мақала табылды",
        "Ештеңе табылмады",
        "Бетбелгілерден не іздейін",
        "Бетбелгілерге қайтарылды",
        "Бетбелгілер",
        "Барлық бөлім",
    ),
    Words(
        "Emma",
        "It is empty here",
        "Bookmarks",
        "2 articles found",
        "Nothing was found",
        "look for in your bookmarks",
        "Back in your bookmarks",
        "Bookmarks",
        "All sections",
    ),
]
in_all_languages = pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.name)


@pytest.fixture
async def archive(newspaper: Newspaper, start_bot) -> None:
    """Seven articles that were there before the bot."""
    for number in range(1, 8):
        title = f"Мост номер {number}" if number in (2, 5) else f"Новость номер {number}"
        newspaper.publish(title, "Спорт" if number == 3 else "Общество")
    await start_bot()


async def saved(reader: SandboxUser) -> Json:
    """All seven, the oldest first, by number in /latest; then /bookmarks."""
    await reader.sends("/latest")
    await reader.taps("▶")
    for number in (2, 1):
        assert await reader.taps(f"🔖 {number}", on=await reader.sees("номер 1")), "every tap is answered with a word"
    await reader.taps("◀", on=await reader.sees("номер 1"))
    page = await reader.sees("1. Новость номер 7")
    for number in (5, 4, 3, 2, 1):
        await reader.taps(f"🔖 {number}", on=page)
    await reader.sees_button("✅ 1")
    await reader.sends("/bookmarks")
    return await reader.sees("\n7 (.|\n)*1. Новость номер 7")


@in_all_languages
async def test_saving_finding_and_removing(archive, chat: SandboxClient, words: Words) -> None:
    reader = await chat.user(words.name)
    await reader.sends("/bookmarks")
    empty = await reader.sees(words.empty)
    assert View.button(empty, "🕘"), "no dead end"
    page = await saved(reader)
    assert page["text"].startswith(words.title)
    assert page["text"].index("номер 7") < page["text"].index("номер 6"), "newest first"
    assert "номер 1" not in page["text"]
    await reader.taps("▶", on=page)
    await reader.taps("◀", on=await reader.sees("2. Новость номер 1"))
    await reader.taps("🗑 1", on=await reader.sees("1. Новость номер 7"))
    after = await reader.sees("1. Новость номер 6")
    assert after["message_id"] == page["message_id"], "edited in place"
    assert "номер 7" not in after["text"]
    assert await reader.taps("↩", on=after) == words.restored
    # In its old place.
    await reader.taps("📰 2", on=await reader.sees("1. Новость номер 7"))
    card = await reader.sees("^Новость номер 6")
    assert card["photo"]
    assert View.button(card, "✅"), "it knows that it is saved"


@in_all_languages
async def test_by_section_and_by_words(archive, chat: SandboxClient, words: Words) -> None:
    reader = await chat.user(words.name)
    await reader.taps("🗂", on=await saved(reader))
    await reader.taps("Спорт · 1")
    shown = await reader.sees("1. Новость номер 3")
    assert "номер 7" not in shown["text"]
    await reader.taps("🗂", on=shown)
    await reader.taps(words.all_sections)
    await reader.taps("🔍", on=await reader.sees("1. Новость номер 7"))
    question = await reader.sees(words.prompt)
    await reader.sends("мосты", reply_to_message_id=question["message_id"])
    found = await reader.sees(words.found)
    assert found["text"].index("номер 5") < found["text"].index("номер 2")
    await reader.taps("🗑 1", on=found)
    await reader.taps("↩", on=await reader.sees("1. Мост номер 2"))
    await reader.taps("🗂", on=await reader.sees("1. Мост номер 5"))
    await reader.taps("Спорт")
    await reader.taps("🔖", on=await reader.sees(words.nothing))
    await reader.sees("1. Новость номер 7")
    await reader.sends("/bookmarks мост")
    await reader.sees(words.found)


@in_all_languages
async def test_taking_them_away(
    archive, newspaper: Newspaper, chat: SandboxClient, sandbox: Sandbox, words: Words
) -> None:
    reader = await chat.user(words.name)
    await reader.taps("⬇", on=await saved(reader))
    formats = await reader.sees_button("JSON")
    contents = {}
    for format in ("HTML", "CSV", "JSON"):
        await reader.taps(format, on=formats)
        sent = await document(reader, format.lower())
        assert sent["document"]["file_name"].startswith(words.file)
        assert "7" in sent["caption"]
        contents[format] = await download(sandbox, sent["document"]["file_unique_id"])
    assert contents["HTML"].startswith(b"<!DOCTYPE NETSCAPE-Bookmark-file-1>")
    assert contents["HTML"].count(b"<DT><A HREF") == 7
    assert f"{newspaper.host}/story/7".encode() in contents["CSV"]
    assert len(json.loads(contents["JSON"])["bookmarks"]) == 7


async def document(reader: SandboxUser, ending: str) -> Json:
    """Waits for the file."""
    async with asyncio.timeout(5):
        while True:
            for message in reversed(await reader.messages()):
                if message.get("document", {}).get("file_name", "").endswith(ending):
                    return message
            await asyncio.sleep(0.05)


async def download(sandbox: Sandbox, unique_id: str) -> bytes:
    async with ClientSession() as session, session.get(f"{sandbox.url}/sandbox/files/{unique_id}") as response:
        assert response.status == 200
        return await response.read()


async def test_two_quick_removals_are_one(archive, chat: SandboxClient) -> None:
    ivan = await chat.user("Иван")
    page = await saved(ivan)
    await asyncio.gather(ivan.taps("🗑 1", on=page), ivan.taps("🗑 1", on=page))
    shown = await ivan.sees("6 (.|\n)*1. Новость номер 6")
    await asyncio.gather(ivan.taps("↩", on=shown), ivan.taps("↩", on=shown))
    back = await ivan.sees("1. Новость номер 7")
    assert back["text"].count("Новость номер 7") == 1


async def test_buttons_of_older_lists_still_work(archive, chat: SandboxClient) -> None:
    """Those that earlier versions made."""
    ivan = await chat.user("Иван")
    page = await saved(ivan)

    async def tap(data: str) -> str:
        place = {"message_id": page["message_id"], "data": data}
        query = await chat.call("POST", f"/users/{ivan.id}/tap", json=place)
        return await ivan.answer_to(query["callback_query_id"])

    await tap("bp:1")
    await ivan.sees("^Закладки(.|\n)*2. Новость номер 1")
    assert await tap("br:1:1") == "Убрано из закладок"
    await ivan.sees("^Закладки\n6 ")
    await tap("lp:0")
    await ivan.sees("^Последние новости(.|\n)*1. Новость номер 7")
    assert (await tap("sl:1:1:0")).startswith("Сохранено")
    assert "устарела" in await tap("v:q:999:0"), "a search that is not remembered any more"


async def test_they_survive_what_leaves_the_site(archive, newspaper: Newspaper, chat: SandboxClient) -> None:
    ivan = await chat.user("Иван")
    await saved(ivan)
    newspaper.stories.clear()
    polls = newspaper.polls
    while newspaper.polls < polls + 3:
        await asyncio.sleep(0.05)
    await ivan.sends("/bookmarks")
    await ivan.taps("📰 1", on=await ivan.sees("1. Новость номер 7"))
    await ivan.sees("^Новость номер 7")


async def test_saving_under_posts_of_every_kind(start_bot, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.taps("Все новости")
    newspaper.publish("Одна")
    card = await ivan.sees("^Одна")
    assert await ivan.taps("🔖", on=card)
    post = await ivan.sees_button("✅ Сохранено")
    assert View.button(post, "🔗"), "the other buttons stay"
    for number in range(1, 8):
        newspaper.publish(f"Вместе {number}")
    bundle = await ivan.sees("7 новостей")
    await ivan.taps("🔖 3", on=bundle)
    await ivan.sees_button("✅ 3")
    await ivan.sends("/bookmarks")
    await ivan.sees("1. Вместе 3(.|\n)*2. Одна")
    await ivan.taps("✅", on=post)
    await ivan.sends("/bookmarks")
    listed = await ivan.sees("Закладки\n1 ")
    assert "Одна" not in listed["text"]
