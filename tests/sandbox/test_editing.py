"""Editing and deleting what was sent, also long ago."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Api, Refused, film, picture

TWO_DAYS = 48 * 3600


class Clock:
    now = 1_797_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(flood_control=False, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def chat(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    client = SandboxClient(sandbox.url)
    yield client
    await client.close()


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sandbox.url, sandbox.token, session)


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.description.removeprefix("Bad Request: ")


def at(message: dict[str, Any]) -> dict[str, int]:
    return {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}


async def test_text(api: Api, ivan: Any, clock: Clock) -> None:
    sent = await api.sendMessage(chat_id=ivan.id, text="было")
    clock.now += 365 * 24 * 3600
    edited = await api.editMessageText(**at(sent), text="<b>стало</b>", parse_mode="HTML")
    assert (edited["text"], edited["date"], edited["edit_date"]) == ("стало", sent["date"], int(clock.now))
    assert await ivan.messages() == [(await ivan.messages())[0], edited], "in its old place"
    why = await refusal(api.editMessageText(**at(sent), text="<b>стало</b>", parse_mode="HTML"))
    assert why.startswith("message is not modified: specified new message content and reply markup are exactly")
    edited = await api.editMessageReplyMarkup(
        **at(sent), reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "1"}]]}
    )
    assert "reply_markup" in edited
    assert (await api.editMessageText(**at(sent), text="ещё")).keys() == edited.keys() - {"reply_markup", "entities"}


async def test_what_can_not_be_edited(api: Api, ivan: Any) -> None:
    text = await api.sendMessage(chat_id=ivan.id, text="x")
    photo = await api.sendPhoto(chat_id=ivan.id, photo=picture())
    own = await ivan.sends("моё")
    forwarded = await api.forwardMessage(chat_id=ivan.id, from_chat_id=ivan.id, message_id=text["message_id"])
    assert await refusal(api.editMessageText(**at(photo), text="x")) == "there is no text in the message to edit"
    assert (
        await refusal(api.editMessageCaption(**at(text), caption="x")) == "there is no caption in the message to edit"
    )
    assert await refusal(api.editMessageText(**at(own), text="x")) == "message can't be edited"
    assert await refusal(api.editMessageText(**at(forwarded), text="y")) == "message can't be edited"
    assert await refusal(api.editMessageText(chat_id=ivan.id, message_id=999, text="x")) == "message to edit not found"
    assert await refusal(api.editMessageText(chat_id=ivan.id, text="x")) == "message identifier is not specified"
    await ivan.blocks()
    assert await refusal(api.editMessageText(**at(text), text="y")) == "Forbidden: bot was blocked by the user"


async def test_captions_and_media(api: Api, ivan: Any) -> None:
    sent = await api.sendPhoto(chat_id=ivan.id, photo=picture(), caption="было")
    edited = await api.editMessageCaption(**at(sent), caption="стало", show_caption_above_media=True)
    assert (edited["caption"], edited["show_caption_above_media"]) == ("стало", True)
    assert "caption" not in await api.editMessageCaption(**at(sent))

    for kind, data in (
        ("video", ("v.mp4", film())),
        ("document", ("a.pdf", b"%PDF-1")),
        ("animation", ("a.mp4", film(9, 9))),
    ):
        media = {"type": kind, "media": "attach://new", "caption": kind}
        edited = await api.editMessageMedia(**at(sent), media=media, new=data)
        assert (kind in edited, "photo" in edited, edited["caption"]) == (True, False, kind)
    text = await api.sendMessage(chat_id=ivan.id, text="x")
    edited = await api.editMessageMedia(**at(text), media={"type": "photo", "media": "attach://p"}, p=picture())
    assert ("photo" in edited, "text" in edited) == (True, False)
    assert "is unsupported" in await refusal(api.editMessageMedia(**at(text), media={"type": "sticker", "media": "x"}))


async def test_albums_keep_their_kind(api: Api, ivan: Any) -> None:
    uploads = {"a": picture(), "b": picture(color="red")}
    album = await api.sendMediaGroup(
        chat_id=ivan.id,
        media=[{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b"}],
        **uploads,
    )
    await api.editMessageMedia(**at(album[0]), media={"type": "video", "media": "attach://v"}, v=("v.mp4", film()))
    why = await refusal(
        api.editMessageMedia(**at(album[1]), media={"type": "document", "media": "attach://d"}, d=("a.pdf", b"%PDF"))
    )
    assert why == "can't change media type in the album"
    await api.deleteMessage(**at(album[0]))
    assert [message["message_id"] for message in await ivan.messages() if "photo" in message] == [
        album[1]["message_id"]
    ]


async def test_deleting_ends_after_two_days(api: Api, ivan: Any, clock: Clock) -> None:
    old = await api.sendMessage(chat_id=ivan.id, text="старое")
    clock.now += 3600
    young = await api.sendMessage(chat_id=ivan.id, text="новое")
    theirs = await ivan.sends("моё")
    clock.now += TWO_DAYS - 3599
    assert await refusal(api.deleteMessage(**at(old))) == "message can't be deleted for everyone"
    ids = [old["message_id"], young["message_id"], 999]
    why = await refusal(api.deleteMessages(chat_id=ivan.id, message_ids=ids))
    assert why == "message can't be deleted for everyone"
    assert len(await ivan.messages()) == 4, "one that can't be deleted fails the whole call"
    assert await api.deleteMessages(chat_id=ivan.id, message_ids=ids[1:]) is True
    assert await api.deleteMessage(**at(theirs)) is True, "also what people wrote, in private chats"
    assert await refusal(api.deleteMessage(**at(young))) == "message to delete not found"
    assert [message["text"] for message in await ivan.messages()] == ["/start", "старое"]
    assert await refusal(api.deleteMessages(chat_id=ivan.id, message_ids=list(range(1, 102)))) == (
        "too many message identifiers specified"
    )


async def test_taps_are_answered_in_time(api: Api, ivan: Any, clock: Clock) -> None:
    keyboard = {"inline_keyboard": [[{"text": "да", "callback_data": "1"}]]}
    sent = await api.sendMessage(chat_id=ivan.id, text="x", reply_markup=keyboard)

    async def tap() -> str:
        path = f"/users/{ivan.id}/tap"
        query = await ivan.client.call("POST", path, json={"message_id": sent["message_id"], "row": 0, "column": 0})
        return str(query["callback_query_id"])

    first, second = await tap(), await tap()
    assert await refusal(api.answerCallbackQuery(callback_query_id=first, text="я" * 201)) == "MESSAGE_TOO_LONG"
    assert await api.answerCallbackQuery(callback_query_id=first, text="готово", show_alert=True) is True
    told = await ivan.client.call("GET", f"/callbacks/{first}")
    assert told == {"answered": True, "text": "готово", "show_alert": True, "url": ""}
    too_late = "query is too old and response timeout expired or query ID is invalid"
    assert await refusal(api.answerCallbackQuery(callback_query_id=first)) == too_late
    clock.now += 16
    assert await refusal(api.answerCallbackQuery(callback_query_id=second)) == too_late
    [update, _] = await api.getUpdates()
    assert update["callback_query"]["message"]["message_id"] == sent["message_id"]
    assert update["callback_query"]["data"] == "1"
