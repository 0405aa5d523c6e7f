"""Rich messages: all blocks, the limits and the errors, what is lost silently, editing."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Message

from tests.sandbox.conftest import Api, Files, Refused, film, picture

PARAGRAPH = {"type": "paragraph", "text": "x"}


@pytest.fixture
def send(api: Api, ivan: Any) -> Any:
    async def send(*blocks: Any, more: Any = None, **params: Any) -> Any:
        rich = {"blocks": list(blocks), **(more or {})}
        return await api.sendRichMessage(chat_id=ivan.id, rich_message=rich, **params)

    return send


@pytest.fixture
def refused(send: Any) -> Any:
    async def refused(*blocks: Any, more: Any = None) -> str:
        with pytest.raises(Refused) as caught:
            await send(*blocks, more=more)
        assert caught.value.code == 400
        return caught.value.description.removeprefix("Bad Request: ")

    return refused


async def photo_id(api: Api, chat_id: int, color: str = "teal") -> str:
    sent = await api.sendPhoto(chat_id=chat_id, photo=picture(color=color))
    return str(sent["photo"][-1]["file_id"])


async def test_every_block_is_answered_as_aiogram_reads_it(send: Any, api: Api, ivan: Any) -> None:
    photo = {"type": "photo", "photo": {"type": "photo", "media": await photo_id(api, ivan.id)}}
    video = await api.sendVideo(chat_id=ivan.id, video=film())
    audio = await api.sendAudio(chat_id=ivan.id, audio=("a.mp3", b"ID3" + bytes(50)), duration=3)
    voice = await api.sendVoice(chat_id=ivan.id, voice=("a.ogg", b"OggS" + bytes(50)), duration=3)
    animation = await api.sendAnimation(chat_id=ivan.id, animation=("a.mp4", film(320, 240)))
    document = await api.sendDocument(chat_id=ivan.id, document=("a.pdf", b"%PDF-1.7"))
    text = [
        "обычный ",
        {"type": "bold", "text": ["жирный ", {"type": "italic", "text": "курсив"}]},
        {"type": "url", "text": "ссылка", "url": "example.kz"},
        {"type": "date_time", "text": "18 декабря", "unix_time": 1797580800, "date_time_format": "wD"},
        {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286", "alternative_text": "👍"},
        {"type": "text_mention", "text": "Иван", "user": {"id": ivan.id}},
        {"type": "anchor", "name": "a"},
        {"type": "anchor_link", "text": "к началу", "anchor_name": ""},
        {"type": "reference", "text": "1", "name": "r"},
        {"type": "reference_link", "text": "1", "reference_name": "r"},
        {"type": "mathematical_expression", "expression": "x^2"},
        {"type": "email_address", "text": "почта", "email_address": "a@b.kz"},
        {"type": "phone_number", "text": "телефон", "phone_number": "+77010000000"},
        {"type": "button", "button": {"text": "ещё", "callback_data": "more", "style": "link"}},
        *({"type": kind, "text": kind} for kind in ("underline", "strikethrough", "spoiler", "marked", "code")),
        *({"type": kind, "text": kind} for kind in ("subscript", "superscript")),
    ]
    cell = {"align": "left", "valign": "top", "text": "x"}
    blocks = [
        {"type": "paragraph", "text": text},
        {"type": "heading", "text": "Заголовок", "size": 2},
        {"type": "pre", "text": "x = 1", "language": "python"},
        {"type": "footer", "text": "Источник"},
        {"type": "divider"},
        {"type": "anchor", "name": "top"},
        {"type": "mathematical_expression", "expression": "e=mc^2"},
        {"type": "list", "items": [{"blocks": [PARAGRAPH], "has_checkbox": True, "is_checked": True}, {"blocks": []}]},
        {
            "type": "list",
            "items": [{"blocks": [PARAGRAPH], "type": "1", "value": 5}, {"blocks": [PARAGRAPH], "type": "1"}],
        },
        {"type": "blockquote", "blocks": [PARAGRAPH], "credit": "Кто-то"},
        {"type": "expandable_blockquote", "text": "длинная цитата"},
        {"type": "pullquote", "text": "цитата", "credit": "Кто-то"},
        {**photo, "caption": {"text": "Подпись", "credit": "Фото: Акимат"}},
        {"type": "video", "video": {"type": "video", "media": video["video"]["file_id"]}},
        {"type": "audio", "audio": {"type": "audio", "media": audio["audio"]["file_id"]}},
        {"type": "voice_note", "voice_note": {"type": "voice_note", "media": voice["voice"]["file_id"]}},
        {"type": "animation", "animation": {"type": "animation", "media": animation["animation"]["file_id"]}},
        {"type": "document", "document": {"type": "document", "media": document["document"]["file_id"]}},
        {"type": "collage", "blocks": [photo, photo], "caption": {"text": "Коллаж"}},
        {"type": "slideshow", "blocks": [photo, photo]},
        {"type": "table", "cells": [[{**cell, "is_header": True, "colspan": 2}], [cell, cell]], "is_bordered": True},
        {"type": "details", "summary": "Подробнее", "blocks": [PARAGRAPH], "is_open": True},
        {"type": "map", "location": {"latitude": 51.1, "longitude": 71.4}},
        {"type": "buttons", "buttons": [{"text": "На сайте", "url": "https://example.kz/"}], "align": "left"},
    ]
    sent = await send(*blocks)
    read = Message.model_validate(sent).rich_message
    assert read is not None
    assert [block.type for block in read.blocks] == [block["type"] for block in blocks]
    assert sent["rich_message"]["blocks"][0]["text"][2]["url"] == "http://example.kz/"
    assert [item["label"] for item in sent["rich_message"]["blocks"][8]["items"]] == ["5.", "6."]
    assert sent["rich_message"]["blocks"][12]["photo"][-1]["width"] == 640
    [shown] = [message for message in await ivan.messages() if "rich_message" in message]
    assert shown == sent


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ({}, 'type "None" is unsupported'),
        ("x", "object expected as InputRichMessageBlock"),
        (None, "block must be non-empty"),
        ({"type": "banner"}, 'type "banner" is unsupported'),
        ({"type": "thinking", "text": "x"}, "block is not allowed"),
        ({"type": "paragraph"}, 'can\'t find field "text"'),
        ({"type": "paragraph", "text": 5}, "invalid rich text specified"),
        ({"type": "paragraph", "text": {"type": "glowing", "text": "x"}}, "unsupported rich text type"),
        ({"type": "paragraph", "text": "x", "size": 1}, "the sandbox knows no field 'size' of a rich block"),
        ({"type": "heading", "text": "x", "size": 7}, "invalid section heading size specified"),
        ({"type": "heading", "text": "x"}, 'can\'t find field "size"'),
        ({"type": "list", "items": []}, "list must be non-empty"),
        ({"type": "list", "items": [{"blocks": []}, {"blocks": [], "type": "1"}]}, "list must be either ordered or"),
        ({"type": "list", "items": [{"blocks": [], "type": "x"}]}, "invalid list item type specified"),
        ({"type": "collage", "blocks": [PARAGRAPH]}, "block is not allowed"),
        ({"type": "table", "cells": [[None]]}, "table cell must be non-empty"),
        ({"type": "table", "cells": [[{"text": "x", "align": "left"}]]}, 'can\'t find field "valign"'),
        (
            {"type": "table", "cells": [[{"align": "left", "valign": "top", "colspan": -1}]]},
            "invalid table cell colspan specified",
        ),
        (
            {"type": "table", "cells": [[{"align": "left", "valign": "top"}] * 21]},
            "RICH_MESSAGE_TABLE_COLS_TOO_MANY",
        ),
        ({"type": "map", "location": {"latitude": 91, "longitude": 0}}, "invalid location specified"),
        (
            {"type": "map", "location": {"latitude": 1, "longitude": 0}, "zoom": 25},
            "invalid map properties specified",
        ),
        ({"type": "buttons", "buttons": []}, "button row must be non-empty"),
        ({"type": "buttons", "buttons": [{"text": "x", "callback_data": "1"}] * 9}, "a button row can have at most 8"),
        (
            {"type": "buttons", "buttons": [{"text": "x", "url": "https://a.kz", "style": "link"}]},
            "only callback buttons",
        ),
        ({"type": "buttons", "buttons": [{"text": "x", "url": "http://localhost/"}]}, "Wrong HTTP URL"),
        ({"type": "buttons", "buttons": [{"text": "x", "callback_data": "я" * 33}]}, "BUTTON_DATA_INVALID"),
        ({"type": "paragraph", "text": {"type": "url", "text": "x", "url": "/news/1"}}, "RICH_MESSAGE_URL_INVALID"),
        (
            {"type": "paragraph", "text": {"type": "email_address", "text": "x", "email_address": "x"}},
            "RICH_MESSAGE_EMAIL_INVALID",
        ),
        (
            {"type": "photo", "photo": {"type": "video", "media": "x"}},
            'unexpected media type "video" for block "photo"',
        ),
        ({"type": "photo", "photo": {"type": "photo", "media": ""}}, "media must be non-empty"),
        (
            {"type": "photo", "photo": {"type": "photo", "media": "attach://x"}},
            "can't parse InputRichMessageMedia: media not found",
        ),
        ({"type": "photo", "photo": {"type": "photo", "media": "zzz"}}, "wrong remote file identifier specified"),
    ],
)
async def test_what_is_refused(refused: Any, block: Any, why: str) -> None:
    assert why in await refused(block)


async def test_an_empty_message_is_refused(api: Api, ivan: Any, refused: Any) -> None:
    assert await refused() == "rich message must be non-empty"
    for rich in ({}, {"blocks": []}, {"html": ""}):
        with pytest.raises(Refused, match="rich message must be non-empty"):
            await api.sendRichMessage(chat_id=ivan.id, rich_message=rich)
    with pytest.raises(Refused, match="exactly one of"):
        await api.sendRichMessage(chat_id=ivan.id, rich_message={"html": "x", "blocks": [PARAGRAPH]})
    with pytest.raises(Refused, match="no Markdown"):
        await api.sendRichMessage(chat_id=ivan.id, rich_message={"markdown": "# x"})


async def test_the_limits(send: Any, refused: Any) -> None:
    await send({"type": "paragraph", "text": "я" * 32768})
    assert await refused({"type": "paragraph", "text": "я" * 32769}) == "RICH_MESSAGE_TEXT_TOO_LONG"
    quote = {"type": "blockquote", "blocks": [PARAGRAPH] * 4}
    await send(*[quote] * 100)
    assert await refused(*[quote] * 100, PARAGRAPH) == "RICH_MESSAGE_BLOCKS_TOO_MANY", "nested ones count"
    rows = [[{"align": "left", "valign": "top", "text": "x"}]] * 500
    assert await refused({"type": "table", "cells": rows}) == "RICH_MESSAGE_BLOCKS_TOO_MANY", "rows count"
    items = [{"blocks": [PARAGRAPH]}] * 250
    assert await refused({"type": "list", "items": items}) == "RICH_MESSAGE_BLOCKS_TOO_MANY", "items count"


def nested(levels: int) -> Any:
    """A paragraph in so many quotes, its text bold."""
    block: Any = {"type": "paragraph", "text": {"type": "bold", "text": "x"}}
    for _ in range(levels - 2):
        block = {"type": "blockquote", "blocks": [block]}
    return block


async def test_sixteen_levels_of_blocks_and_formatting(send: Any, refused: Any) -> None:
    await send(nested(16))
    assert await refused(nested(17)) == "RICH_MESSAGE_DEPTH_INVALID"
    assert await refused(nested(300)) == "RICH_MESSAGE_DEPTH_INVALID"


async def test_what_is_nested_without_end_is_no_json(api: Api, ivan: Any) -> None:
    body = '{"rich_message": ' + '{"blocks": [' * 50_000 + "]}" * 50_000 + "}"
    async with api.session.post(
        f"{api.url}/bot{api.token}/sendRichMessage", data=body, headers={"Content-Type": "application/json"}
    ) as response:
        answer = await response.json()
    assert answer["description"] == "Bad Request: can't parse the request JSON object"


async def test_media_beyond_twenty_are_lost_silently(send: Any, api: Api, ivan: Any, chat: Any) -> None:
    photo = {"type": "photo", "photo": {"type": "photo", "media": await photo_id(api, ivan.id)}}
    slideshow = {"type": "slideshow", "blocks": [photo] * 12}
    sent = await send(slideshow, PARAGRAPH, slideshow, {"type": "footer", "text": "конец"})
    assert [block["type"] for block in sent["rich_message"]["blocks"]] == [
        "slideshow",
        "paragraph",
        "slideshow",
        "footer",
    ]
    shown = (await ivan.messages())[-1]["rich_message"]["blocks"]
    assert [block["type"] for block in shown] == ["slideshow", "paragraph"], "the block that crosses and all after it"
    [warning] = await chat.warnings()
    assert "readers see only the first 2 of 4 blocks" in warning
    await send(*[photo] * 20)
    assert len(await chat.warnings()) == 1
    await send(*[photo] * 50)
    with pytest.raises(Refused, match="RICH_MESSAGE_MEDIA_TOO_MANY"):
        await send(*[photo] * 51)


async def test_media_come_by_address_upload_or_file_id(api: Api, ivan: Any, files: Files) -> None:
    url = files.add("a.jpg", "image/jpeg", picture(1600, 900))
    blocks = [
        {"type": "photo", "photo": {"type": "photo", "media": url, "has_spoiler": True}},
        {"type": "photo", "photo": {"type": "photo", "media": "attach://lead"}},
        {"type": "video", "video": {"type": "video", "media": "attach://film"}},
    ]
    sent = await api.sendRichMessage(
        chat_id=ivan.id, rich_message={"blocks": blocks}, lead=picture(color="red"), film=("f.mp4", film())
    )
    first, second, third = sent["rich_message"]["blocks"]
    assert [size["width"] for size in first["photo"]] == [90, 320, 800, 1280, 1600]
    assert first["has_spoiler"] is True
    assert (third["video"]["width"], third["video"]["duration"]) == (640, 7)
    again = await api.sendPhoto(chat_id=ivan.id, photo=second["photo"][-1]["file_id"])
    assert again["photo"] == second["photo"], "the file id serves everywhere"


async def test_one_bad_photo_refuses_the_whole_message(refused: Any, files: Files) -> None:
    missing = {"type": "photo", "photo": {"type": "photo", "media": f"{files.host}/none.jpg"}}
    assert await refused(PARAGRAPH, missing) == "failed to get HTTP URL content"
    page = files.add("page", "text/html", b"<p>x")
    wrong = {"type": "photo", "photo": {"type": "photo", "media": page + "?.jpg"}}
    assert await refused(wrong) == "wrong type of the web page content"


async def test_links_and_hashtags_are_found_unless_told_not_to(send: Any) -> None:
    text = "Пишите на a@b.kz, читайте example.kz #новости"
    sent = await send({"type": "paragraph", "text": text})
    parts = sent["rich_message"]["blocks"][0]["text"]
    assert [part["type"] for part in parts if isinstance(part, dict)] == ["email_address", "url", "hashtag"]
    Message.model_validate(sent)
    sent = await send({"type": "paragraph", "text": text}, more={"skip_entity_detection": True})
    assert sent["rich_message"]["blocks"][0]["text"] == text


async def test_html_says_the_same_as_blocks(api: Api, ivan: Any) -> None:
    photo = await photo_id(api, ivan.id)
    html = """
    <p><mark>Экономика</mark></p>
    <h2>Ставка сохранена</h2>
    <figure><img src="tg://photo?id=lead"/><figcaption>Здание банка<cite>Фото: ТАСС</cite></figcaption></figure>
    <p>Решение принято <b>единогласно</b>, <a href="https://example.kz/?a=1&amp;b=2">подробности</a>&hellip;<br>Вторая
    строка</p>
    <blockquote>Инфляция замедляется.<cite>Пресс-служба</cite></blockquote>
    <ul><li>раз</li><li><input type="checkbox" checked>два</li></ul>
    <ol start="3" type="a"><li>три</li></ol>
    <tg-slideshow><img src="tg://photo?id=lead"/>
    <img src="tg://photo?id=lead"/><figcaption>С заседания</figcaption></tg-slideshow>
    <table bordered><tr><th>Год</th><td align="right">2026</td></tr></table>
    <details open><summary>Справка</summary><p>Текст</p></details>
    <pre><code class="language-python">a  = 1
b = 2</code></pre>
    <tg-button-row align="left"><tg-button type="url" style="primary" url="https://example.kz/1">Читать</tg-button></tg-button-row>
    <hr/>
    Просто слова <tg-time unix="1797580800" format="D">18 декабря</tg-time>
    <footer>Источник: example</footer>
    """
    sent = await api.sendRichMessage(
        chat_id=ivan.id,
        rich_message={
            "html": html,
            "media": [{"id": "lead", "media": {"type": "photo", "media": photo}}],
            "skip_entity_detection": True,
        },
    )
    Message.model_validate(sent)
    blocks = sent["rich_message"]["blocks"]
    assert [block["type"] for block in blocks] == [
        "paragraph", "heading", "photo", "paragraph", "blockquote", "list", "list", "slideshow", "table", "details",
        "pre", "buttons", "divider", "paragraph", "footer",
    ]  # fmt: skip
    assert blocks[0]["text"] == {"type": "marked", "text": "Экономика"}
    assert blocks[2]["caption"] == {"text": "Здание банка", "credit": "Фото: ТАСС"}
    assert blocks[3]["text"] == [
        "Решение принято ",
        {"type": "bold", "text": "единогласно"},
        ", ",
        {"type": "url", "text": "подробности", "url": "https://example.kz/?a=1&b=2"},
        "…\nВторая строка",
    ]
    assert blocks[4] == {
        "type": "blockquote",
        "blocks": [{"type": "paragraph", "text": "Инфляция замедляется."}],
        "credit": "Пресс-служба",
    }
    assert blocks[5]["items"][1]["is_checked"] is True
    assert blocks[6]["items"][0]["label"] == "3."
    assert len(blocks[7]["blocks"]) == 2
    assert blocks[10] == {"type": "pre", "text": "a  = 1\nb = 2", "language": "python"}
    assert blocks[11]["buttons"] == [{"text": "Читать", "style": "primary", "url": "https://example.kz/1"}]


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<div>x</div>", 'unsupported start tag "div"'),
        ("<p>x", "can't find end tag"),
        ("<p>x</b>", "unmatched end tag"),
        ("x</p>", "unexpected end tag"),
        ("a < b", "unsupported start tag"),
        ("<p><img src='https://example.kz/a.jpg'></p>", 'tag "img" is not allowed here'),
        ("<img src='/a.jpg'>", "RICH_MESSAGE_URL_INVALID"),
        ("<p><a href='news/1'>x</a></p>", "RICH_MESSAGE_URL_INVALID"),
        ("<img src='tg://photo?id=none'>", "can't parse InputRichMessageMedia: media not found"),
        ("<blockquote>" * 99 + "x", "RICH_MESSAGE_DEPTH_INVALID"),
    ],
)
async def test_html_that_is_refused(api: Api, ivan: Any, html: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        await api.sendRichMessage(chat_id=ivan.id, rich_message={"html": html})


async def test_text_and_rich_are_edited_into_one_another(send: Any, api: Api, ivan: Any) -> None:
    sent = await send(PARAGRAPH, reply_markup={"inline_keyboard": [[{"text": "да", "callback_data": "1"}]]})
    place = {"chat_id": ivan.id, "message_id": sent["message_id"]}
    edited = await api.editMessageText(**place, text="просто текст")
    assert "rich_message" not in edited
    assert "reply_markup" not in edited, "what is not repeated goes"
    edited = await api.editMessageText(**place, rich_message={"blocks": [{"type": "heading", "text": "x", "size": 1}]})
    assert "text" not in edited
    with pytest.raises(Refused, match="message is not modified"):
        await api.editMessageText(**place, rich_message={"blocks": [{"type": "heading", "text": "x", "size": 1}]})
    photo = await photo_id(api, ivan.id)
    edited = await api.editMessageMedia(**place, media={"type": "photo", "media": photo, "caption": "фото"})
    assert "rich_message" not in edited
    assert edited["caption"] == "фото"
    with pytest.raises(Refused, match="there is no text in the message to edit"):
        await api.editMessageText(**place, rich_message={"blocks": [PARAGRAPH]})


async def test_a_form_works_like_json(api: Api, ivan: Any) -> None:
    """aiogram and python-telegram-bot send forms whose objects are JSON in text."""
    form = {"chat_id": str(ivan.id), "rich_message": '{"blocks": [{"type": "paragraph", "text": "x"}]}'}
    async with api.session.post(f"{api.url}/bot{api.token}/sendRichMessage", data=form) as response:
        answer = await response.json()
    assert answer["result"]["rich_message"]["blocks"] == [PARAGRAPH]
