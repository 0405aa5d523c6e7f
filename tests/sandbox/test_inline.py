"""Inline mode: questions, answers, choosing, and editing what was sent by way of the bot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram.types import Message, Update

from tests.sandbox.conftest import Api, Files, Refused, picture


def article(number: int | str = 1, **more: Any) -> dict[str, Any]:
    content = {"message_text": f"<b>статья {number}</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": "Статья", "input_message_content": content, **more}


KEYBOARD = {"inline_keyboard": [[{"text": "да", "callback_data": "1"}]]}


async def asked(api: Api, ivan: Any, query: str = "мост", **more: Any) -> dict[str, Any]:
    await ivan.client.call("POST", f"/users/{ivan.id}/inline", json={"query": query, **more})
    [update] = await api.getUpdates()
    await api.getUpdates(offset=update["update_id"] + 1)
    Update.model_validate(update)
    return update["inline_query"]


async def test_asking_answering_and_choosing(api: Api, ivan: Any) -> None:
    question = asyncio.create_task(ivan.inline("мост"))
    while not (updates := await api.getUpdates(timeout=1)):
        pass
    query = updates[0]["inline_query"]
    assert (query["query"], query["offset"], query["chat_type"]) == ("мост", "", "sender")
    results = [article(1, reply_markup=KEYBOARD), article(2)]
    await api.answerInlineQuery(inline_query_id=query["id"], results=results, cache_time=0, next_offset="2")
    answer = await question
    assert [result["id"] for result in answer["results"]] == ["1", "2"]
    assert answer["next_offset"] == "2"

    await api.getUpdates(offset=updates[0]["update_id"] + 1)
    message = await ivan.chooses(answer)
    assert (message["text"], message["via_bot"]["username"]) == ("статья 1", "sandbox_newsbot")
    first, second = await api.getUpdates()
    assert first["message"]["via_bot"]["is_bot"] is True
    chosen = second["chosen_inline_result"]
    assert (chosen["result_id"], chosen["query"]) == ("1", "мост")

    place = {"inline_message_id": chosen["inline_message_id"]}
    assert await api.editMessageText(**place, text="новый текст", reply_markup=KEYBOARD) is True
    assert (await ivan.messages())[-1]["text"] == "новый текст"
    assert await api.editMessageReplyMarkup(**place) is True
    with pytest.raises(Refused, match="MESSAGE_ID_INVALID"):
        await api.editMessageText(inline_message_id="none", text="x")
    with pytest.raises(Refused, match="wrong file identifier/HTTP URL specified"):
        await api.editMessageMedia(**place, media={"type": "photo", "media": "https://example.kz/a.jpg"})
    photo = (await api.sendPhoto(chat_id=ivan.id, photo=picture()))["photo"][-1]["file_id"]
    assert await api.editMessageMedia(**place, media={"type": "photo", "media": photo, "caption": "x"}) is True
    assert await api.editMessageCaption(**place, caption="подпись") is True


async def test_a_tap_below_an_inline_message(api: Api, chat: Any, ivan: Any) -> None:
    emma = await chat.user("Emma")
    group = await chat.group("Чат", creator=ivan.id, members=[emma.id])
    query = await asked(api, ivan, chat_id=group.id)
    assert query["chat_type"] == "supergroup"
    await api.answerInlineQuery(inline_query_id=query["id"], results=[article(reply_markup=KEYBOARD)])
    answer = await chat.call("GET", f"/inline/{query['id']}")
    message = await ivan.chooses(answer)
    [chosen] = await api.getUpdates()
    assert "chosen_inline_result" in chosen, "the bot is not in the group, and hears no more of it"
    await chat.call(
        "POST", f"/users/{emma.id}/tap", json={"chat_id": group.id, "message_id": message["message_id"], "data": "1"}
    )
    tap = (await api.getUpdates())[-1]["callback_query"]
    assert tap["inline_message_id"] == chosen["chosen_inline_result"]["inline_message_id"]
    assert "message" not in tap


async def test_answers_are_remembered(api: Api, chat: Any, ivan: Any) -> None:
    query = await asked(api, ivan)
    await api.answerInlineQuery(inline_query_id=query["id"], results=[article()], cache_time=300)
    emma = await chat.user("Emma")
    answer = await chat.call("POST", f"/users/{emma.id}/inline", json={"query": "мост"})
    assert answer["answered"] is True
    assert await api.getUpdates() == []
    query = await asked(api, ivan, "другое")
    await api.answerInlineQuery(inline_query_id=query["id"], results=[], is_personal=True)
    assert (await chat.call("POST", f"/users/{ivan.id}/inline", json={"query": "другое"}))["answered"] is True
    assert (await chat.call("POST", f"/users/{emma.id}/inline", json={"query": "другое"}))["answered"] is False


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"results": [article(n) for n in range(51)]}, "too many inline query results specified"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("я" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [], "next_offset": "я" * 33}, "NEXT_OFFSET_INVALID"),
        ({"results": [{"type": "article", "id": "1", "title": "x"}]}, "input message content is not specified"),
        ({"results": [{"type": "article", "id": "1"}]}, 'can\'t find field "title"'),
        ({"results": [article(input_message_content={"message_text": ""})]}, "message text is empty"),
        ({"results": [article(hide=True)]}, "no field 'hide' of an inline result"),
        ({"results": [{"type": "poem", "id": "1"}]}, 'no result of type "poem"'),
        (
            {"results": [{"type": "photo", "id": "1", "photo_url": "x", "thumbnail_url": "x"}]},
            "WEBDOCUMENT_URL_INVALID",
        ),
        ({"results": [{"type": "photo", "id": "1", "photo_file_id": "x"}]}, "wrong remote file identifier"),
        ({"results": [], "button": {"text": "x", "start_parameter": "с пробелом"}}, "START_PARAM_INVALID"),
        ({"results": [article(reply_markup={"inline_keyboard": [[{"text": "x"}]]})]}, "text buttons are unallowed"),
        (
            {"results": [article(input_message_content={"rich_message": {"html": "<img src='https://a.kz/a.jpg'>"}})]},
            "invalid inline message content specified",
        ),
    ],
)
async def test_answers_that_are_refused(api: Api, ivan: Any, params: dict[str, Any], why: str) -> None:
    query = await asked(api, ivan)
    with pytest.raises(Refused) as caught:
        await api.answerInlineQuery(inline_query_id=query["id"], **params)
    assert why in caught.value.description
    await api.answerInlineQuery(inline_query_id=query["id"], results=[])
    with pytest.raises(Refused, match="query is too old and response timeout expired or query ID is invalid"):
        await api.answerInlineQuery(inline_query_id=query["id"], results=[])


async def test_photos_and_rich_messages(api: Api, chat: Any, ivan: Any, files: Files) -> None:
    address = files.add("a.jpg", "image/jpeg", picture())
    stored = (await api.sendPhoto(chat_id=ivan.id, photo=picture(color="red")))["photo"][-1]["file_id"]
    rich = {"blocks": [{"type": "photo", "photo": {"type": "photo", "media": stored}}]}
    results = [
        {"type": "photo", "id": "1", "photo_url": address, "thumbnail_url": address, "caption": "по адресу"},
        {"type": "photo", "id": "2", "photo_file_id": stored},
        article(3, input_message_content={"rich_message": rich}),
    ]
    query = await asked(api, ivan)
    await api.answerInlineQuery(inline_query_id=query["id"], results=results)
    answer = await chat.call("GET", f"/inline/{query['id']}")
    messages = [await ivan.chooses(answer, number) for number in range(3)]
    assert (messages[0]["caption"], len(messages[0]["photo"]) > 0) == ("по адресу", True)
    assert messages[1]["photo"][-1]["file_id"] == stored
    assert messages[2]["rich_message"]["blocks"][0]["type"] == "photo"
    for message in messages:
        Message.model_validate(message)


async def test_inline_mode_can_be_off(api: Api, chat: Any, ivan: Any) -> None:
    assert (await api.getMe())["supports_inline_queries"] is True
    await chat.settings(inline_mode=False)
    assert (await api.getMe())["supports_inline_queries"] is False
    with pytest.raises(AssertionError, match="switched off"):
        await ivan.inline("x")
