"""Texts, media, albums, keyboards: what is accepted, how it is answered, and why something is refused."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Message

from bot.sandbox.media import fetching
from tests.sandbox.conftest import Api, Files, Refused, film, picture


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        await call
    assert caught.value.code == 400
    return caught.value.description.removeprefix("Bad Request: ")


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "я" * 4097}, "message is too long"),
        ({"text": "я" * 16385}, "text is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"text": "x", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "ends after the end of the text"),
        ({"text": "x", "entities": [{"type": "bold", "offset": -1, "length": 2}]}, "incorrect offset -1"),
        ({"text": "x", "entities": [{"type": "glow", "offset": 0, "length": 1}]}, "unsupported type"),
        ({"text": "x", "disable_web_page_preview": True}, "no parameter 'disable_web_page_preview' of sendMessage"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "x", "link_preview_options": {"large": True}}, "no field 'large' of link preview options"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
    ],
)
async def test_texts_that_are_refused(api: Api, ivan: Any, params: dict[str, Any], why: str) -> None:
    assert why in await refusal(api.sendMessage(chat_id=ivan.id, **params))


async def test_the_size_of_a_preview_needs_its_address(api: Api, ivan: Any, chat: Any) -> None:
    preview = {"prefer_large_media": True, "url": "https://example.kz/"}
    sent = await api.sendMessage(chat_id=ivan.id, text="x", link_preview_options=preview)
    assert sent["link_preview_options"] == preview
    assert await chat.warnings() == []
    await api.sendMessage(chat_id=ivan.id, text="example.kz", link_preview_options={"prefer_large_media": True})
    assert "ignored unless its url is given" in (await chat.warnings())[0]


async def test_lengths_count_letters_after_parsing(api: Api, ivan: Any) -> None:
    sent = await api.sendMessage(chat_id=ivan.id, text="<b>" + "😀" * 4096 + "</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 8192}], "while entities count UTF-16 units"
    await api.sendPhoto(chat_id=ivan.id, photo=picture(), caption="я" * 1024)
    why = await refusal(api.sendPhoto(chat_id=ivan.id, photo=picture(), caption="я" * 1025))
    assert why == "message caption is too long"


async def test_text_is_cleaned(api: Api, ivan: Any) -> None:
    sent = await api.sendMessage(chat_id=ivan.id, text="\n <b>а\r\n\tб</b>\u202e в ", parse_mode="HTML")
    assert sent["text"] == "а\n б в"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    Message.model_validate(sent)


async def test_who_can_be_written_to(api: Api, chat: Any, ivan: Any) -> None:
    assert await refusal(api.sendMessage(text="x")) == "chat_id is empty"
    assert await refusal(api.sendMessage(chat_id=5, text="x")) == "chat not found"
    assert await refusal(api.sendMessage(chat_id="@nobody", text="x")) == "chat not found"
    emma = await chat.user("Emma")
    for prepare, why in (
        (None, "bot can't initiate conversation with a user"),
        (emma.starts, None),
        (emma.blocks, "bot was blocked by the user"),
        (emma.unblocks, None),
        (emma.disappears, "user is deactivated"),
    ):
        if prepare:
            await prepare()
        answer = await api.raw("sendMessage", {"chat_id": emma.id, "text": "x"})
        assert answer.get("description", "") == (f"Forbidden: {why}" if why else "")
        assert answer.get("error_code", 200) == (403 if why else 200)
    sent = await api.sendMessage(chat_id=str(ivan.id), text="числа могут быть текстом")
    assert sent["chat"]["id"] == ivan.id


async def test_a_reply_carries_what_it_answers(api: Api, ivan: Any) -> None:
    question = await ivan.sends("вопрос")
    sent = await api.sendMessage(chat_id=ivan.id, text="ответ", reply_parameters={"message_id": question["message_id"]})
    assert sent["reply_to_message"]["text"] == "вопрос"
    sent = await api.sendMessage(
        chat_id=ivan.id, text="x", reply_parameters={"message_id": 999, "allow_sending_without_reply": True}
    )
    assert "reply_to_message" not in sent


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "x"}, "text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "callback_data": ""}, "text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "1"}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "http://localhost:8000/"}, "is invalid: Wrong HTTP URL"),
        ({"text": "x", "url": "javascript:alert(1)"}, "is invalid:"),
        ({"text": "x", "url": "https://ex ample.kz/"}, "is invalid: Unallowed characters in URL host"),
        ({"text": "x", "web_app": {"url": "http://example.kz"}}, "Only HTTPS links are allowed"),
        ({"text": "x", "callback_data": "1", "style": "link"}, "invalid button style specified"),
        ({"text": "x", "callback_data": "1", "colour": "red"}, "unknown field 'colour'"),
        ({"text": "x", "copy_text": {"text": "я" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_buttons_that_are_refused(api: Api, ivan: Any, button: dict[str, Any], why: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert why in await refusal(api.sendMessage(chat_id=ivan.id, text="x", reply_markup=markup))


async def test_keyboards(api: Api, ivan: Any) -> None:
    row = [{"text": str(n), "callback_data": str(n), "style": "success"} for n in range(8)]
    sent = await api.sendMessage(chat_id=ivan.id, text="x", reply_markup={"inline_keyboard": [row, [], row]})
    assert len(sent["reply_markup"]["inline_keyboard"]) == 2
    why = await refusal(api.sendMessage(chat_id=ivan.id, text="x", reply_markup={"inline_keyboard": [row + row[:1]]}))
    assert why == "reply markup is too long"

    sent = await api.sendMessage(chat_id=ivan.id, text="x", reply_markup={"keyboard": [["да", {"text": "нет"}]]})
    assert "reply_markup" not in sent, "a reply keyboard belongs to the chat, not to the message"
    assert (await ivan.keyboard())["keyboard"] == [[{"text": "да"}, {"text": "нет"}]]
    why = await refusal(api.editMessageText(chat_id=ivan.id, message_id=sent["message_id"], text="y"))
    assert why == "message can't be edited"
    await api.sendMessage(chat_id=ivan.id, text="x", reply_markup={"remove_keyboard": True})
    assert await ivan.keyboard() is None


async def test_photos_by_upload(api: Api, ivan: Any) -> None:
    sent = await api.sendPhoto(chat_id=ivan.id, photo=picture(1000, 500), caption="<b>фото</b>", parse_mode="HTML")
    Message.model_validate(sent)
    assert [(size["width"], size["height"]) for size in sent["photo"]] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    assert len({size["file_id"] for size in sent["photo"]}) == 4
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    for size in sent["photo"]:
        again = await api.sendPhoto(chat_id=ivan.id, photo=size["file_id"])
        assert again["photo"] == sent["photo"], "any size's id sends the whole photo"

    assert await refusal(api.sendPhoto(chat_id=ivan.id)) == "there is no photo in the request"
    assert await refusal(api.sendPhoto(chat_id=ivan.id, photo=b"no picture")) == "IMAGE_PROCESS_FAILED"
    assert await refusal(api.sendPhoto(chat_id=ivan.id, photo=b"")) == "file must be non-empty"
    assert await refusal(api.sendPhoto(chat_id=ivan.id, photo=picture(2100, 100))) == "PHOTO_INVALID_DIMENSIONS"
    assert await refusal(api.sendPhoto(chat_id=ivan.id, photo=picture(9000, 1001))) == "PHOTO_INVALID_DIMENSIONS"
    why = await refusal(api.sendPhoto(chat_id=ivan.id, photo=("x.pdf", picture())))
    assert why.startswith("photo has unsupported extension")
    why = await refusal(api.sendPhoto(chat_id=ivan.id, photo=picture() + bytes(10 * 1024 * 1024)))
    assert "is too big for a photo; the maximum size is 10485760 bytes" in why


async def test_photos_by_address(api: Api, ivan: Any, files: Files) -> None:
    good = files.add("good.jpg", "image/jpeg", picture())
    sent = await api.sendPhoto(chat_id=ivan.id, photo=good)
    await api.sendPhoto(chat_id=ivan.id, photo=good)
    assert files.requests == ["good.jpg"], "what was fetched once is known"
    assert sent["photo"][-1]["width"] == 640

    for name, mime, data, why in (
        ("page.jpg", "text/html", b"<p>", "wrong type of the web page content"),
        ("a.avif", "image/avif", picture(), "wrong type of the web page content"),
        ("broken.jpg", "image/jpeg", b"\xff\xd8 broken", "wrong type of the web page content"),
        ("big.jpg", "image/jpeg", picture() + bytes(5 * 1024 * 1024), "failed to get HTTP URL content"),
    ):
        address = files.add(name, mime, data)
        assert await refusal(api.sendPhoto(chat_id=ivan.id, photo=address)) == why
        files.add(name, "image/jpeg", picture())
        assert await refusal(api.sendPhoto(chat_id=ivan.id, photo=address)) == why, "failures are remembered, too"
        await api.sendPhoto(chat_id=ivan.id, photo=f"{address}?again=1")
    assert (
        await refusal(api.sendPhoto(chat_id=ivan.id, photo=f"{files.host}/none.jpg"))
        == "failed to get HTTP URL content"
    )
    assert "invalid file HTTP URL specified" in await refusal(
        api.sendPhoto(chat_id=ivan.id, photo="http://x y.kz/a.jpg")
    )
    assert "wrong remote file identifier specified: Wrong character" in await refusal(
        api.sendPhoto(chat_id=ivan.id, photo="что-то")
    )


MEDIA = {
    "video": (film(1280, 720, 42), "video.mp4", "video/mp4"),
    "animation": (picture(form="GIF"), "a.gif", "image/gif"),
    "audio": (b"ID3" + bytes(100), "song.mp3", "audio/mpeg"),
    "voice": (b"OggS" + bytes(100), "voice.ogg", "audio/ogg"),
    "document": (b"%PDF-1.7 ...", "отчёт.pdf", "application/pdf"),
}


@pytest.mark.parametrize("kind", MEDIA)
async def test_other_media(api: Api, ivan: Any, files: Files, kind: str) -> None:
    data, name, mime = MEDIA[kind]
    method = f"send{kind.title()}"
    sent = await api.call(method, {"chat_id": ivan.id, kind: (name, data), "caption": "подпись"})
    Message.model_validate(sent)
    assert sent["caption"] == "подпись"
    assert sent[kind]["mime_type"] == mime
    if kind == "video":
        assert (sent[kind]["width"], sent[kind]["height"], sent[kind]["duration"]) == (1280, 720, 42)
    if kind == "animation":
        assert sent["document"]["file_id"] == sent[kind]["file_id"], "told twice, for old bots"
    if kind == "document":
        assert sent[kind]["file_name"] == "отчёт.pdf"

    again = await api.call(method, {"chat_id": ivan.id, kind: sent[kind]["file_id"]})
    assert again[kind] == sent[kind]
    why = await refusal(api.call("sendPhoto", {"chat_id": ivan.id, "photo": sent[kind]["file_id"]}))
    assert why.startswith("can't use file of type ")
    assert why.endswith(" as Photo")

    address = files.add(f"f-{kind}", mime, data)
    by_address = await api.call(method, {"chat_id": ivan.id, kind: f"{address}?x=.y"})
    assert by_address[kind]["mime_type"] == mime
    page = files.add(f"page-{kind}", "text/html", b"<p>")
    why = await refusal(api.call(method, {"chat_id": ivan.id, kind: f"{page}?x=.y"}))
    assert why == "wrong type of the web page content"

    path = (await api.getFile(file_id=sent[kind]["file_id"]))["file_path"]
    async with api.session.get(f"{api.url}/file/bot{api.token}/{path}") as response:
        assert await response.read() == data
    unique = sent[kind]["file_unique_id"]
    async with api.session.get(f"{api.url}/sandbox/files/{unique}") as response:
        assert await response.read() == data
        assert ("attachment" in response.headers.get("Content-Disposition", "")) == (kind == "document")


async def test_what_a_call_says_of_a_video(api: Api, ivan: Any) -> None:
    sent = await api.sendVideo(
        chat_id=ivan.id,
        video=("v.mp4", film(10, 10, 1)),
        width=1920,
        height=1080,
        duration=90,
        thumbnail="attach://thumb",
        thumb=picture(320, 180),
        cover="attach://poster",
        poster=picture(1280, 720),
        start_timestamp=3,
        has_spoiler=True,
        show_caption_above_media=True,
        caption="x",
        supports_streaming=True,
    )
    video = sent["video"]
    assert (video["width"], video["height"], video["duration"], video["start_timestamp"]) == (1920, 1080, 90, 3)
    assert video["thumbnail"]["width"] == 320
    assert video["cover"][-1]["width"] == 1280
    assert sent["has_media_spoiler"] is True
    assert sent["show_caption_above_media"] is True
    Message.model_validate(sent)
    why = await refusal(api.sendPhoto(chat_id=ivan.id, photo=video["thumbnail"]["file_id"]))
    assert why == "can't use file of type Thumbnail as Photo"


async def test_too_large_a_file_by_address(api: Api, ivan: Any, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetching.FILE_LIMIT == 20 * 1024 * 1024
    monkeypatch.setattr(fetching, "FILE_LIMIT", 1000)
    address = files.add("a.pdf", "application/pdf", b"%PDF-1" + bytes(1000))
    assert await refusal(api.sendDocument(chat_id=ivan.id, document=address)) == "failed to get HTTP URL content"


async def test_too_large_an_upload(api: Api, ivan: Any) -> None:
    with pytest.raises(Refused, match="Request Entity Too Large") as caught:
        await api.sendDocument(chat_id=ivan.id, document=("x.bin", bytes(50 * 1024 * 1024 + 1)))
    assert caught.value.code == 413


async def test_albums(api: Api, ivan: Any) -> None:
    media = [
        {"type": "photo", "media": "attach://one", "caption": "<i>подпись</i>", "parse_mode": "HTML"},
        {"type": "video", "media": "attach://two"},
    ]
    album = await api.sendMediaGroup(chat_id=ivan.id, media=media, one=picture(), two=("v.mp4", film()))
    assert len({message["media_group_id"] for message in album}) == 1
    assert [("photo" in message, "video" in message) for message in album] == [(True, False), (False, True)]
    assert album[0]["caption"] == "подпись"
    for message in album:
        Message.model_validate(message)

    photo = album[0]["photo"][-1]["file_id"]
    item = {"type": "photo", "media": photo}
    document = await api.sendDocument(chat_id=ivan.id, document=("a.pdf", b"%PDF-1"))
    paper = {"type": "document", "media": document["document"]["file_id"]}
    assert len(await api.sendMediaGroup(chat_id=ivan.id, media=[item] * 10)) == 10
    assert len(await api.sendMediaGroup(chat_id=ivan.id, media=[paper] * 2)) == 2

    async def why(media: Any, **more: Any) -> str:
        return await refusal(api.sendMediaGroup(chat_id=ivan.id, media=media, **more))

    assert await why([item] * 11) == "too many messages to send as an album"
    assert await why([item]) == "there must be 2-10 media in an album"
    assert await why([item, paper]) == "document can't be mixed with other media types"
    animation = {"type": "animation", "media": photo}
    assert await why([item, animation]) == "can't use the media of the specified type in the album"
    above = {**item, "show_caption_above_media": True}
    assert await why([item, above]) == "parameter show_caption_above_media must be the same for all messages"
    assert await why([item, {"type": "photo", "media": "attach://none"}]) == (
        'failed to send message #2 with the error message "can\'t parse InputMedia: media not found"'
    )
    assert "no parameter 'reply_markup'" in await why([item] * 2, reply_markup={"inline_keyboard": []})


async def test_album_errors_are_raw_codes(api: Api, ivan: Any, files: Files) -> None:
    good = {"type": "photo", "media": files.add("a.jpg", "image/jpeg", picture())}
    bad = {"type": "photo", "media": f"{files.host}/none.jpg"}
    why = await refusal(api.sendMediaGroup(chat_id=ivan.id, media=[good, bad]))
    assert why == 'failed to send message #2 with the error message "WEBPAGE_CURL_FAILED"'
    assert [message for message in await ivan.messages() if "photo" in message] == []


async def test_copies_and_forwards(api: Api, ivan: Any, chat: Any) -> None:
    emma = await chat.user("Emma")
    await emma.starts()
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "1"}]]}
    photo = await api.sendPhoto(chat_id=ivan.id, photo=picture(), caption="подпись", reply_markup=keyboard)
    text = await api.sendMessage(chat_id=ivan.id, text="<b>x</b>", parse_mode="HTML", protect_content=True)
    rich = await api.sendRichMessage(chat_id=ivan.id, rich_message={"html": "<p>y</p>"})
    source = {"from_chat_id": ivan.id, "chat_id": emma.id}

    copy = await api.copyMessage(**source, message_id=photo["message_id"], caption="другая")
    assert list(copy) == ["message_id"]
    seen = (await emma.messages())[-1]
    assert (seen["caption"], seen["photo"]) == ("другая", photo["photo"])
    assert "reply_markup" not in seen
    forward = await api.forwardMessage(**source, message_id=rich["message_id"])
    assert forward["rich_message"] == rich["rich_message"]
    assert forward["forward_origin"]["sender_user"]["is_bot"] is True
    Message.model_validate(forward)
    why = await refusal(api.copyMessage(**source, message_id=text["message_id"]))
    assert why == "message has protected content and can't be forwarded"
    assert await refusal(api.copyMessage(**source, message_id=999)) == "message to copy not found"

    ids = [photo["message_id"], text["message_id"], rich["message_id"], 999]
    copies = await api.copyMessages(**source, message_ids=ids)
    assert len(copies) == 2, "what can't be copied or found is skipped"
    assert len(await api.forwardMessages(**source, message_ids=ids[:1])) == 1
    why = await refusal(api.copyMessages(**source, message_ids=[5, 5]))
    assert why == "message identifiers must be in a strictly increasing order"


async def test_pins(api: Api, ivan: Any) -> None:
    first = await api.sendMessage(chat_id=ivan.id, text="первое")
    second = await api.sendMessage(chat_id=ivan.id, text="второе")
    for message in (first, second):
        assert await api.pinChatMessage(chat_id=ivan.id, message_id=message["message_id"]) is True
    assert await ivan.pinned() == [first["message_id"], second["message_id"]]
    assert (await ivan.messages())[-1]["pinned_message"]["text"] == "второе"
    assert (await api.getChat(chat_id=ivan.id))["pinned_message"]["text"] == "второе"
    await api.unpinChatMessage(chat_id=ivan.id)
    assert await ivan.pinned() == [first["message_id"]]
    await api.unpinAllChatMessages(chat_id=ivan.id)
    assert await ivan.pinned() == []
    assert await refusal(api.pinChatMessage(chat_id=ivan.id, message_id=999)) == "message to pin not found"
    assert await refusal(api.unpinChatMessage(chat_id=ivan.id)) == "message to unpin not found"


async def test_methods_and_tokens(api: Api) -> None:
    with pytest.raises(Refused, match="Not Found: method not found") as caught:
        await api.sendTelegraph()
    assert caught.value.code == 404
    assert (await api.call("GETME", {}))["is_bot"] is True, "names of methods know no case"
    stranger = Api(api.url, "1:nobody", api.session)
    with pytest.raises(Refused, match="Unauthorized") as caught:
        await stranger.getMe()
    assert caught.value.code == 401
