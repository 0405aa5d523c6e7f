"""📖 and 🖼 under a post: the whole article and its photos, rich or plain, and what is kept of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.client import SandboxClient, SandboxUser, said
from bot.sandbox.viewing import of_bot
from tests.newspaper import Newspaper

PARAGRAPH = "<p>Движение по новому мосту открыли <b>утром</b>, его ждали <a href='{host}/story/1'>десять лет</a>.</p>"


def body(photos: int, broken: int | None = None) -> str:
    figures = "".join(
        f"<figure><img src='{{host}}/{'nothing' if number == broken else 'photo'}/g{number}.jpg'>"
        f"<figcaption>Снимок {number}. Фото: Акимат</figcaption></figure>"
        for number in range(1, photos + 1)
    )
    return f"{PARAGRAPH}<h2>Что дальше</h2><blockquote>Мост будет стоять сто лет.</blockquote>{figures}{PARAGRAPH * 3}"


async def subscribed(chat: SandboxClient, name: str = "Иван") -> SandboxUser:
    reader = await chat.user(name)
    await reader.sends("/start")
    await reader.taps("Все новости|Барлық жаңалық|All news")
    return reader


def reads_plainly(tmp_path: Path, reader: SandboxUser) -> None:
    with sqlite3.connect(tmp_path / "newsbot.db", timeout=5) as database:
        database.execute("UPDATE readers SET rich = 0 WHERE chat_id = ?", (reader.id,))
    database.close()


async def test_the_whole_article_is_one_rich_message(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    await start_bot()
    ivan, emma = await subscribed(chat), await subscribed(chat, "Emma")
    newspaper.publish("Мост открыт", credit="Азамат Ибраев", body=body(3))
    card = await ivan.sees("Мост открыт")
    await ivan.taps("Читать", on=card)
    article = await ivan.sees("Что дальше")
    assert "rich_message" in article
    text = said(article)
    for words in ("Мост открыт", "Мост будет стоять сто лет", "Снимок 3", "Акимат", "десять лет", "127.0.0.1"):
        assert words in text, words
    assert ivan.button(article, "🔖")
    assert ivan.button(article, "🔗")
    assert await chat.warnings() == []

    requests = newspaper.photo_requests
    await emma.taps("📖", on=await emma.sees("Мост открыт"))
    await emma.sees("Что дальше")
    assert newspaper.photo_requests == requests, "the second reader's copy is sent by file ids"
    with sqlite3.connect(tmp_path / "newsbot.db") as database:
        assert database.execute("SELECT sum(openings) FROM openings").fetchone() == (2,)
    database.close()


async def test_who_wants_no_rich_messages_gets_texts(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    reads_plainly(tmp_path, ivan)
    newspaper.publish("Мост открыт", body=body(2) + PARAGRAPH * 80)
    card = await ivan.sees("Мост открыт")
    await ivan.taps("📖", on=card)
    last = await ivan.sees_button("🔖", within=10)
    parts = [one for one in await ivan.messages() if one["message_id"] > card["message_id"] and of_bot(one)]
    assert len(parts) > 1, "too long for one text"
    assert all("rich_message" not in one for one in parts)
    assert "Что дальше" in said(parts[0])
    assert last["message_id"] == parts[-1]["message_id"], "the buttons are under the last part"


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param("RICH_MESSAGE_INVALID", id="refused"),
        pytest.param("method not found", id="an older server"),
    ],
)
async def test_refused_as_a_rich_message_it_comes_as_texts(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, refusal: str
) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    newspaper.publish("Мост открыт", body=body(2))
    card = await ivan.sees("Мост открыт")
    error = {"error": {"error_code": 400, "description": f"Bad Request: {refusal}"}}
    await chat.fault("sendRichMessage", error, times=None)
    await ivan.taps("📖", on=card)
    article = await ivan.sees("Что дальше")
    assert "rich_message" not in article


async def test_a_photo_that_is_gone_costs_that_photo_only(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    newspaper.publish("Мост открыт", body=body(3, broken=2))
    card = await ivan.sees("Мост открыт")
    await ivan.taps("📖", on=card)
    article = await ivan.sees("Что дальше")
    assert "rich_message" in article, "the card's photo is known, the text is whole"


async def test_flood_waits_are_waited_out(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    newspaper.publish("Мост открыт", body=body(1))
    card = await ivan.sees("Мост открыт")
    await chat.fault(
        "sendRichMessage",
        {
            "error": {
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        },
        times=2,
    )
    await ivan.taps("📖", on=card)
    assert "rich_message" in await ivan.sees("Что дальше", within=10)


async def test_two_quick_taps_open_one_article(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    newspaper.publish("Мост открыт", body=body(1))
    card = await ivan.sees("Мост открыт")
    await ivan.taps("📖", on=card)
    await ivan.taps("📖", on=card)
    await ivan.sees("Что дальше")
    await ivan.calm()
    assert sum("rich_message" in one for one in await ivan.messages()) == 1


async def test_an_album_with_pages(start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    reads_plainly(tmp_path, ivan)
    newspaper.publish("Мост открыт", photo=False, body=body(14, broken=3))
    card = await ivan.sees("Мост открыт")
    await ivan.taps("🖼", on=card)
    more = await ivan.sees("Фото 1–10 из 13", within=10)
    album = [one for one in await ivan.messages() if one.get("media_group_id")]
    assert len(album) == 10
    assert "Снимок 2" in said(album[1])
    assert "Акимат" in said(album[1])
    assert "Снимок 4" in said(album[2]), "the one that is gone is left out"
    await ivan.taps("🖼", on=more)
    await ivan.sees("Снимок 14")
    assert len([one for one in await ivan.messages() if one.get("media_group_id")]) == 13


async def test_a_slideshow_with_pages(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    newspaper.publish("Мост открыт", photo=False, body=body(51))
    card = await ivan.sees("Мост открыт")
    await ivan.taps("🖼 51", on=card)
    for number in (20, 40):
        show = await ivan.sees(f"Снимок {number}\\b", within=15)
        assert "rich_message" in show
        await ivan.taps(f"🖼.*{51 - number}", on=show)
    last = await ivan.sees("Снимок 51")
    assert ivan.button(last, "🖼") is None
    assert await chat.warnings() == []


async def test_an_article_that_is_gone(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    await start_bot()
    ivan = await subscribed(chat)
    newspaper.publish("Мост открыт", body=body(3))
    card = await ivan.sees("Мост открыт")
    await ivan.calm()
    with sqlite3.connect(tmp_path / "newsbot.db", timeout=5) as database:
        database.execute("UPDATE entries SET article_id = NULL")
        for table in ("photos", "article_categories", "fanouts", "articles"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608
    database.close()
    assert "нет" in await ivan.taps("📖", on=card)
    assert "нет" in await ivan.taps("🖼", on=card)


async def test_an_article_that_was_withdrawn(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    """Its post stays for a moment, or for ever in a chat that Telegram lets nobody clean."""
    await start_bot()
    ivan, dana = await subscribed(chat), await subscribed(chat, "Дана")
    story = newspaper.publish("Мост открыт", body=body(3))
    card = await ivan.sees("Мост открыт")
    await ivan.calm()
    await chat.fault("deleteMessage", {"delay": 5})
    await dana.sends(f"/publish {newspaper.host}/story/{story.number}")
    await dana.taps("🗑", on=await dana.sees("Разослана"))
    await dana.taps("🗑", on=await dana.sees("Снять статью"))
    assert "сняла" in await ivan.taps("📖", on=card)
    assert "сняла" in await ivan.taps("🖼", on=card)
    await ivan.sees_nothing(of="Что дальше", for_=0.5)


async def test_a_post_whose_section_was_hidden_is_still_read(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    await start_bot()
    ivan, dana = await subscribed(chat), await subscribed(chat, "Дана")
    newspaper.publish("Мост открыт", "Мосты", body=body(3))
    card = await ivan.sees("Мост открыт")
    await dana.sends("/admin")
    await dana.taps("Разделы")
    await dana.taps("Мосты")
    await dana.taps("Скрыть")
    assert await ivan.taps("📖", on=card) == ""
    await ivan.sees("Что дальше")
