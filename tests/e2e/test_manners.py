"""No dead end and no unanswered tap: every button of every screen is walked, in three languages."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from typing import Any

import pytest

from bot.callbacks import ForgetMe
from bot.model.language import Language
from tests.people import TEXTS, Person, labels, person

MOST_OF_A_KIND = 4
"""Taps of buttons of one kind: the hours of a day are all alike."""
KINDS = set(
    "sec all sep fst set pea qui wak snd lim dgo dig cts cit nlo nlg ric wrd wra les lsc lsw lsn prv exp fgt grs lo l "
    "n s lp bp v vs o".split()
)
ERRORS = ("error.sorry", "unknown.button", "error.too_fast")
DOORS = "/start /categories /latest /bookmarks /search /settings /privacy /groups /help новость".split()
NONSENSE = "так много слов не ищут " * 20
QUESTIONS = {TEXTS.get(each, key) for each in Language for key in ("search.prompt", "bookmarks.prompt")}
FINAL = ForgetMe(sure=True).pack()


def wires(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


async def taps(reader: Person, message: dict[str, Any], data: str) -> str:
    tapped = await reader.user._do("tap", data=data, message_id=message["message_id"], chat_id=reader.user.id)
    return await reader.user.answer_to(tapped["callback_query_id"])


def leads_on(message: dict[str, Any]) -> bool:
    """There is a button or a command to go on with, or it is a file or waits for an answer."""
    said = message.get("text") or message.get("caption") or ""
    return bool(labels(message) or re.search(r"/[a-z]+", said) or "document" in message or said in QUESTIONS)


@pytest.mark.parametrize("language", Language)
async def test_every_button_of_every_screen(start_bot, newspaper, chat, language: Language) -> None:
    for number in range(14):
        newspaper.publish(f"Очень важная новость {number} про Актобе", f"Раздел {number}")
    await start_bot()
    reader = await person(chat, language)
    for door in (*DOORS, NONSENSE):
        await reader.user.sends(door)
        await reader.user.calm()
    await reader.taps("button.everything", on=await reader.sees("start.greeting", newsroom="Газета"))
    newspaper.publish("Новая статья про Актобе", "Раздел 1")
    await reader.user.sees("^Новая статья")

    kinds = await walk(reader)
    assert set(kinds) >= KINDS
    await reader.user.sends("/privacy")
    await reader.user.calm()
    asked = await reader.last()
    await taps(reader, asked, ForgetMe(sure=False).pack())
    assert FINAL in wires(await reader.last())
    twice = await asyncio.gather(taps(reader, asked, FINAL), taps(reader, asked, FINAL))
    assert set(twice) <= {TEXTS.get(each, "privacy.forgotten") for each in Language}


async def walk(reader: Person) -> Counter[str]:
    """Tap whatever there is and whatever comes of it; returns how many buttons of each kind."""
    # One of the buttons changes the language.
    errors = {TEXTS.get(each, key) for each in Language for key in ERRORS}
    left: deque[tuple[dict[str, Any], str]] = deque()
    seen = {FINAL}
    kinds: Counter[str] = Counter()

    def note(messages: list[dict[str, Any]]) -> None:
        for message in messages:
            for data in wires(message):
                kind = data.split(":")[0]
                if data not in seen and kinds[kind] < MOST_OF_A_KIND:
                    seen.add(data)
                    kinds[kind] += 1
                    left.append((message, data))

    note(await reader.user.messages())
    while left:
        message, data = left.popleft()
        notice = await taps(reader, message, data)
        assert notice not in errors, f"{data}: {notice}"
        now = await reader.user.messages()
        for one in now:
            if one["from"]["is_bot"]:
                assert leads_on(one), f"after {data}, a dead end: {one}"
                assert one.get("text") not in errors, f"{data}: {one}"
        note(now)
    return kinds


async def test_a_flooding_reader_slows_down_only_himself(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, emma = await person(chat, Language.RU), await person(chat, Language.EN)
    await asyncio.gather(*(ivan.user.sends("флуд") for _ in range(150)))
    await emma.user.starts()
    await emma.user.sees("Газета", within=3)
    await ivan.sees("error.too_fast")
    await ivan.user.calm()
    answers = [one for one in await ivan.user.messages() if one["from"]["is_bot"]]
    assert len(answers) < 90
    assert sum(ivan.text("error.too_fast") in one["text"] for one in answers) <= 3
