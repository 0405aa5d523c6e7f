"""What a reader lives through, from /start to leaving, told as the chat shows it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from storage import open_storage
from tests.newspaper import Newspaper


def labels(message: dict) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def button(message: dict, sign: str) -> dict:
    rows = message["reply_markup"]["inline_keyboard"]
    return next(button for row in rows for button in row if sign in button["text"])


async def test_choosing_a_category_and_getting_its_news(start_bot, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("Старая новость", "Политика")
    newspaper.publish("Старый матч", "Спорт")
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    welcome = await ivan.sees("Газета")
    assert {"Политика · 1", "Спорт · 1"} <= set(labels(welcome)), "with how much there was in the last week"

    await ivan.taps("Политика")
    assert "✅ Политика · 1" in labels((await ivan.messages())[-1])
    newspaper.publish(
        "Аким открыл мост",
        "Политика",
        lead="Мост через реку Илек открыли после ремонта.",
        caption="Мост через Илек",
        credit="Фото: Акимат города",
    )
    newspaper.publish("Матч завершился вничью", "Спорт")
    card = await ivan.sees("Аким открыл мост")
    assert card["photo"]
    for expected in ("Мост через реку Илек", "#Политика", "Акимат города"):
        assert expected in card["caption"]
    bold = next(entity for entity in card["caption_entities"] if entity["type"] == "bold")
    assert card["caption"][bold["offset"] : bold["offset"] + bold["length"]] == "Аким открыл мост"
    assert button(card, "🔗")["url"] == f"{newspaper.host}/story/3"

    await asyncio.sleep(1)
    everything = " ".join(m.get("text", "") + m.get("caption", "") for m in await ivan.messages())
    assert "Матч завершился" not in everything, "not chosen"
    assert "Старая новость" not in everything, "the first poll is a baseline"
    assert everything.count("Аким открыл мост") == 1


@pytest.mark.parametrize(("name", "word"), [("Иван", "Разделы"), ("Айгүл", "Бөлімдер"), ("Emma", "Sections")])
async def test_everybody_is_greeted_in_their_language(start_bot, newspaper, chat, name: str, word: str) -> None:
    newspaper.publish("Новость")
    await start_bot()
    reader = await chat.user(name)
    await reader.sends("/start")
    await reader.sees("Газета")
    commands = await reader.commands()
    assert {"categories", "latest", "bookmarks", "settings", "help"} <= {c["command"] for c in commands}
    assert "breaking" not in {c["command"] for c in commands}


async def test_the_language_can_be_changed(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    emma = await chat.user("Emma")
    await emma.sends("/start")
    await emma.sees("Hello|Welcome|Hi")
    await emma.sends("/settings")
    await emma.taps("🌐")
    await emma.taps("Қазақша")
    await emma.sends("/bookmarks")
    await emma.sees("бос")


async def test_two_quick_taps_are_one(start_bot, newspaper, chat) -> None:
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    await ivan.taps("Все новости")
    newspaper.publish("Дважды сохранённая")
    card = await ivan.sees("Дважды сохранённая")
    await asyncio.gather(ivan.taps("🔖", on=card), ivan.taps("🔖", on=card))
    await ivan.sends("/bookmarks")
    listing = await ivan.sees("Закладки")
    assert listing["text"].count("Дважды сохранённая") == 1


async def test_latest_lists_what_was_there_before(start_bot, newspaper, chat) -> None:
    for number in range(1, 9):
        newspaper.publish(f"Из архива {number}", "Культура")
    await start_bot()
    aigul = await chat.user("Айгүл")
    await aigul.sends("/latest")
    page = await aigul.sees("Из архива 8")
    assert "Из архива 1\n" not in page["text"] + "\n"
    await aigul.taps("🔖", on=page)
    await aigul.taps("▶")
    await aigul.sees("Из архива 1")
    await aigul.sends("/bookmarks")
    await aigul.sees("Из архива 8")


async def test_leaving_stops_everything_and_start_brings_back(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, dana = await chat.user("Иван"), await chat.user("Дана")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    await ivan.taps("Все новости")
    await ivan.sends("/settings")
    await ivan.taps("Без новостей|Не присылать|Отключить|🔕")
    newspaper.publish("Для тех, кто остался")
    await dana.sends("/breaking Срочно всем")
    await dana.taps("🚀")
    await ivan.sees_nothing(of="Для тех, кто остался|Срочно всем", for_=2)
    await ivan.sends("/start")
    await asyncio.sleep(0.3)
    newspaper.publish("Снова с нами")
    await ivan.sees("Снова с нами")


async def test_blocking_stops_everything_until_unblocked(start_bot, newspaper, chat, sandbox: Sandbox) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    await ivan.taps("Все новости")
    await ivan.blocks()
    await asyncio.sleep(0.5)
    newspaper.publish("Не для него")
    await asyncio.sleep(1.5)
    assert not [call for call in await chat.journal(method="sendPhoto") if call["chat_id"] == ivan.id]
    await ivan.unblocks()
    await asyncio.sleep(0.5)
    newspaper.publish("Опять вместе")
    await ivan.sees("Опять вместе")


async def test_a_photo_that_telegram_cannot_use_becomes_text(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, emma = await chat.user("Иван"), await chat.user("Emma")
    for reader in (ivan, emma):
        await reader.sends("/start")
        await reader.sees("Газета")
        await reader.taps("Все новости|All news")
    newspaper.publish("Фото не загрузилось", photo="/missing.jpg", lead="Но новость важна.")
    for reader in (ivan, emma):
        post = await reader.sees("Фото не загрузилось")
        assert "photo" not in post
        assert "Но новость важна." in post["text"]
        assert button(post, "🔖")
    failed = [call for call in await chat.journal(method="sendPhoto") if not call["ok"]]
    assert len(failed) == 1, "the refused photo is not tried on every reader"


async def test_one_upload_serves_everybody(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    readers = [await chat.user(name) for name in ("Иван", "Айгүл", "Emma")]
    for reader in readers:
        await reader.sends("/start")
        await reader.sees("Газета")
        await reader.taps("Все новости|Барлық жаңалық|All news")
    story = newspaper.publish("Одно фото на всех")
    for reader in readers:
        assert (await reader.sees("Одно фото на всех"))["photo"]
    assert story.photo == "/photo/2.jpg"
    assert newspaper.photo_requests == 1


async def test_unknown_words_and_old_buttons_get_an_answer(start_bot, newspaper, chat, sandbox: Sandbox) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    welcome = await ivan.sees("Газета")
    before = len(await ivan.messages())
    await ivan.sends("что это?")
    while len(await ivan.messages()) < before + 2:
        await asyncio.sleep(0.05)
    async with ClientSession() as session:
        tap = {"message_id": welcome["message_id"], "data": "v0:removed:button"}
        async with session.post(f"{sandbox.url}/sandbox/users/{ivan.id}/tap", json=tap) as response:
            query = (await response.json())["callback_query_id"]
        async with asyncio.timeout(5):
            while True:
                async with session.get(f"{sandbox.url}/sandbox/callbacks/{query}") as response:
                    answer = await response.json()
                if answer["answered"]:
                    break
                await asyncio.sleep(0.05)
    assert answer["text"], "an old button says that it has expired"


async def test_a_teaser_is_completed_from_its_page_where_that_is_on(start_bot, newspaper, chat, settings) -> None:
    """Twice the same teaser: the page is fetched once, and not for what was there before."""
    storage = await open_storage(settings.database_url)
    await storage.feeds.seed([newspaper.feed_url], datetime.now(UTC))
    await storage.feeds.set_page_selector((await storage.feeds.all())[0].id, ".article")
    await storage.close()
    newspaper.publish("Старая", photo=False)
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.taps("Все новости")
    newspaper.publish("Только тизер", photo=False)
    post = await ivan.sees("Только тизер")
    assert "photo" in post
    assert "Акимат" in post["caption"]
    newspaper.publish("Ещё одна", photo=False)
    await ivan.sees("Ещё одна")
    assert newspaper.page_requests == 2
