"""Breaking news from its first word to its recall, as editors and readers see it."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from tests.crowd import subscribe
from tests.newspaper import Newspaper


async def people(chat: SandboxClient, *names: str) -> list[SandboxUser]:
    found = [await chat.user(name) for name in names]
    for one in found:
        await one.sends("/start")
        await one.sees("Газета")
    return found


async def now(user: SandboxUser, message: Json) -> Json | None:
    return next((one for one in await user.messages() if one["message_id"] == message["message_id"]), None)


async def until(user: SandboxUser, message: Json, words: str, within: float = 15) -> Json:
    async with asyncio.timeout(within):
        while not (found := await now(user, message)) or words not in said(found):
            await asyncio.sleep(0.05)
    return found


def labels(message: Json | None) -> list[str]:
    keyboard = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in keyboard for button in row]


async def offered(dana: SandboxUser) -> Json:
    """The message under the preview, which is the last one in the chat."""
    async with asyncio.timeout(10):
        while not any("🚀" in label for label in labels((await dana.messages())[-1])):
            await asyncio.sleep(0.05)
    return (await dana.messages())[-1]


async def drafted(dana: SandboxUser, text: str) -> Json:
    await dana.sends(f"/breaking {text}")
    return await offered(dana)


async def sent(dana: SandboxUser, text: str) -> Json:
    """The message about breaking news that has left."""
    control = await drafted(dana, text)
    await dana.taps("🚀", on=control)
    return await until(dana, control, "✅")


async def test_an_album_and_a_video(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await dana.sends("/breaking")
    await dana.sees("следующим сообщением")
    await dana.sends(album=[{"photo": "demo", "caption": "Пожар в порту"}, {"photo": "demo"}, {"photo": "demo"}])
    control = await offered(dana)
    await dana.taps("🚀", on=control)
    await ivan.sees("Пожар в порту")
    album = [one for one in await ivan.messages() if one.get("media_group_id")]
    assert len(album) == 3
    control = await until(dana, control, "✅")
    await dana.taps("🗑", on=control)
    await dana.taps("Да, отозвать")
    await dana.sees("Удалено: 2", within=15)
    assert not [one for one in await ivan.messages() if one.get("media_group_id")], "all of it"

    await dana.sends("/breaking")
    await dana.sees("следующим сообщением")
    await dana.sends_file("video", base64.b64decode("AAAA"), "a.mp4", caption="Видео с места")
    control = await offered(dana)
    await dana.taps("🚀", on=control)
    assert (await ivan.sees("Видео с места"))["video"]


TOLD = "Очевидец: мост цел"


async def test_a_forwarded_message_with_its_formatting(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    original = await ivan.sends(TOLD, entities=[{"type": "bold", "offset": 0, "length": 8}])
    await dana.sends("/breaking")
    await dana.sees("следующим сообщением")
    await dana.forwards(original)
    await dana.taps("🚀", on=await offered(dana))
    async with asyncio.timeout(10):
        # Not the answer to what he wrote, which is searched for.
        while not (copies := [m for m in await ivan.messages() if m["from"]["is_bot"] and said(m) == TOLD]):
            await asyncio.sleep(0.05)
    assert copies[0]["entities"] == [{"type": "bold", "offset": 0, "length": 8}]
    assert "forward_origin" not in copies[0]


async def test_the_card_of_our_article_in_each_language(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    story = newspaper.publish("Аким открыл мост")
    await start_bot()
    ivan, aigul, dana = await people(chat, "Иван", "Айгүл", "Дана")
    await dana.sends(f"/breaking {newspaper.host}/story/{story.number}?utm_source=tg")
    control = await offered(dana)
    await dana.taps("Своими словами", on=control)
    await dana.sees("utm_source")
    await dana.taps("Карточкой")
    await dana.taps("🚀")
    cards = [await reader.sees("Аким открыл мост") for reader in (ivan, aigul)]
    assert "🔖 Сохранить" in labels(cards[0])
    assert "🔖 Сақтау" in labels(cards[1])
    assert cards[0]["photo"]


async def test_a_stale_preview_cannot_be_sent(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await dana.sends("/breaking Ошибка в тексте")
    old = await offered(dana)
    data = dana.button(old, "🚀")
    assert data
    await dana.taps("✏️", on=old)
    await dana.sees("новый текст")
    await dana.sends("Верный текст")
    await offered(dana)
    stale = await dana._do("tap", data=data["callback_data"], chat_id=dana.id, message_id=old["message_id"])
    assert "изменился" in await dana.answer_to(stale["callback_query_id"])
    await ivan.sees_nothing(of="текст", for_=1)
    await dana.taps("🚀")
    await ivan.sees("Верный текст")
    await ivan.sees_nothing(of="Ошибка", for_=0.5)


async def test_a_draft_outlives_a_restart_and_is_on_the_list(start_bot: Any, chat: SandboxClient) -> None:
    bot = await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await dana.sends("/breaking Черновая мысль")
    await offered(dana)
    await dana.sends("/breaking")
    question = await dana.sees("следующим сообщением")
    await bot.stops()
    await start_bot()
    await dana.taps("Черновик №1")
    control = await offered(dana)
    await dana.taps("🚀", on=control)
    await until(dana, control, "✅")
    await ivan.sees("Черновая мысль")
    await dana.sends("Вторая мысль", reply_to_message_id=question["message_id"])
    await dana.taps("🚀", on=await offered(dana))
    await ivan.sees("Вторая мысль")


async def test_only_one_language_or_one_section(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("Матч завершился", "Спорт")
    await start_bot()
    ivan, aigul, dana = await people(chat, "Иван", "Айгүл", "Дана")
    await dana.sends("/breaking Тек қазақша")
    control = await offered(dana)
    assert "3 читателя" in control["text"]
    await dana.taps("Кому", on=control)
    await dana.taps("Қазақша")
    control = await until(dana, control, "1 читатель")
    await dana.taps("Готово")
    await dana.taps("🚀")
    await aigul.sees("Тек қазақша")
    await ivan.sees_nothing(of="Тек қазақша", for_=1)

    await ivan.taps("Спорт")
    await dana.sends("/breaking Только спорт")
    await dana.taps("Кому", on=await offered(dana))
    await dana.taps("Спорт")
    await dana.taps("Готово")
    await dana.taps("🚀")
    await ivan.sees("Только спорт")
    await aigul.sees_nothing(of="Только спорт", for_=1)


async def test_a_trial_reaches_editors_only(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await dana.sends("/breaking Проба пера")
    control = await offered(dana)
    await dana.taps("Проба редакторам", on=control)
    async with asyncio.timeout(15):
        while sum(said(one) == "Проба пера" for one in await dana.messages()) < 3:
            await asyncio.sleep(0.05)
    await ivan.sees_nothing(of="Проба", for_=0.5)
    assert "🚀 Отправить" in " ".join(labels(await now(dana, control))), "the draft is still there"


async def test_at_a_time_that_can_be_cancelled(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await dana.sends("/breaking Утренняя новость")
    await dana.taps("В другое время", on=await offered(dana))
    await dana.sees("Asia/Almaty")
    await dana.sends("вечером")
    await dana.sees("не время")
    await dana.sends("03:15")
    control = await offered(dana)
    assert "🚀 Запланировать" in labels(control)
    assert "03:15" in control["text"]
    await dana.taps("🚀", on=control)
    control = await until(dana, control, "Уйдёт")
    await dana.sends("/breaking")
    await dana.sees_button("В назначенное время №1")
    await dana.taps("✖", on=control)
    await until(dana, control, "Отменено")
    await ivan.sees_nothing(of="Утренняя", for_=0.5)


async def test_warnings(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    (dana,) = await people(chat, "Дана")
    await sent(dana, "Повтор")
    await dana.sends("/breaking Повтор")
    assert "Тот же текст" in (await offered(dana))["text"]
    await dana.sends("/breaking Другая")
    assert "Другая срочная новость" in (await offered(dana))["text"]
    await dana.sends(f"/breaking Подробности: {newspaper.host}/nothing-here.")
    control = await offered(dana)
    text = (await until(dana, control, "Ссылка не открывается"))["text"]
    assert "the server answers 404" in text
    assert "/nothing-here (" in text, "without the full stop"


async def test_two_editors_must_agree(start_bot: Any, chat: SandboxClient) -> None:
    saule = await chat.new_user("Сауле", started=True)
    (dana_id,) = [user["id"] for user in (await chat.call("GET", "/state"))["users"] if user["first_name"] == "Дана"]
    await start_bot(admin_ids=frozenset({saule.id, dana_id}), breaking_approvals=2)
    ivan, dana, _ = await people(chat, "Иван", "Дана", "Сауле")
    await dana.sends("/breaking Вдвоём")
    control = await offered(dana)
    assert "0 из 2" in control["text"]
    assert "1 из 2" in await dana.taps("🚀", on=control)
    await dana.taps("🚀", on=control)
    await ivan.sees_nothing(of="Вдвоём", for_=1)
    await saule.sees("^Вдвоём$")
    await saule.taps("🚀", on=await saule.sees_button("🚀"))
    await ivan.sees("Вдвоём")
    await until(dana, control, "✅")


async def test_paused_resumed_and_stopped_with_the_bar_on_every_editors_screen(
    start_bot: Any, chat: SandboxClient, tmp_path: Path
) -> None:
    saule = await chat.new_user("Сауле", started=True)
    dana = await chat.user("Дана")
    changes = {"admin_ids": frozenset({saule.id, dana.id}), "messages_per_second": 40}
    bot = await start_bot(**changes)
    await people(chat, "Дана", "Сауле")
    await bot.stops()
    await subscribe(chat, 400, tmp_path)
    bot = await start_bot(**changes)
    await dana.sends("/breaking Долгая новость")
    control = await offered(dana)
    await dana.taps("🚀", on=control)
    await until(dana, control, "Отправляется")
    await dana.taps("⏸", on=await now(dana, control))
    await until(dana, control, "Приостановлено")
    await asyncio.sleep(1)
    arrived = await copies(chat, "Долгая новость")
    await asyncio.sleep(1.5)
    assert await copies(chat, "Долгая новость") == arrived, "nothing leaves"
    assert 0 < arrived < 400

    await bot.stops()
    await start_bot(**changes)
    await saule.sends("/breaking")
    await saule.taps("Отправляется №1")
    bar = await saule.sees("▱")
    assert "⏵ Продолжить" in labels(bar), "a pause outlives a restart"
    await saule.taps("⏵", on=bar)
    await until(dana, control, "В секунду")
    assert await copies(chat, "Долгая новость") > arrived
    await saule.taps("⏹", on=await now(saule, bar))
    final = await until(dana, control, "⏹ Остановлено")
    assert "Уже не нужно или остановлено" in final["text"]
    left = await copies(chat, "Долгая новость")
    await asyncio.sleep(1)
    assert await copies(chat, "Долгая новость") == left < 400


async def copies(chat: SandboxClient, text: str) -> int:
    return sum(one["readers"] for one in await chat.copies(text))


async def test_a_correction_edits_every_copy(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await dana.sends_photo(caption="/breaking Погибли трое")
    control = await offered(dana)
    await dana.taps("🚀", on=control)
    wrong = await ivan.sees("Погибли трое")
    control = await until(dana, control, "✅")
    await dana.taps("✏️", on=control)
    await dana.sees("исправленную новость")
    await dana.sends("Пострадали трое")
    offer = await dana.sees("Так станут 2 отправленных")
    await dana.taps("🚀", on=offer)
    right = await until(ivan, wrong, "Пострадали трое")
    assert right["photo"]
    await until(dana, offer, "Доставлено: 2")
    await until(dana, control, "✏️ Исправление")
    await ivan.sees_nothing(of="Погибли", for_=0.5)

    await dana.taps("✏️", on=await now(dana, control))
    await dana.sends_file("video", b"1234", "a.mp4", caption="Другое")
    await dana.sees("вид сообщения меняться не может")


async def test_an_addition_and_a_recall(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    control = await sent(dana, "Взрыв на складе")
    alert = await ivan.sees("Взрыв на складе")
    await dana.taps("Дополнить", on=control)
    await dana.sees("дополнение")
    await dana.sends("Пострадавших нет")
    await dana.taps("🚀", on=await offered(dana))
    addition = await ivan.sees("Пострадавших нет")
    assert addition["reply_to_message"]["message_id"] == alert["message_id"]

    control = await until(dana, control, "Дополнение")
    await dana.taps("🗑", on=control)
    await dana.sees("Отозвать новость")
    assert await now(ivan, alert), "not before it was asked twice"
    await dana.taps("Да, отозвать")
    result = await dana.sees("Удалено: 2", within=15)
    assert "Отзыв" in result["text"]
    assert await now(ivan, alert) is None
    await until(dana, control, "🗑 Отозвано")
    assert "🗑 Отозвать" not in labels(await now(dana, control))


async def test_who_did_not_get_it_and_why(start_bot: Any, chat: SandboxClient) -> None:
    await start_bot()
    ivan, aigul, dana = await people(chat, "Иван", "Айгүл", "Дана")
    blocked = {"error": {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}}
    await chat.fault("sendMessage", blocked, chat_id=aigul.id)
    control = await sent(dana, "Важное")
    assert "Заблокировали бота: 1" in control["text"]
    await dana.taps("Кто не получил", on=control)
    missing = await dana.sees("не получили")
    assert f"{aigul.id}: заблокировал бота" in missing["text"]
    for who, why in ((ivan, "получил"), (aigul, "заблокировал")):
        await dana.taps("Один читатель", on=control)
        await dana.sees("О каком читателе")
        await dana.sends(str(who.id))
        await dana.sees(f"^{who.id}: {why}")
    await dana.taps("Один читатель", on=control)
    await dana.sends("777")
    await dana.sees("777: такого читателя")
    await dana.taps("CSV", on=control)
    async with asyncio.timeout(10):
        while "document" not in (await dana.messages())[-1]:
            await asyncio.sleep(0.05)
    assert (await dana.messages())[-1]["document"]["file_name"] == "broadcast-1.csv"
