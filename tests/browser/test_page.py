"""What the page can show and do, piece by piece; the bot is played by Bot API calls."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.sandbox.client import SandboxClient, SandboxUser
from bot.sandbox.server import Sandbox
from tests.browser.conftest import PageOpener
from tests.browser.showcase import Showcase, photo

MANY = 2_000


@pytest.fixture
async def emma(chat: SandboxClient, showcase: Showcase) -> SandboxUser:
    emma = await chat.user("Emma")
    await emma.starts()
    return emma


async def updates(showcase: Showcase, kind: str) -> list[Any]:
    """What the bot is told next of this kind."""
    offset = 0
    while True:
        for update in await showcase.call("getUpdates", timeout=5, offset=offset):
            offset = update["update_id"] + 1
            if kind in update:
                await showcase.call("getUpdates", offset=offset)
                return update[kind]


async def test_two_thousand_messages(showcase: Showcase, emma: SandboxUser, open_page: PageOpener) -> None:
    for number in range(MANY):
        await showcase.call("sendMessage", chat_id=emma.id, text=f"News number {number}")
    page = await open_page(where=f"#{emma.id}")
    await page.sees(f"News number {MANY - 1}")
    shown = page.page.get_by_role("article")
    first = await shown.count()
    assert first <= 80, "only the last ones are on the page"
    box = page.page.locator("#messages")
    oldest = await shown.first.get_attribute("data-id")
    await box.evaluate("(box) => { box.scrollTop = 0; }")
    await page.page.wait_for_function("(count) => document.querySelectorAll('.message').length > count", arg=first)
    in_sight = """([id, box]) => { const [one, all] = [document.querySelector(`[data-id="${id}"]`),
        document.querySelector(box)].map((node) => node.getBoundingClientRect());
        return one.top < all.bottom && one.bottom > all.top; }"""
    assert await page.page.evaluate(in_sight, [oldest, "#messages"]), "what one was reading stays in sight"
    for number in range(150):
        await showcase.call("sendMessage", chat_id=emma.id, text=f"Late news {number}")
    await page.page.get_by_role("button", name="To the newest message").click()
    await page.sees("Late news 149")
    await showcase.call("sendMessage", chat_id=emma.id, text="The last one")
    await page.sees("The last one")
    assert await shown.count() <= 200


async def test_edits_deletions_and_actions_as_they_happen(
    showcase: Showcase, emma: SandboxUser, open_page: PageOpener
) -> None:
    page = await open_page(where=f"#{emma.id}")
    sent = await showcase.call("sendMessage", chat_id=emma.id, text="Draft")
    message = await page.sees("Draft")
    assert await message.locator(".edited").count() == 0
    place = {"chat_id": emma.id, "message_id": sent["message_id"]}
    await showcase.call("editMessageText", **place, text="Final")
    await page.message("Final").locator(".edited").wait_for()
    await showcase.call("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "🔥"}])
    await page.message("Final").get_by_text("🔥").wait_for()
    await showcase.call("sendChatAction", chat_id=emma.id, action="upload_photo")
    await page.page.get_by_text("is sending a photo").wait_for()
    await showcase.call("deleteMessage", **place)
    await page.message("Final").wait_for(state="detached")


async def test_notices_alerts_and_busy_buttons(showcase: Showcase, emma: SandboxUser, open_page: PageOpener) -> None:
    page = await open_page(where=f"#{emma.id}")
    rows = [[{"text": "Softly", "callback_data": "a"}, {"text": "Loudly", "callback_data": "b"}]]
    await showcase.call("sendMessage", chat_id=emma.id, text="?", reply_markup={"inline_keyboard": rows})
    await page.taps("Softly")
    await page.page.locator(".key[aria-busy]", has_text="Softly").wait_for()
    query = await updates(showcase, "callback_query")
    await showcase.call("answerCallbackQuery", callback_query_id=query["id"], text="Saved")
    await page.notices("Saved")
    assert await page.page.locator(".key[aria-busy]").count() == 0
    await page.taps("Loudly")
    query = await updates(showcase, "callback_query")
    await showcase.call("answerCallbackQuery", callback_query_id=query["id"], text="Too late", show_alert=True)
    alert = page.page.get_by_role("alertdialog", name="Too late")
    await alert.get_by_role("button", name="OK").click()
    await alert.wait_for(state="detached")


async def test_spoilers_quotes_and_slides(showcase: Showcase, emma: SandboxUser, open_page: PageOpener) -> None:
    await showcase.classic(emma)
    await showcase.article(emma)
    page = await open_page(where=f"#{emma.id}")
    slides = page.page.get_by_role("group").filter(has=page.page.get_by_role("button", name="Next"))
    await slides.get_by_text("1 / 3").wait_for()
    await slides.get_by_role("button", name="Next").click()
    await slides.get_by_text("2 / 3").wait_for()
    page_keyboard = page.page.keyboard
    await page.page.get_by_role("button", name="Hidden. Show").click()
    await page.page.get_by_role("button", name="Open the photo: Счёт скрыт").wait_for()
    hidden = page.page.get_by_role("button", name="Hidden words. Show")
    await hidden.focus()
    await page_keyboard.press("Enter")
    await page.page.locator(".spoiler.shown", has_text="скрыто").wait_for()
    more = page.page.get_by_role("button", name="Show all")
    await more.click()
    await page.page.get_by_role("button", name="Show less").wait_for()
    large = page.page.locator(".preview.large img")
    await large.wait_for()
    assert await large.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 600
    async with page.page.expect_download() as download:
        await page.page.get_by_role("link", name="Download Бюджет 2027.pdf").click()
    assert (await download.value).suggested_filename == "Бюджет 2027.pdf"


async def test_deep_links_open_the_chat_with_their_payload(
    showcase: Showcase, emma: SandboxUser, open_page: PageOpener
) -> None:
    me = await showcase.call("getMe")
    link = f'<a href="https://t.me/{me["username"]}?start=article_17">Read here</a>'
    await showcase.call("sendMessage", chat_id=emma.id, text=link, parse_mode="HTML")
    await showcase.call("getUpdates", offset=-1)
    page = await open_page(where=f"#{emma.id}")
    await page.page.get_by_role("link", name="Read here", exact=True).click()
    await page.page.get_by_role("button", name="START", exact=True).click()
    await page.page.locator(".mine", has_text="/start article_17").wait_for()
    assert (await emma.messages())[-1]["text"] == "/start article_17"


async def test_inline_mode(showcase: Showcase, emma: SandboxUser, sandbox: Sandbox, open_page: PageOpener) -> None:
    name = (await showcase.call("getMe"))["username"]
    page = await open_page(where=f"#{emma.id}")
    field = page.page.get_by_role("combobox", name="Message")
    await field.fill(f"@{name} bridge")
    await page.page.get_by_text("The bot is looking").wait_for()
    query = await updates(showcase, "inline_query")
    assert query["query"] == "bridge"
    picture = f"{sandbox.url}/newsroom/photos/bridge.jpg"
    results = [
        {
            "type": "article",
            "id": str(number),
            "title": f"Bridge {number}",
            "description": "Opened today",
            "thumbnail_url": picture,
            "input_message_content": {"message_text": f"The bridge {number}"},
        }
        for number in (1, 2)
    ]
    await showcase.call("answerInlineQuery", inline_query_id=query["id"], results=results)
    second = page.page.get_by_role("option", name="Bridge 2")
    await second.wait_for()
    assert await second.locator("img").evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    await page.keeps("17-inline")
    await field.press("ArrowDown")
    await field.press("Enter")
    mine = page.page.locator(".mine", has_text="The bridge 2")
    await mine.get_by_text(f"via @{name}").wait_for()
    assert await field.input_value() == ""


async def test_writing_changing_replying_forwarding(
    showcase: Showcase, emma: SandboxUser, chat: SandboxClient, open_page: PageOpener
) -> None:
    await chat.group("Desk", creator=emma.id, bot="member")
    page = await open_page(where=f"#{emma.id}")
    await page.writes("Helo")
    mine = page.page.locator(".mine", has_text="Helo")
    await mine.click(button="right")
    await page.page.get_by_role("menuitem", name="Edit").click()
    await page.page.get_by_role("combobox", name="Message").fill("Hello")
    await page.page.keyboard.press("Enter")
    await page.page.locator(".mine", has_text="Hello").locator(".edited").wait_for()
    await page.page.locator(".mine", has_text="Hello").click(button="right")
    await page.page.get_by_role("menuitem", name="Forward").click()
    await page.page.get_by_role("dialog", name="Forward to").get_by_role("button", name="Desk").click()
    await page.page.get_by_role("heading", name="Desk").wait_for()
    await page.page.locator(".message", has_text="Forwarded from Emma").wait_for()
    await page.page.set_input_files("#files", {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": photo("bridge")})
    await page.writes("Look")
    image = page.page.locator(".mine", has_text="Look").get_by_role("img")
    assert await image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1280


async def test_the_bots_keyboard(showcase: Showcase, emma: SandboxUser, open_page: PageOpener) -> None:
    page = await open_page(where=f"#{emma.id}")
    keyboard = {"keyboard": [["Yes", "No"]], "input_field_placeholder": "Yes or no?", "one_time_keyboard": True}
    await showcase.call("sendMessage", chat_id=emma.id, text="Sure?", reply_markup=keyboard)
    await page.page.get_by_placeholder("Yes or no?").wait_for()
    await page.page.get_by_role("button", name="Yes", exact=True).click()
    await page.page.locator(".mine", has_text="Yes").wait_for()
    await page.page.get_by_role("button", name="Yes", exact=True).wait_for(state="hidden")


async def test_what_is_asked_is_answered_as_a_reply_once(
    showcase: Showcase, emma: SandboxUser, open_page: PageOpener
) -> None:
    page = await open_page(where=f"#{emma.id}")
    await showcase.call("sendMessage", chat_id=emma.id, text="Your town?", reply_markup={"force_reply": True})
    await page.page.locator(".above-line", has_text="Your town?").wait_for()
    await page.writes("Almaty")
    await page.page.locator(".mine .quote", has_text="Your town?").wait_for()
    await showcase.call("sendMessage", chat_id=emma.id, text="Thank you")
    await page.sees("Thank you")
    assert await page.page.locator(".above-line").count() == 0


async def test_groups_topics_and_channels(showcase: Showcase, emma: SandboxUser, open_page: PageOpener) -> None:
    forum = await showcase.chat.group("Forum", creator=emma.id, is_forum=True, bot="administrator")
    sport = await forum.opens_topic("Sport")
    channel = await showcase.chat.group("Channel", "channel", creator=emma.id, bot="administrator")
    page = await open_page(where=f"#{forum.id}")
    await showcase.call("sendMessage", chat_id=forum.id, text="About everything")
    await page.sees("About everything")
    await page.page.get_by_role("button", name="Sport", exact=True).click()
    await page.message("About everything").wait_for(state="detached")
    await page.writes("A goal!")
    await page.sees("A goal!")
    assert (await forum.messages())[-1]["message_thread_id"] == sport
    await page.opens("Channel")
    await showcase.call("sendMessage", chat_id=channel.id, text="To the subscribers")
    post = await page.sees("To the subscribers")
    await post.get_by_text("Channel").wait_for()


async def test_somebody_new_themes_and_languages(open_page: PageOpener) -> None:
    page = await open_page()
    await page.page.get_by_text("New person").click()
    await page.page.get_by_label("Name").fill("Болат")
    await page.page.locator("#newcomer-language").select_option("kk")
    await page.page.get_by_role("button", name="Add").click()
    await page.page.get_by_text("You are Болат").wait_for()
    for theme in ("light", "dark"):
        await page.page.get_by_role("button", name=re.compile("^Theme")).click()
        assert await page.page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == theme
    await page.page.get_by_label("Language of this page").select_option("kk")
    await page.page.get_by_role("button", name="БАСТАУ").wait_for()
    assert await page.page.evaluate("() => document.documentElement.lang") == "kk"
    assert await page.page.evaluate("() => document.documentElement.dataset.theme") == "dark", "it is remembered"


async def test_a_sandbox_that_comes_back(chromium: Any) -> None:
    async with Sandbox() as first:
        context = await chromium.new_context()
        page = await context.new_page()
        await page.goto(first.url)
        await page.get_by_role("button", name="START").click()
        await page.get_by_role("combobox", name="Message").fill("half a sentence")
    await page.get_by_text("the sandbox does not answer").wait_for()
    async with Sandbox(port=int(first.url.rpartition(":")[2])) as second:
        await page.get_by_role("button", name="START").wait_for()
        ivan = await SandboxClient(second.url).user("Иван")
        await ivan.starts()
        field = page.get_by_role("combobox", name="Message")
        await field.wait_for()
        assert await field.input_value() == "half a sentence"
        await ivan.client.close()
        await context.close()


async def test_all_words_of_the_page_are_in_three_languages(open_page: PageOpener) -> None:
    page = await open_page()
    wrong = await page.page.evaluate(
        """async () => {
            const { PANEL_WORDS } = await import("/static/panel-words.js");
            const { WORDS } = await import("/static/words.js");
            const holes = (text) => (text.match(/\\{\\w+\\}/g) || []).sort().join();
            return Object.entries({ ...WORDS, ...PANEL_WORDS }).filter(([, texts]) => texts.length !== 3
                || texts.some((text) => !text || holes(text) !== holes(texts[0]))).map(([key]) => key);
        }"""
    )
    assert wrong == []
