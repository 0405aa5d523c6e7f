"""The first minute: the greeting, sections to tap, what will come and how often, the first post, links."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Link
from bot.model.language import Language
from storage import open_storage
from tests.people import Person, labels, person


@pytest.mark.parametrize("language", Language)
async def test_tap_and_know_what_will_come(start_bot, newspaper, chat, language: Language) -> None:
    for number in range(21):
        newspaper.publish(f"Новость {number}", "Политика")
    newspaper.publish("Матч", "Спорт")
    await start_bot(newsroom_links=(Link("Instagram", "https://instagram.com/gazeta"),))
    reader = await person(chat, language)
    welcome = await reader.starts()
    assert reader.text("start.promise") in welcome["text"]
    for expected in ("Политика · 21", "Спорт · 1", reader.text("button.everything"), "🔗 Instagram"):
        assert expected in labels(welcome)

    assert await reader.user.taps("Политика")
    chosen = await reader.last()
    assert chosen["message_id"] == welcome["message_id"]
    assert "✅ Политика · 21" in labels(chosen)
    assert reader.count("expect.daily", 3) in chosen["text"]
    assert "Газета" in chosen["text"], "it is still the greeting"
    assert "🔗 Instagram" in labels(chosen)

    await reader.taps("button.first_post")
    assert "Новость 20" in (await reader.user.sees("Новость 20"))["caption"]
    await reader.user.taps("Политика", on=chosen)
    await reader.user.taps("Спорт", on=chosen)
    assert reader.count("expect.weekly", 1) in (await reader.user.sees("Газета"))["text"]
    await reader.taps("button.everything", on=chosen)
    everything = await reader.user.sees("Газета")
    assert f"✅ {reader.text('button.everything')}" in labels(everything)
    newspaper.publish("Свежая новость", "Культура")
    await reader.user.sees("Свежая новость")


@pytest.mark.parametrize("language", Language)
async def test_a_link_to_a_section_subscribes_and_counts_the_campaign(
    start_bot, newspaper, chat, settings, language: Language
) -> None:
    newspaper.publish("Матч", "Спорт")
    await start_bot()
    storage = await open_storage_read(settings.database_url)
    category = next(one for one in storage if one[1] == "Спорт")[0]
    reader = await person(chat, language)
    welcome = await reader.starts(f"c_{category}-insta")
    assert reader.text("start.subscribed", name="Спорт") in welcome["text"]
    assert "✅ Спорт · 1" in labels(welcome)
    newspaper.publish("Второй матч", "Спорт")
    await reader.user.sees("Второй матч")
    await reader.user.starts("c_999999")
    await reader.sees("start.no_section")


async def open_storage_read(url: str) -> list[tuple[int, str]]:
    """The sections, read beside the running bot."""
    import aiosqlite

    async with aiosqlite.connect(url.removeprefix("sqlite:///")) as database:
        rows = await database.execute_fetchall("SELECT category_id, name FROM category_names")
        return [(row[0], row[1]) for row in rows]


async def test_campaigns_are_counted_by_day(start_bot, newspaper, chat, settings) -> None:
    newspaper.publish("Новость")
    bot = await start_bot()
    for language, payload in (
        (Language.RU, "insta"),
        (Language.RU, "insta"),
        (Language.KK, "c_1-insta"),
        (Language.EN, "a_1-site"),
        (Language.EN, "what?is=this"),
    ):
        reader = await person(chat, language)
        await reader.user.starts(payload)
        await reader.user.calm()
    await bot.stops()
    storage = await open_storage(settings.database_url)
    counted = await storage.campaigns.since(datetime.now(UTC) - timedelta(days=2))
    await storage.close()
    assert {one.tag: (one.starts, one.fresh) for one in counted} == {"insta": (3, 2), "site": (1, 1)}


@pytest.mark.parametrize("language", Language)
async def test_a_link_opens_an_article(start_bot, newspaper, chat, language: Language) -> None:
    newspaper.publish("Аким открыл мост", lead="Мост через Илек.")
    newspaper.publish("Школа открылась")
    await start_bot()
    reader = await person(chat, language)
    await reader.user.starts("a_1")
    card = await reader.user.sees("Аким открыл мост")
    assert card["photo"]
    await reader.sees("start.greeting", newsroom="Газета")
    before = len(await reader.user.messages())
    await reader.user.starts("a_2")
    await reader.user.sees("Школа открылась")
    await asyncio.sleep(0.3)
    assert len(await reader.user.messages()) == before + 2, "who knows the bot gets just the article"
    await reader.user.starts("a_404")
    await reader.sees("save.gone")


async def test_who_comes_back_finds_everything_as_it_was(start_bot, newspaper, chat) -> None:
    newspaper.publish("Матч", "Спорт")
    bot = await start_bot()
    ivan = await person(chat, Language.RU)
    await ivan.starts()
    await ivan.user.taps("Спорт")
    await ivan.user.sends("/settings")
    await ivan.taps("button.language")
    await ivan.user.taps("English")
    await ivan.user.blocks()
    await asyncio.sleep(0.3)
    await bot.stops()
    await ivan.user.unblocks()
    await start_bot()
    again = await Person(ivan.user, Language.EN).starts()
    assert "✅ Спорт · 1" in labels(again)
