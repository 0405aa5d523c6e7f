"""For those who see little, or use no mouse: names, landmarks, contrast, focus, zoom, what is read out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.sandbox.client import SandboxClient
from tests.browser.conftest import ChatPage, PageOpener
from tests.browser.showcase import Showcase

AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")


async def audited(page: ChatPage, where: str) -> None:
    await page.settles()
    problems = await page.page.evaluate(AUDIT)
    assert not problems, f"{where}:\n" + "\n".join(problems)


@pytest.mark.parametrize(("size", "theme"), [("phone", "light"), ("desktop", "dark"), ("desktop", "light")])
async def test_every_part_of_the_page(
    showcase: Showcase, chat: SandboxClient, open_page: PageOpener, size: str, theme: str
) -> None:
    ivan, dana, aigul = [await chat.user(name) for name in ("Иван", "Дана", "Айгүл")]
    await ivan.starts()
    await dana.starts()
    await showcase.call("setMyCommands", commands=[{"command": "help", "description": "Что я умею"}])
    await showcase.classic(ivan)
    await showcase.article(dana)
    group = await showcase.group(dana, ivan, aigul)
    page = await open_page(size, theme)
    await audited(page, "the first look")
    await page.goes(f"#{ivan.id}")
    await page.sees("75 %")
    await audited(page, "a chat")
    await page.keeps("11-chat")
    await page.page.locator("#messages").evaluate("(box) => { box.scrollTop = 0; }")
    await audited(page, "older messages")
    await page.keeps("12-older")
    await page.page.get_by_role("combobox", name="Message").fill("/")
    await page.page.get_by_role("option", name="/help").wait_for()
    await audited(page, "commands as one types")
    await page.page.get_by_role("combobox", name="Message").fill("")
    await page.page.get_by_role("main").get_by_role("button", name="More", exact=True).click()
    await audited(page, "the chat's menu")
    await page.page.keyboard.press("Escape")
    await page.goes(f"#{dana.id}")
    await page.sees("Как строили")
    await audited(page, "an article")
    await page.keeps("13-article")
    await page.page.get_by_role("button", name="Open the photo").first.click()
    await audited(page, "a photo, enlarged")
    await page.page.keyboard.press("Escape")
    await page.goes(f"#{group.id}")
    await page.sees("Запланировано")
    await audited(page, "a group")
    await page.keeps("14-group")


@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
async def test_the_panel(showcase: Showcase, chat: SandboxClient, open_page: PageOpener, size: str, theme: str) -> None:
    ivan = await chat.user("Иван")
    await ivan.starts()
    await showcase.call("sendMessage", chat_id=ivan.id, text="Срочно")
    page = await open_page(size, theme, where="panel")
    await page.page.get_by_text("Срочно").wait_for()
    await audited(page, "the panel")


async def test_all_without_a_mouse(start_bot, newspaper, open_page: PageOpener) -> None:
    newspaper.publish("Дума", "Политика")
    await start_bot()
    page = await open_page()
    keys = page.page.keyboard
    held = """() => document.activeElement === document.body ? "" :
        document.activeElement.getAttribute("aria-label") || document.activeElement.labels?.[0]?.textContent
        || document.activeElement.textContent"""

    async def tab_to(words: str, *, back: bool = False) -> None:
        for _ in range(25):
            if re.search(words, await page.page.evaluate(held)):
                return
            await keys.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"no way to {words} but {await page.page.evaluate(held)}")

    await tab_to("Emma")
    outline = await page.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "one sees where one is"
    await keys.press("Enter")
    await tab_to("^START$")
    await keys.press("Enter")
    await page.sees("Газета")
    await page.page.wait_for_function("() => document.activeElement.id === 'text'")
    await keys.press("ArrowUp")
    assert await page.page.evaluate("() => document.activeElement.matches('.message:last-child')")
    await tab_to("^Политика")
    await keys.press("Enter")
    await page.button("✅ Политика").wait_for()
    assert "✅ Политика" in await page.page.evaluate(held), "the focus stays though the message is made anew"
    await tab_to("^Message$")
    await keys.type("/sett")
    await page.page.get_by_role("option", name="/settings").wait_for()
    await keys.press("Enter")
    await page.button("🌐").wait_for()
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await page.page.get_by_role("menuitem", name="Reply").wait_for()
    await keys.press("Enter")
    await page.page.locator(".above-line").wait_for()
    await keys.type("Thank you")
    await keys.press("Enter")
    await page.page.locator(".message.mine", has_text="Thank you").wait_for()
    await tab_to("Menu", back=True)
    await keys.press("Enter")
    await page.page.get_by_role("menuitem").first.wait_for()
    await keys.press("Escape")
    assert "Menu" in await page.page.evaluate(held)


async def test_news_is_read_out(showcase: Showcase, chat: SandboxClient, open_page: PageOpener) -> None:
    emma = await chat.user("Emma")
    await emma.starts()
    page = await open_page(where=f"#{emma.id}")
    sent = await showcase.call("sendMessage", chat_id=emma.id, text="The bridge is open")
    spoken = page.page.locator("#announcer")
    await spoken.get_by_text("Newsbot: The bridge is open").wait_for(state="attached")
    await showcase.call("editMessageText", chat_id=emma.id, message_id=sent["message_id"], text="It is closed")
    await spoken.get_by_text("Changed. Newsbot: It is closed").wait_for(state="attached")
    await showcase.call("deleteMessage", chat_id=emma.id, message_id=sent["message_id"])
    await spoken.get_by_text("A message was deleted").wait_for(state="attached")


@pytest.mark.parametrize("where", ["", "panel"])
async def test_at_200_percent(showcase: Showcase, chat: SandboxClient, open_page: PageOpener, where: str) -> None:
    """As a window of half the size, and with letters twice as large."""
    ivan = await chat.user("Иван")
    await ivan.starts()
    await showcase.classic(ivan)
    page = await open_page("desktop", where=where or f"#{ivan.id}")
    too_wide = "() => document.documentElement.scrollWidth - innerWidth"
    await page.page.set_viewport_size({"width": 640, "height": 400})
    assert await page.page.evaluate(too_wide) <= 0
    await page.keeps(f"15-half-{where or 'chat'}")
    await page.page.set_viewport_size({"width": 1280, "height": 800})
    await page.page.add_style_tag(url="/static/base.css")
    await page.page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert await page.page.evaluate(too_wide) <= 0
    if not where:
        assert await page.page.get_by_role("combobox", name="Message").is_visible()
    await page.keeps(f"16-large-{where or 'chat'}")


async def test_who_wants_calm_gets_it(showcase: Showcase, chat: SandboxClient, open_page: PageOpener) -> None:
    emma = await chat.user("Emma")
    await emma.starts()
    for motion in (False, True):
        page = await open_page(where=f"#{emma.id}", motion=motion)
        await page.page.evaluate(
            "() => document.addEventListener('animationstart', () => { document.body.dataset.moved = 'true'; })"
        )
        await showcase.call("sendMessage", chat_id=emma.id, text=f"motion {motion}")
        await page.sees(f"motion {motion}")
        if motion:
            await page.page.wait_for_selector("body[data-moved]")
        else:
            assert await page.page.locator("body[data-moved]").count() == 0
