"""A reader's every day: the whole article with its slideshow, all photos, what is saved, searching, sharing, quiet."""

from __future__ import annotations

import pytest

from bot.sandbox.client import SandboxClient
from tests.browser.conftest import ChatPage, PageOpener
from tests.browser.test_accessibility import audited
from tests.newspaper import Newspaper

PHOTOS = ("river", "square", "station", "steppe")
BODY = (
    "<p>Мост длиной 240 метров строили два года.</p>"
    "<blockquote><p>Раньше в половодье мы жили как на острове.</p></blockquote><h2>Что изменится</h2>"
    "<p>Автобус № 7 пойдёт по новому маршруту.</p>"
    + "".join(
        f'<figure><img src="{{host}}/photo/{name}.jpg" width="1280" height="720">'
        f"<figcaption>Снимок {number}. Фото: Акимат Акжара</figcaption></figure>"
        for number, name in enumerate(PHOTOS, start=1)
    )
)


@pytest.fixture
def bridge(newspaper: Newspaper) -> None:
    for title, category in (("Дума", "Политика"), ("Матч", "Спорт"), ("Концерт", "Культура")):
        newspaper.publish(title, category, photo=False)
    newspaper.publish(
        "В Акжаре открыли новый мост через реку Талды",
        "Общество",
        lead="Дорога до больницы теперь занимает семь минут.",
        photo="/photo/bridge.jpg",
        caption="Мост через Талды в день открытия",
        credit="Фото: Акимат Акжара",
        body=BODY,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
async def test_all_that_a_reader_does(
    start_bot, bridge: None, chat: SandboxClient, open_page: PageOpener, size: str, theme: str
) -> None:
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.starts()
    await ivan.sees("Газета")
    page = await open_page(size, theme, where=f"#{ivan.id}")
    await page.sees("Газета")
    await page.whole("START")
    await search(page)
    await reading(page)
    await bookmarks(page)
    await inline(page)
    await settings(page)


async def search(page: ChatPage) -> None:
    await page.writes("/search мосты")
    await page.sees("Найдена 1 статья")
    await page.keeps("20-search")
    await audited(page, "search")
    await page.taps("📰 1")
    await page.button("📖 Читать здесь").wait_for()
    await page.whole("a card")
    await page.changes("🔖 Сохранить", "✅ Сохранено")


async def reading(page: ChatPage) -> None:
    await page.taps("📖 Читать здесь")
    article = await page.sees("Что изменится")
    slides = article.get_by_role("group").filter(has=page.page.get_by_role("button", name="Next"))
    await slides.get_by_text("1 / 4").wait_for()
    await slides.get_by_role("button", name="Next").click()
    await slides.get_by_text("2 / 4").wait_for()
    shown = slides.get_by_role("img").first
    assert await shown.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1280
    await page.keeps("21-read-here")
    await audited(page, "the whole article")
    await page.taps("🖼 5")
    gallery = page.page.get_by_role("article").last
    await gallery.get_by_text("1 / 5").wait_for()
    await gallery.scroll_into_view_if_needed()
    await page.keeps("22-gallery")
    await audited(page, "all photos")
    await page.whole("an article and its photos")


async def bookmarks(page: ChatPage) -> None:
    await page.writes("/bookmarks")
    await page.sees("1 статья сохранена")
    await page.whole("bookmarks")
    await page.changes("🗑 1", "↩ Вернуть")
    await page.sees("Пока здесь пусто")
    await page.changes("↩ Вернуть", "🗑 1")
    await page.keeps("23-bookmarks")
    await audited(page, "bookmarks")


async def inline(page: ChatPage) -> None:
    field = page.page.get_by_role("combobox", name="Message")
    await field.fill("@sandbox_newsbot мост")
    option = page.page.get_by_role("option", name="открыли новый мост")
    await option.wait_for()
    await page.keeps("24-inline")
    await audited(page, "inline results")
    await option.click()
    mine = page.page.locator(".mine", has_text="открыли новый мост")
    await mine.get_by_text("via @sandbox_newsbot").wait_for()


async def settings(page: ChatPage) -> None:
    await page.writes("/settings")
    await page.sees("Настройки")
    await page.whole("settings")
    await page.keeps("25-settings")
    await audited(page, "settings")
    await page.changes("🌙 Тишина", "23–7")
    await page.changes("23–7", "✅ 23–7")
    await page.sees("Тихие часы: 23:00–07:00")
    await page.taps("🕓 Город")
    await page.changes("Актау", "✅ 23–7")
    await page.sees("Время: Актау")
    await page.whole("quiet hours")
    await page.keeps("26-quiet-hours")
    await audited(page, "quiet hours")
    await page.changes("↩ Вернуться", "⏹ Не присылать новости")
    await page.changes("⏹ Не присылать новости", "⏵ Снова присылать новости")
    await page.sees("Новости не приходят, и срочные тоже")


LANGUAGES = [
    ("Айгүл", ("📬 Қалай жіберу", "⚙ Баптаулар", "📖 Осында оқу")),
    ("Emma", ("📬 How it comes", "⚙ Settings", "📖 Read here")),
]


@pytest.mark.parametrize(("name", "labels"), LANGUAGES, ids=["kk", "en"])
async def test_no_button_is_cut_off_in_other_languages(
    start_bot, bridge: None, chat: SandboxClient, open_page: PageOpener, name: str, labels: tuple[str, str, str]
) -> None:
    modes, settings, read = labels
    await start_bot()
    reader = await chat.user(name)
    await reader.starts()
    page = await open_page("phone", where=f"#{reader.id}")
    await page.button(modes).wait_for()
    await page.whole("START")
    await page.changes(modes, settings)
    await page.whole("at once or in a digest")
    await page.changes(settings, "🌙")
    await page.whole("settings")
    await page.changes("🌙", "23–7")
    await page.changes("23–7", "✅ 23–7")
    await page.whole("quiet hours")
    await page.keeps(f"27-quiet-hours-{name}")
    await page.changes("↩", "📬")
    await page.changes("📬", "✅ 19:00")
    await page.whole("the digest")
    await page.writes("/latest")
    await page.taps("📰 1")
    await page.button("🖼 5").wait_for()
    await page.whole("a card")
    await page.changes(read, "🔖")
    await page.keeps(f"28-card-{name}")
