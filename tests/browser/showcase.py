"""Every kind of message that the page can show, in one chat, put there by Bot API calls."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import aiohttp
from PIL import Image

from bot.sandbox.client import SandboxClient, SandboxUser
from bot.sandbox.newsroom import DATA
from tests.sandbox.conftest import film

Json = dict[str, Any]

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "🔖 Сохранить", "callback_data": "save"}, {"text": "🔗 На сайте", "url": "https://example.kz/most"}],
        [
            {"text": "🚀 Отправить", "callback_data": "go", "style": "success"},
            {"text": "✖ Отменить", "callback_data": "no", "style": "danger"},
        ],
        [
            {"text": "📖 Читать здесь", "callback_data": "read", "style": "primary"},
            {"text": "Скопировать", "copy_text": {"text": "примечание"}},
        ],
    ]
}
WORDS = (
    "<b>Жирно</b>, <i>наклонно</i>, <u>подчёркнуто</u>, <s>зачёркнуто</s>, <code>код</code>, "
    '<tg-spoiler>скрыто</tg-spoiler>, <a href="https://example.kz/a?b=1&amp;c=2">ссылка</a>, #Политика, /help, '
    '<tg-time unix="1795672800" format="wDt">24 ноября</tg-time>\n<blockquote>Короткая цитата</blockquote>'
    "<blockquote expandable>" + "Длинная цитата, которую сначала видно не всю. " * 12 + "</blockquote>"
    '<pre><code class="language-python">print("сәлем")</code></pre>'
)


def photo(name: str) -> bytes:
    return (DATA / "photos" / f"{name}.jpg").read_bytes()


def gif() -> bytes:
    frames = [Image.new("P", (320, 180), color=shade) for shade in (40, 80)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=400, loop=0)
    return out.getvalue()


@dataclass
class Showcase:
    """`call` is a Bot API method as the bot of this sandbox."""

    url: str
    token: str
    chat: SandboxClient
    session: aiohttp.ClientSession

    async def call(self, method: str, **params: Any) -> Any:
        form = aiohttp.FormData(quote_fields=False)
        for name, value in params.items():
            if isinstance(value, tuple):
                form.add_field(name, value[1], filename=value[0])
            elif isinstance(value, bytes):
                form.add_field(name, value, filename=f"{name}.jpg")
            else:
                form.add_field(name, value if isinstance(value, str) else aiohttp.payload.json.dumps(value))
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", data=form) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def classic(self, reader: SandboxUser) -> None:
        """Words, photo with keyboard, album, files, preview, a pinned message, a spoiler, replies and forwards."""
        to = reader.id
        await self.call("sendMessage", chat_id=to, text=WORDS, parse_mode="HTML")
        album = [{"type": "photo", "media": f"attach://p{number}"} for number in range(3)]
        album[0]["caption"] = "Три снимка с открытия моста"
        names = ("bridge", "river", "square")
        await self.call(
            "sendMediaGroup", chat_id=to, media=album, **{f"p{n}": photo(name) for n, name in enumerate(names)}
        )
        await self.call("sendPhoto", chat_id=to, photo=photo("goal"), has_spoiler=True, caption="Счёт скрыт")
        await self.call("sendDocument", chat_id=to, document=("Бюджет 2027.pdf", b"%PDF-1.4 " + b"x" * 48_000))
        await self.call(
            "sendAudio", chat_id=to, audio=("podcast.mp3", b"ID3" + bytes(9_000)), title="Утро", performer="Дала FM"
        )
        await self.call(
            "sendVideo", chat_id=to, video=("goal.mp4", film()), cover="attach://p", p=photo("goal"), caption="Гол"
        )
        await self.call("sendAnimation", chat_id=to, animation=("wave.gif", gif()), caption="Волна")
        page = f"{self.url}/newsroom/articles/ru/bridge"
        await self.call(
            "sendMessage",
            chat_id=to,
            text="<b>Мост открыт</b>\n\nПодробности на сайте.",
            parse_mode="HTML",
            link_preview_options={"url": page, "prefer_large_media": True, "show_above_text": True},
        )
        said = await reader.sends("А когда откроют вторую очередь?")
        await self.call(
            "sendMessage",
            chat_id=to,
            text="Весной. Напомнить вам об этом?",
            reply_parameters={"message_id": said["message_id"]},
        )
        card = await self.call(
            "sendPhoto",
            chat_id=to,
            photo=photo("bridge"),
            caption="<b>В Акжаре открыли новый мост через реку Талды</b>\n\nМост длиной 240 метров связал правый и "
            "левый берег города.\n\nМост через Талды в день открытия\n📷 Фото: Акимат Акжара\n\n#Общество",
            parse_mode="HTML",
            reply_markup=KEYBOARD,
        )
        await self.call("pinChatMessage", chat_id=to, message_id=card["message_id"])
        text = await self.call("sendMessage", chat_id=to, text="▰▰▰▰▱▱▱▱▱▱▱▱ 33 %")
        await self.call(
            "editMessageText",
            chat_id=to,
            message_id=text["message_id"],
            text="▰▰▰▰▰▰▰▰▰▱▱▱ 75 %\nОтправлено 750, осталось 250",
        )

    async def article(self, reader: SandboxUser) -> None:
        """A rich message with every block."""
        files = {name: photo(name) for name in ("bridge", "river", "square", "station")}
        await self.call(
            "sendRichMessage",
            chat_id=reader.id,
            rich_message={"blocks": blocks()},
            **files,
        )

    async def group(self, *people: SandboxUser) -> Any:
        group = await self.chat.group(
            "Редакция «Дала»", creator=people[0].id, members=[one.id for one in people[1:]], bot="administrator"
        )
        await people[0].sends("Коллеги, кто едет на открытие моста?", chat_id=group.id)
        await people[1].sends("Я. Камеру беру.", chat_id=group.id)
        await people[1].sends("Выезжаем в 9:00", chat_id=group.id)
        await self.call("sendMessage", chat_id=group.id, text="Запланировано: мост, 9:00")
        return group


def media(name: str) -> Json:
    return {"type": "photo", "photo": {"type": "photo", "media": f"attach://{name}"}}


def blocks() -> list[Json]:
    caption = {"text": "Мост через Талды в день открытия", "credit": "Фото: Акимат Акжара"}
    cell: Json = {"align": "left", "valign": "top"}
    return [
        {**media("bridge"), "caption": caption},
        {"type": "heading", "size": 1, "text": "В Акжаре открыли новый мост"},
        {"type": "paragraph", "text": ["Мост длиной ", {"type": "bold", "text": "240 метров"}, " связал берега."]},
        {
            "type": "blockquote",
            "blocks": [{"type": "paragraph", "text": "Раньше в половодье мы жили как на острове."}],
            "credit": "Сауле Ермекова",
        },
        {"type": "pullquote", "text": "Семь минут вместо сорока", "credit": "Дала"},
        {"type": "heading", "size": 3, "text": "Что изменится"},
        {
            "type": "list",
            "items": [
                {"blocks": [{"type": "paragraph", "text": text}], "type": "1"} for text in ("Автобус № 7", "Скорая")
            ],
        },
        {
            "type": "list",
            "items": [
                {"blocks": [{"type": "paragraph", "text": "Мост"}], "has_checkbox": True, "is_checked": True},
                {"blocks": [{"type": "paragraph", "text": "Набережная"}], "has_checkbox": True},
            ],
        },
        {
            "type": "table",
            "is_striped": True,
            "caption": "Путь до больницы, минут",
            "cells": [
                [{**cell, "text": "Откуда", "is_header": True}, {**cell, "text": "Было", "is_header": True},
                 {**cell, "text": "Стало", "is_header": True}],
                [{**cell, "text": "Левый берег"}, {**cell, "text": "40"}, {**cell, "text": "7"}],
                [{**cell, "text": "Вокзал"}, {**cell, "text": "25"}, {**cell, "text": "12"}],
            ],
        },
        {
            "type": "slideshow",
            "blocks": [{**media("river"), "caption": {"text": "Река"}}, media("square"), media("station")],
            "caption": {"text": "Город в день открытия", "credit": "Фото: Дала"},
        },
        {"type": "collage", "blocks": [media("square"), media("station")], "caption": {"text": "Площадь и вокзал"}},
        {
            "type": "details",
            "summary": "Как строили",
            "blocks": [{"type": "paragraph", "text": "Строительство длилось два года."}],
            "is_open": True,
        },
        {"type": "map", "location": {"latitude": 50.2839, "longitude": 57.167}, "caption": {"text": "Где это"}},
        {
            "type": "buttons",
            "buttons": [
                {"text": "🔖 Сохранить", "callback_data": "save", "style": "primary"},
                {"text": "На сайте", "url": "https://example.kz/most"},
            ],
        },
        {"type": "divider"},
        {"type": "footer", "text": "Дала, 24 ноября 2026"},
    ]  # fmt: skip
