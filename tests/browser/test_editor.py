"""An editor's way through the page: breaking news, its progress, and what readers see."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.client import SandboxClient
from tests.browser.conftest import PageOpener
from tests.crowd import subscribe
from tests.newspaper import Newspaper

READERS = 800


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
async def test_breaking_news_goes_out(
    start_bot, newspaper: Newspaper, chat: SandboxClient, open_page: PageOpener, tmp_path: Path, size: str, theme: str
) -> None:
    newspaper.publish("Новость", "Политика")
    await subscribe(chat, READERS, tmp_path)
    await start_bot(messages_per_second=400)
    ivan = await chat.user("Иван")
    await ivan.starts()
    await ivan.sees("Газета")
    page = await open_page(size, theme)
    await page.opens("Дана")
    await page.page.get_by_role("button", name="START").click()
    await page.sees("Газета")
    await page.writes("/breaking")
    await page.page.locator(".above-line").wait_for()
    await page.writes("В Алматы отменили занятия в школах: гололёд")
    await page.button("🚀").wait_for()
    await page.keeps("8-draft")
    await page.taps("🚀")
    progress = page.message("%")
    await progress.wait_for()
    await page.keeps("9-progress")
    await page.page.wait_for_function(
        "() => ![...document.querySelectorAll('.message')].some((one) => one.textContent.includes('▱'))"
    )
    await page.keeps("10-tally")
    assert await page.page.locator("#announcer").inner_text(), "what changes is told to screen readers"

    await ivan.sees("отменили занятия")
    await page.opens("Иван")
    await page.sees("отменили занятия")
    [copies] = await chat.copies("отменили занятия")
    assert (copies["readers"], copies["duplicates"], copies["missing"]) == (READERS, 0, 0)


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
