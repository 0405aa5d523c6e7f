"""A reader's way through the page: START, a category, a card, a bookmark, another language, leaving."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ChatPage, PageOpener
from tests.newspaper import Newspaper


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
async def test_from_start_to_leaving(
    start_bot, newspaper: Newspaper, open_page: PageOpener, size: str, theme: str
) -> None:
    for title, category in (("Дума", "Политика"), ("Матч", "Спорт"), ("Концерт", "Культура")):
        newspaper.publish(title, category)
    await start_bot()
    page = await open_page(size, theme)
    await newcomer(page, size)
    await page.page.get_by_role("button", name="START").click()
    await page.sees("Газета")
    await page.taps("Политика")
    await page.button("✅ Политика").wait_for()
    await page.keeps("2-categories")

    newspaper.publish(
        "В Акжаре открыли новый мост через реку Талды",
        "Политика",
        lead="Мост длиной 240 метров связал правый и левый берег; дорога до больницы теперь занимает семь минут.",
        photo="/photo/bridge.jpg",
        caption="Мост через Талды в день открытия",
        credit="Фото: Акимат Акжара",
    )
    card = await page.sees("открыли новый мост")
    picture = card.get_by_role("img")
    await picture.wait_for()
    assert await picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1280
    await page.taps("🔖 Сохранить")
    await page.button("✅ Сохранено").wait_for()
    await page.keeps("3-card")
    await bookmarks(page)
    await language(page)
    await leaving(page, newspaper, size)


async def newcomer(page: ChatPage, size: str) -> None:
    """What the first look tells: that this is no Telegram, who is there, and what to press."""
    await page.page.get_by_text("nothing leaves this machine").wait_for()
    people = page.page.get_by_role("navigation", name="Be one of these people")
    for name in ("Иван", "Айгүл", "Emma", "Дана"):
        await people.get_by_role("link", name=name).wait_for()
    await people.get_by_text("editor", exact=True).wait_for()
    await page.keeps("0-newcomer")
    if size == "phone":
        await page.opens("Иван")
    await page.page.get_by_role("button", name="START").wait_for()
    await page.keeps("1-start")


async def bookmarks(page: ChatPage) -> None:
    await page.page.get_by_role("button", name="Menu", exact=True).click()
    await page.keeps("4-menu")
    await page.page.get_by_role("menuitem", name="/bookmarks").click()
    await page.sees("Закладки")
    assert "открыли новый мост" in await page.page.get_by_role("article").last.inner_text()
    await page.keeps("5-bookmarks")


async def language(page: ChatPage) -> None:
    await page.writes("/settings")
    await page.taps("🌐 Язык$")
    await page.taps("Қазақша")
    await page.button("🌐 Тіл$").wait_for()
    await page.writes("/bookmarks")
    await page.sees("Бетбелгілер")
    await page.keeps("6-kazakh")


async def leaving(page: ChatPage, newspaper: Newspaper, size: str) -> None:
    more = page.page.get_by_role("main").get_by_role("button", name="More", exact=True)
    await more.click()
    await page.page.get_by_role("menuitem", name="Block the bot").click()
    unblock = page.page.get_by_role("button", name="Unblock", exact=True)
    await unblock.wait_for()
    if size == "desktop":
        await page.page.get_by_role("link", name="has blocked the bot").wait_for()
    await page.keeps("7-blocked")
    await unblock.click()
    await page.page.get_by_role("combobox", name="Message").wait_for()
