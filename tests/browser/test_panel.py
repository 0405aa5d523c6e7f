"""The panel: making trouble and seeing what came of it."""

from __future__ import annotations

import re

from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from tests.browser.conftest import PageOpener
from tests.browser.showcase import Showcase

CROWD = 100_000


async def test_trouble_crowds_and_counts(showcase: Showcase, chat: SandboxClient, open_page: PageOpener) -> None:
    emma = await chat.user("Emma")
    await emma.starts()
    page = await open_page()
    await page.page.get_by_role("button", name="Faults, crowds, journal").click()
    panel = page.page.get_by_role("complementary", name="Faults, crowds, journal")
    await panel.get_by_label("What goes wrong").select_option("fault_403")
    await panel.get_by_label("For whom").select_option(label="Emma")
    await panel.get_by_label("How often").fill("")
    await panel.get_by_role("button", name="Let it happen").click()
    faults = panel.get_by_role("region", name="Faults")
    await faults.get_by_text("hit 0 times").wait_for()
    for _ in range(2):
        async with showcase.session.post(
            f"{showcase.url}/bot{showcase.token}/sendMessage", json={"chat_id": emma.id, "text": "no"}
        ) as response:
            assert response.status == 403
    await faults.get_by_text("hit 2 times").wait_for()

    await panel.get_by_label("Silent readers").fill(str(CROWD))
    await panel.get_by_role("button", name="Bring them in").click()
    await panel.locator("#n-crowd", has_text="100,000").wait_for()
    for reader in (900_000_000, 900_000_001, 900_000_001):
        await showcase.call("sendMessage", chat_id=reader, text="Flood warning")
    await panel.get_by_label("A piece of the message").fill("Flood")
    await panel.get_by_role("button", name="Count").click()
    row = panel.get_by_role("row", name=re.compile("Flood warning"))
    cells = row.get_by_role("cell").filter(has_text=re.compile(r"^[\d,]+$"))
    await cells.first.wait_for()
    assert await cells.all_inner_texts() == ["2", "1", "99,998"]

    await panel.locator("#n-sent", has_text="3").wait_for()
    await panel.locator("#n-errors", has_text="2").wait_for()
    journal = panel.get_by_role("region", name="Journal")
    await journal.get_by_label("errors only").check()
    lines = journal.locator("tbody tr")
    await lines.filter(has_text="403 Forbidden").nth(1).wait_for()
    await page.page.wait_for_function("() => document.querySelectorAll('#journal-body tr').length === 2")
    await page.keeps("18-panel")
    await faults.get_by_role("button", name="Mend everything").click()
    await faults.get_by_text("Nothing is broken").wait_for()
    await showcase.call("sendMessage", chat_id=emma.id, text="again")


async def test_flood_control(showcase: Showcase, chat: SandboxClient, open_page: PageOpener) -> None:
    page = await open_page(where="panel")
    flood = page.page.get_by_role("region", name="Flood control")
    await flood.get_by_label("Answer 429").check()
    await flood.get_by_label("Messages a second").fill("7")
    await flood.get_by_role("button", name="Save").click()
    await page.page.wait_for_function(
        "async () => { const told = await (await fetch('/sandbox/state')).json();"
        " return told.flood_control && told.messages_per_second === 7; }"
    )


async def test_new_chats(open_page: PageOpener, chat: SandboxClient) -> None:
    page = await open_page(where="panel")
    await page.page.get_by_label("Title").fill("Newsroom")
    await page.page.get_by_label("Kind").select_option("forum")
    await page.page.get_by_role("button", name="Create").last.click()
    await page.notices("Newsroom is there")
    [found] = (await chat.call("GET", "/chats"))["chats"]
    assert (found["title"], found["is_forum"], found["bot"]["status"]) == ("Newsroom", True, "administrator")


async def test_ones_own_feed(open_page: PageOpener, chromium) -> None:
    page = await open_page()
    assert not await page.page.get_by_text("See your own feed").is_visible(), "nobody here reads feeds"

    asked = []

    async def try_feed(url: str) -> dict:
        asked.append(url)
        return {"text": "20 articles, 18 with photos", "problems": ["Two photos are missing"]}

    async with Sandbox(try_feed=try_feed) as other:
        context = await chromium.new_context()
        there = await context.new_page()
        await there.goto(other.url)
        await there.get_by_text("See your own feed").click()
        await there.get_by_label("Address of a feed").fill("https://example.kz/rss")
        await there.get_by_role("button", name="Show", exact=True).click()
        shown = there.get_by_role("dialog", name="See your own feed")
        await shown.get_by_text("20 articles, 18 with photos").wait_for()
        await shown.get_by_text("Two photos are missing").wait_for()
        await context.close()
    assert asked == ["https://example.kz/rss"]
