"""An editor's way through the page: breaking news with a photo, its progress, its correction and its recall, and what
readers see of all that."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.client import SandboxClient, said
from tests.browser.conftest import ChatPage, PageOpener
from tests.browser.showcase import photo
from tests.browser.test_accessibility import audited
from tests.crowd import subscribe
from tests.newspaper import Newspaper

READERS, UNDO = 800, 6
"""Seconds to take it back: enough for a busy machine."""
SQUARES = """() => Math.max(...[...document.querySelectorAll(".message")].map(
    (one) => one.textContent.split("▰").length - 1))"""
FILLED = f"(wanted) => ({SQUARES})() >= wanted"
NEWS, MENDED = "В Алматы отменили занятия в школах: гололёд", "В Алматы отменили занятия в первую смену: гололёд"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
async def test_breaking_news_from_its_first_word_to_its_recall(
    start_bot, newspaper: Newspaper, chat: SandboxClient, open_page: PageOpener, tmp_path: Path, size: str, theme: str
) -> None:
    newspaper.publish("Новость", "Политика")
    await subscribe(chat, READERS, tmp_path)
    await start_bot(messages_per_second=60, undo_seconds=UNDO)
    ivan, dana = await chat.user("Иван"), await chat.user("Дана")
    await ivan.starts()
    await ivan.sees("Газета")
    await dana.starts()
    await dana.sees("Газета")
    page = await open_page(size, theme, where=f"#{dana.id}")
    await drafting(page)
    await undone(page)
    await drafting(page)
    await page.taps("🚀 Отправить")
    await moving(page)
    [copies] = await chat.copies(NEWS)
    assert (copies["readers"], copies["duplicates"]) == (READERS, 0)
    assert (await ivan.sees(NEWS))["photo"]
    await corrected(page)
    assert "photo" in await ivan.sees(MENDED)
    await page.opens("Иван")
    await page.message(MENDED).locator(".edited").wait_for()
    await page.keeps("36-corrected-for-readers")
    await page.opens("Дана")
    await recalled(page)
    assert not [one for one in await ivan.messages() if MENDED in said(one) or NEWS in said(one)]
    await page.opens("Иван")
    await page.sees("Газета")
    assert await page.page.get_by_role("article").filter(has_text="отменили занятия").count() == 0
    await page.opens("Дана")
    await page.writes("/breaking")
    await page.button("🗑 №4").wait_for()
    await page.keeps("39-list")
    await page.whole("the list")


async def drafting(page: ChatPage) -> None:
    """The news with its photo, as an answer to the bot's question, and its preview."""
    await page.writes("/breaking")
    await page.page.locator(".above-line").wait_for()
    files = {"name": "street.jpg", "mimeType": "image/jpeg", "buffer": photo("square")}
    await page.page.set_input_files("#files", files)
    await page.writes(NEWS)
    await page.button("🚀 Отправить").wait_for()
    assert await page.page.get_by_role("article").filter(has_text=NEWS).last.get_by_role("img").count() == 1
    await page.sees("В точности это получат 802 читателя")
    await page.sees("Это займёт примерно")
    await page.whole("the preview")
    await page.keeps("30-preview")
    await audited(page, "the preview")


async def undone(page: ChatPage) -> None:
    await page.taps("🚀 Отправить")
    await page.sees("Сейчас уйдёт. ✖ ещё остановит")
    await page.taps("✖ Отменить")
    await page.sees("Отменено. Никто этого не получил")


async def moving(page: ChatPage) -> None:
    bar = page.message("%")
    await bar.wait_for()
    await page.page.wait_for_function(FILLED, arg=1)
    await page.taps("⏸ Приостановить")
    await page.sees("⏸ Приостановлено")
    await page.whole("the bar")
    await page.keeps("32-paused")
    await audited(page, "the bar")
    before = await page.page.evaluate(SQUARES)
    await page.taps("⏵ Продолжить")
    await page.page.wait_for_function(FILLED, arg=before + 1)
    await page.keeps("33-moving")
    await page.sees("✅ Готово")
    await page.sees("Доставлено: 802")
    await page.whole("the tally")
    await page.keeps("34-tally")
    assert await page.page.locator("#announcer").inner_text(), "what changes is told to screen readers"


async def corrected(page: ChatPage) -> None:
    await page.taps("✏️ Исправить")
    await page.sees("Пришлите исправленную новость")
    await page.writes(MENDED)
    await page.sees("Так станут 802 отправленных сообщения")
    await page.keeps("35-correction")
    await audited(page, "a correction")
    await page.taps("🚀 Отправить")
    await page.page.get_by_role("article").filter(has_text="✏️ Исправление №3, ").wait_for()


async def recalled(page: ChatPage) -> None:
    await page.taps("🗑 Отозвать")
    await page.sees("Ждущие её не получат")
    await page.whole("the question")
    await page.keeps("37-surely")
    await page.taps("Да, отозвать у всех")
    await page.sees("Удалено: 802")
    await page.keeps("38-recalled")


async def test_what_happens_elsewhere_is_counted(showcase, chat: SandboxClient, open_page: PageOpener) -> None:
    emma = await chat.user("Emma")
    await emma.starts()
    page = await open_page()
    await showcase.call("sendMessage", chat_id=emma.id, text="Hello")
    await showcase.call("sendMessage", chat_id=emma.id, text="Are you there?")
    await page.page.get_by_role("link", name="2 new").wait_for()
    await page.opens("Emma")
    await page.sees("Are you there?")
    await page.page.get_by_role("link", name="2 new").wait_for(state="detached")
