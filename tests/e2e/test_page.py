"""/publish of a page that no feed has brought."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.model.language import Language
from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from tests.newspaper import Newspaper
from tests.people import labels, person

PAGE = (
    "<html lang='ru'><head><meta property='article:section' content='{section}'>"
    "<meta property='og:description' content='Движение открыли утром.'></head><body><nav>Меню</nav>"
    "<article><h1>{title}</h1><figure><img src='/photo/bridge.jpg'><figcaption>Мост. Фото: Акимат</figcaption></figure>"
    "<p>Движение по новому мосту открыли утром, его ждали десять лет.</p>"
    "<p>Мост будет стоять сто лет, говорят строители.</p></article></body></html>"
)


def page(title: str = "Мост открыт", section: str = "Спорт") -> str:
    return PAGE.replace("{title}", title).replace("{section}", section)


async def subscribed(chat: SandboxClient, name: str) -> SandboxUser:
    reader = await chat.user(name)
    await reader.sends("/start")
    await reader.taps("Все новости|Барлық жаңалық|All news")
    return reader


async def until(user: SandboxUser, message: Json, words: str) -> Json:
    async with asyncio.timeout(15):
        while True:
            for one in await user.messages():
                if one["message_id"] == message["message_id"] and words in said(one):
                    return one
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("language", Language)
async def test_it_is_shown_published_and_known_to_the_feed(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, language: Language
) -> None:
    newspaper.publish("Старый матч", "Спорт")
    newspaper.pages["2"] = page()
    await start_bot()
    ivan, dana = await subscribed(chat, "Иван"), await person(chat, Language.RU)
    dana = type(dana)(await chat.user("Дана"), Language.RU)
    await dana.starts()
    if language is not Language.RU:
        await dana.user.sends("/settings")
        await dana.user.taps("🌐")
        await dana.user.taps({Language.KK: "Қазақша", Language.EN: "English"}[language])
        dana = type(dana)(dana.user, language)
    address = f"{newspaper.host}/story/2?utm_source=mail"
    await dana.user.sends(f"/publish {address}")
    shown = await dana.user.sees("Мост открыт")
    text = said(shown)
    assert text.splitlines()[0] == address
    for words in ("Движение открыли утром", "Спорт", "сто лет", "1. Мост. · Акимат"):
        assert words in text, words
    assert dana.count("page.photos", 1) in text
    assert shown["link_preview_options"]["url"].endswith("/photo/bridge.jpg")
    await ivan.sees_nothing(of="Мост открыт", for_=0.5)
    await dana.taps("button.publish", on=shown)
    await until(dana.user, shown, dana.text("publish.announced"))
    card = await ivan.sees("Мост открыт")
    assert "photo" in card
    assert "Акимат" in said(card)
    assert "#Спорт" in said(card)
    await ivan.taps("📖", on=card)
    await ivan.sees("Мост будет стоять сто лет")

    polls = newspaper.polls
    newspaper.publish("Мост открыт для всех", "Политика")
    async with asyncio.timeout(10):
        while newspaper.polls < polls + 3:
            await asyncio.sleep(0.05)
    newspaper.publish("Гол", "Спорт")
    await ivan.sees("Гол")
    assert not any("для всех" in said(one) for one in await ivan.messages()), "the feed makes no second article of it"
    await dana.user.sends(f"/publish {newspaper.host}/story/2")
    await dana.user.sees(dana.words("publish.announced"))
    assert await chat.warnings() == []


async def test_another_section_or_not_at_all(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("Старый матч", "Спорт")
    newspaper.publish("Закон", "Политика")
    newspaper.pages["9"] = page(section="Мосты")
    await start_bot()
    ivan, dana = await chat.user("Иван"), await chat.user("Дана")
    for one in (ivan, dana):
        await one.sends("/start")
    await ivan.taps("Политика")
    await dana.sends(f"/publish {newspaper.host}/story/9")
    shown = await dana.sees("Раздел: Газета \\(новый\\)")
    await dana.taps("Отменить", on=shown)
    await until(dana, shown, "Не опубликовано")
    await dana.sends(f"/publish {newspaper.host}/story/9")
    shown = await dana.sees("Мост открыт")
    await dana.taps("Раздел", on=shown)
    async with asyncio.timeout(10):
        while "Политика" not in labels(await dana.sees_button("Отменить")):
            await asyncio.sleep(0.05)
    await dana.taps("Отменить")
    await dana.taps("Раздел")
    await dana.taps("Политика")
    shown = await until(dana, shown, "Раздел: Политика")
    await ivan.sees_nothing(of="Мост", for_=0.5)
    assert await dana.taps("🚀", on=shown) == ""
    await dana.taps("🚀", on=shown)
    await until(dana, shown, "Разослана")
    await ivan.sees("Мост открыт")
    await dana.calm()
    await dana.sends("/admin")
    await dana.taps("Журнал")
    log = said(await dana.sees("Журнал действий, новые"))
    assert "выпустил статью со страницы a3 Мост открыт" in log


async def test_what_was_not_shown_is_not_published(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    """The page changed while the bot was off."""
    newspaper.pages["9"] = page("Мост открыт")
    bot = await start_bot()
    ivan, dana = await subscribed(chat, "Иван"), await chat.user("Дана")
    await dana.sends("/start")
    await dana.sends(f"/publish {newspaper.host}/story/9")
    shown = await dana.sees("Мост открыт")
    await bot.stops()
    newspaper.pages["9"] = page("Мост закрыт")
    await start_bot()
    await dana.taps("🚀", on=shown)
    await until(dana, shown, "Страница изменилась")
    shown = await until(dana, shown, "Мост закрыт")
    await ivan.sees_nothing(of="Мост", for_=0.5)
    await dana.taps("🚀", on=shown)
    await ivan.sees("Мост закрыт")


async def test_what_can_not_be_read_is_told(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await subscribed(chat, "Иван"), await chat.user("Дана")
    await dana.sends("/start")
    for address, told in (
        (f"{newspaper.host}/none", "Страницу не открыть: the server answers 404"),
        (newspaper.feed_url, "не находит статьи"),
        (f"{newspaper.host}/photo/1.jpg", "не находит статьи"),
        (f"{newspaper.host}/story/1", "не находит статьи"),
        ("ftp://example.kz/1", "Напишите адрес"),
        (f"{newspaper.host}/story/1 и ещё", "Напишите адрес"),
        (f"https://example.kz/{'длинно' * 300}", "Напишите адрес"),
        ("", "Напишите адрес"),
    ):
        await dana.sends(f"/publish {address}")
        await dana.calm()
        assert told in said((await dana.messages())[-1]), address
    requests = newspaper.page_requests
    await ivan.sends(f"/publish {newspaper.host}/story/9")
    await ivan.sees("/help")
    assert newspaper.page_requests == requests, "for a stranger nothing is fetched"


async def test_addresses_that_are_not_public_are_refused(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    newspaper.pages["9"] = page()
    await start_bot(allow_private_addresses=False, feed_urls=(), wait=False)
    dana = await chat.user("Дана")
    await dana.sends("/start")
    await dana.sees("Газета")
    await dana.sends(f"/publish {newspaper.host}/story/9")
    assert "ALLOW_PRIVATE_ADDRESSES" in said(await dana.sees("Страницу не открыть"))
    assert newspaper.page_requests == 0
