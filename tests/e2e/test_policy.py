"""Every error that a sender meets, from the sandbox through the whole bot to what the reader has in the chat.

The table is in tests/e2e/policy_rows.py; one run of the bot serves all its rows. What concerns the whole bot has a test
of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.sandbox.client import SandboxClient, said
from tests.crowd import subscribe
from tests.e2e.policy_rows import AT_ONCE, GONE, MISSING, PUT_OFF, SUSPENDED, Fate, Row, refusal
from tests.e2e.policy_trials import Court, Record, Seen, Trial, until
from tests.newspaper import Newspaper

CourtOpener = Callable[[Sequence[list[Row]]], Awaitable[Court]]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path / "newsbot.db")


@pytest.fixture
async def court(chat: SandboxClient, record: Record, start_bot: Any, settings: Settings) -> AsyncIterator[CourtOpener]:
    opened = []

    async def open_court(groups: Sequence[list[Row]]) -> Court:
        opened.append(Court(groups, chat, record, start_bot))
        await opened[-1].open(settings)
        return opened[-1]

    yield open_court
    for one in opened:
        await one.close()


def first_verdict(trial: Trial, seen: Seen) -> str:
    """What is wrong with the fate of a row's first article; "" when nothing is."""
    fate = trial.row.fate
    reached = fate not in (Fate.GONE, Fate.MISSING, Fate.SUSPENDED, Fate.GIVEN_UP)
    if trial.row.action == {"drop": "before"}:
        reached = False
    if "Bad Gateway" in trial.row.says or "restart" in trial.row.says or fate is Fate.SENT:
        reached = False  # the sandbox does not execute what it answers with an error
    if len(seen.messages) != reached:
        return f"{len(seen.messages)} messages in the chat"
    if seen.unreachable != (fate is Fate.GONE):
        return "dropped" if seen.unreachable else "not dropped"
    return state_verdict(fate, seen) or (message_verdict(fate, seen) if seen.messages else "")


def state_verdict(fate: Fate, seen: Seen) -> str:
    match fate:
        case Fate.GONE | Fate.GIVEN_UP:
            state = "dead"
        case Fate.MISSING | Fate.SUSPENDED:
            state = "pending"
            if not 15 <= seen.put_off <= 3600:
                return f"it is to be tried again after {seen.put_off:.0f} s"
        case Fate.UNKNOWN:
            state = "unknown"
        case _:
            state = "sent"
    if seen.state != state:
        return f"it is on record as {seen.state}"
    once = fate in (Fate.GONE, Fate.MISSING, Fate.SUSPENDED, Fate.GIVEN_UP, Fate.UNKNOWN, Fate.SENT)
    if once and len(seen.calls) > 1:
        return f"{len(seen.calls)} calls"
    if (
        fate in (Fate.PLAIN, Fate.BARE, Fate.SHORTENED, Fate.WAITED, Fate.RENEWED, Fate.UPLOADED)
        and len(seen.calls) != 2
    ):
        return f"{len(seen.calls)} calls"
    if fate is Fate.WAITED and seen.calls[1]["time"] - seen.calls[0]["time"] < 2:
        return "repeated too early"
    return "" if fate is Fate.SENT or seen.state == "sent" or seen.error else "it is not on record why"


def message_verdict(fate: Fate, seen: Seen) -> str:
    message = seen.messages[0]
    entities = message.get("entities", message.get("caption_entities", []))
    formatted = any(entity["type"] == "bold" for entity in entities)
    buttons = message.get("reply_markup", {}).get("inline_keyboard", [])
    if fate is Fate.TEXT and ("photo" in message or "Короткое изложение" not in message["text"]):
        return "it is not the article as text"
    if fate in (Fate.UPLOADED, Fate.RENEWED) and "photo" not in message:
        return "the photo is missing"
    if fate in (Fate.UPLOADED, Fate.RENEWED) and seen.as_published == (fate is Fate.UPLOADED):
        return "the photo was fetched by its address" if seen.as_published else "the photo was uploaded"
    plain = fate in (Fate.PLAIN, Fate.SHORTENED)
    if formatted == plain:
        return "there is formatting" if plain else "the formatting is missing"
    if plain and "<" in said(message):
        return "there are tags in the text"
    if said(message).endswith("…") != (fate is Fate.SHORTENED):
        return f"the text ends in {said(message)[-10:]}"
    links = [button for row in buttons for button in row if "url" in button]
    if not buttons or bool(links) == (fate is Fate.BARE):
        return f"buttons: {buttons}"
    return ""


def arrived(trial: Trial, seen: Seen) -> str:
    return "" if len(seen.messages) == 1 and seen.state == "sent" else f"{len(seen.messages)} messages, {seen.state}"


def was_not_even_tried(trial: Trial, seen: Seen) -> str:
    return f"{len(seen.calls)} calls" if seen.calls or seen.messages or seen.state not in ("none", "cancelled") else ""


def still_asked(trial: Trial, seen: Seen) -> str:
    return "" if seen.state == "pending" and not seen.unreachable else f"{seen.state} after two times"


def dropped_at_last(trial: Trial, seen: Seen) -> str:
    return "" if seen.state == "dead" and seen.unreachable and len(seen.calls) == 3 else f"{len(seen.calls)} calls"


async def test_what_telegram_says_of_a_message(court: CourtOpener) -> None:
    trials = await court(AT_ONCE)
    number = await trials.publish()
    await trials.run()
    await trials.judge(number, first_verdict)


async def test_what_telegram_says_of_a_reader(court: CourtOpener, record: Record) -> None:
    trials = await court(PUT_OFF)
    first = await trials.publish()
    await trials.run(told=SUSPENDED)
    await trials.judge(first, first_verdict)

    # Rights are given back, the missing stay missing.
    await trials.answer([*MISSING, *GONE])
    record.let_time_pass()
    second = await trials.publish()
    await trials.run()
    for number in (first, second):
        await trials.judge(number, arrived, SUSPENDED)
    await trials.judge(second, was_not_even_tried, GONE)
    await trials.judge(first, still_asked, MISSING)
    record.let_time_pass()
    await trials.run()
    await trials.judge(first, dropped_at_last, MISSING)

    # Whoever was dropped writes again.
    await trials.answer([])
    await trials.come_back([*GONE, *MISSING])
    third = await trials.publish()
    await trials.run()
    await trials.judge(third, arrived)


async def test_a_group_that_became_a_supergroup(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, record: Record, tmp_path: Path
) -> None:
    """Its choices, and what waits for it, go on under the new id; nothing is sent to the old one any more."""
    newspaper.publish("До начала")
    old = (await subscribe(chat, 1, tmp_path)).start
    new = await chat.crowd(1)
    says = "Bad Request: group chat was upgraded to a supergroup chat"
    await chat.fault("*", refusal(400, says, migrate_to_chat_id=new), times=None, chat_id=old)
    await start_bot()
    for number in (1, 2):
        newspaper.publish(f"Новость {number}.")
        await until(lambda number=number: record.quiet({f"Новость {number}."}), within=20)
        calls = [call for call in await chat.journal(method="sendPhoto") if call["chat_id"] == old]
        assert len(calls) == 1, "the old id is asked once"
        messages = (await chat.call("GET", f"/users/{new}/messages"))["messages"]
        assert [f"Новость {number}." in said(one) for one in messages] == [False] * (number - 1) + [True]
    assert record.ask("SELECT chat_id FROM readers") == [(new,)]
