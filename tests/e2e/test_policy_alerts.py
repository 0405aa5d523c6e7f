"""What an alert's readers get when Telegram answers one of them with an error: breaking news has rules of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.client import SandboxClient, SandboxUser, said
from tests.crowd import subscribe
from tests.e2e.policy_rows import refusal
from tests.e2e.policy_trials import Record, until
from tests.newspaper import Newspaper

Json = dict[str, Any]
TEXT = "Землетрясение: 5 баллов, все живы"
BOLD = {"type": "bold", "offset": 0, "length": 13}


@dataclass(frozen=True)
class Case:
    what: str
    fault: Json
    copies: int
    state: str = "sent"
    times: int = 1
    calls: int = 2


CASES = (
    Case("the reply is lost: resent once, which makes two copies", {"drop": "after"}, 2),
    Case("both replies are lost: there is no third copy", {"drop": "after"}, 2, "unknown", times=2),
    Case("the request is lost: resent", {"drop": "before"}, 1),
    Case("the server fails: resent", refusal(500, "Internal Server Error: restart"), 1),
    Case("a proxy fails: resent", refusal(502, "Bad Gateway"), 1),
    Case("it fails twice: given up as unknown", refusal(504, "Gateway Timeout"), 0, "unknown", times=2),
    Case(
        "it was delivered and removed: sent",
        refusal(500, "Internal Server Error: sent message was immediately deleted and can't be returned"),
        0,
        calls=1,
    ),
    Case("flood control: sent after the wait", refusal(429, "Too Many Requests: retry after 1", retry_after=1), 1),
    Case("three waits are no attempt", refusal(429, "Too Many Requests: retry after 1", retry_after=1), 1, times=3,
         calls=4),
    Case("blocked: dropped", refusal(403, "Forbidden: bot was blocked by the user"), 0, "dead", calls=1),
    Case("the formatting is refused: plain", refusal(400, "Bad Request: can't parse entities"), 1),
)  # fmt: skip


async def send_alert(dana: SandboxUser, record: Record, **content: Any) -> None:
    await dana.sends(**content)
    await dana.taps("🚀", within=20)
    await until(lambda: bool(record.ask("SELECT 1 FROM broadcasts WHERE confirmed_at IS NOT NULL")), within=20)
    await until(
        lambda: (
            not record.ask(
                "SELECT 1 FROM deliveries WHERE state IN ('pending', 'sending') UNION ALL "
                "SELECT 1 FROM fanouts WHERE done = 0"
            )
        ),
        within=60,
    )


@pytest.mark.parametrize("photo", [False, True], ids=["text", "photo"])
async def test_every_case(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path, photo: bool
) -> None:
    newspaper.publish("До начала")
    readers = list(await subscribe(chat, len(CASES), tmp_path))
    record = Record(tmp_path / "newsbot.db")
    await start_bot()
    method = "sendPhoto" if photo else "sendMessage"
    for reader, case in zip(readers, CASES, strict=True):
        await chat.fault(method, case.fault, times=case.times, chat_id=reader)
    dana = await chat.user("Дана")
    shift = len("/breaking ")
    bold = [{**BOLD, "offset": shift}]
    content = {"photo": "demo", "caption": f"/breaking {TEXT}"} if photo else {"text": f"/breaking {TEXT}"}
    await send_alert(dana, record, entities=bold, **content)

    states = dict(record.ask("SELECT chat_id, state FROM deliveries WHERE broadcast_id IS NOT NULL"))
    wrong = []
    for reader, case in zip(readers, CASES, strict=True):
        messages = (await chat.call("GET", f"/users/{reader}/messages"))["messages"]
        calls = [call for call in await chat.journal() if call["chat_id"] == reader]
        # What was lost on the way there never reached the sandbox's journal.
        calls_made = len(calls) + (case.fault == {"drop": "before"}) * case.times
        found = (len(messages), states[reader], calls_made)
        if found != (case.copies, case.state, case.calls) or any(said(one) != TEXT for one in messages):
            wrong.append(f"{case.what}: {found} instead of {(case.copies, case.state, case.calls)}")
    assert not wrong, "\n".join(wrong)


async def test_a_photo_that_is_refused_leaves_its_words(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    newspaper.publish("До начала")
    readers = list(await subscribe(chat, 3, tmp_path))
    await start_bot()
    for reader, says in zip(
        readers,
        ("wrong remote file identifier specified", "not enough rights to send photos to the chat", "MEDIA_EMPTY"),
        strict=True,
    ):
        await chat.fault("sendPhoto", refusal(400, f"Bad Request: {says}"), times=None, chat_id=reader)
    dana = await chat.user("Дана")
    await send_alert(dana, Record(tmp_path / "newsbot.db"), photo="demo", caption=f"/breaking {TEXT}")
    for reader in readers:
        messages = (await chat.call("GET", f"/users/{reader}/messages"))["messages"]
        assert [one.get("text") for one in messages] == [TEXT]


@pytest.mark.parametrize(
    "says",
    ["message is not modified", "message to edit not found", "MESSAGE_ID_INVALID", "message can't be edited"],
)
async def test_progress_that_cannot_be_shown_holds_up_nothing(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path, says: str
) -> None:
    newspaper.publish("До начала")
    readers = await subscribe(chat, 20, tmp_path)
    await start_bot()
    await chat.fault("editMessageText", refusal(400, f"Bad Request: {says}"), times=None)
    dana = await chat.user("Дана")
    await send_alert(dana, Record(tmp_path / "newsbot.db"), text=f"/breaking {TEXT}")
    for reader in readers:
        messages = (await chat.call("GET", f"/users/{reader}/messages"))["messages"]
        assert [one.get("text") for one in messages] == [TEXT]


async def test_editors_hear_of_a_post_that_went_out_in_a_simpler_form(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    newspaper.publish("До начала")
    await start_bot()
    dana, ivan = await chat.user("Дана"), await chat.user("Иван")
    for reader in (dana, ivan):
        await reader.sends("/start")
        await reader.taps("Все новости")
    for reader in (dana, ivan):
        refused = "Bad Request: can't parse entities: Unsupported start tag"
        await chat.fault("sendPhoto", refusal(400, refused), chat_id=reader.id)
    newspaper.publish("Новость с изъяном")
    await ivan.sees("^Новость с изъяном")
    told = await dana.sees("только в упрощённом виде")
    assert "«Новость с изъяном»" in told["text"]
    assert "Unsupported start tag" in told["text"]
    await asyncio.sleep(0.5)
    assert sum("упрощённом" in said(message) for message in await dana.messages()) == 1
