"""Breaking news, from the command to the final tally."""

from __future__ import annotations

import asyncio

from bot.sandbox.client import SandboxClient


async def subscribed(chat: SandboxClient, *names: str) -> list:
    readers = [await chat.user(name) for name in names]
    for reader in readers:
        await reader.sends("/start")
        await reader.sees("Газета")
    return readers


async def test_breaking_news_reaches_every_reader(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, aigul, dana = await subscribed(chat, "Иван", "Айгүл", "Дана")
    await dana.sends("/breaking Землетрясение: 5 баллов <в Алматы> & рядом")
    await dana.sees("5 баллов <в Алматы> & рядом")
    async with asyncio.timeout(10):
        while not (control := (await dana.messages())[-1]).get("reply_markup"):
            await asyncio.sleep(0.05)
    assert "3" in control["text"], "the number of readers"
    await ivan.sees_nothing(of="Землетрясение", for_=0.5)
    await dana.taps("🚀")
    for reader in (ivan, aigul):
        alert = await reader.sees("Землетрясение")
        assert alert["text"] == "Землетрясение: 5 баллов <в Алматы> & рядом"
    async with asyncio.timeout(10):
        while "3" not in (await dana.messages())[-1].get("text", "") or labels_left(await dana.messages()):
            await asyncio.sleep(0.1)
    tally = [m for m in await dana.messages() if m["message_id"] == control["message_id"]]
    assert tally, "the control message became the progress and then the tally"


def labels_left(messages: list[dict]) -> bool:
    return any(
        "🚀" in button["text"]
        for message in messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    )


async def test_formatting_and_photo_are_kept_exactly(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, dana = await subscribed(chat, "Иван", "Дана")
    text = "/breaking Жаңалық 😀 важно"
    bold = {"type": "bold", "offset": len("/breaking Жаңалық 😀 ".encode("utf-16-le")) // 2, "length": 5}
    await dana.sends(text, entities=[bold])
    await dana.taps("🚀")
    alert = await ivan.sees("Жаңалық 😀 важно")
    assert alert["entities"] == [{"type": "bold", "offset": len("Жаңалық 😀 ".encode("utf-16-le")) // 2, "length": 5}]

    await dana.sends(photo="demo", caption="/breaking Пожар потушен")
    await dana.taps("🚀")
    alert = await ivan.sees("^Пожар потушен$")
    assert alert["photo"]


async def test_the_message_may_follow_the_command(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, dana = await subscribed(chat, "Иван", "Дана")
    before = len(await dana.messages())
    await dana.sends("/breaking")
    async with asyncio.timeout(5):
        while len(await dana.messages()) < before + 2:
            await asyncio.sleep(0.05)
    await dana.sends("Отставка правительства")
    await dana.taps("🚀")
    await ivan.sees("Отставка правительства")


async def test_a_dropped_draft_goes_nowhere(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, dana = await subscribed(chat, "Иван", "Дана")
    await dana.sends("/breaking Ошибка")
    await dana.taps("✖")
    await ivan.sees_nothing(of="Ошибка", for_=1.5)
    assert not labels_left(await dana.messages())


async def test_it_can_be_taken_back_within_the_undo_window(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot(undo_seconds=3)
    ivan, dana = await subscribed(chat, "Иван", "Дана")
    await dana.sends("/breaking Рано")
    await dana.taps("🚀")
    await dana.taps("✖")
    await ivan.sees_nothing(of="Рано", for_=4)


async def test_two_taps_on_the_rocket_send_once(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, dana = await subscribed(chat, "Иван", "Дана")
    await dana.sends("/breaking Один раз")
    control = await dana.sees_button("🚀")
    await asyncio.gather(dana.taps("🚀", on=control), dana.taps("🚀", on=control))
    await ivan.sees("Один раз")
    await asyncio.sleep(1)
    assert sum(m.get("text") == "Один раз" for m in await ivan.messages()) == 1


async def test_for_others_the_command_does_not_exist(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    ivan, emma = await subscribed(chat, "Иван", "Emma")
    await ivan.sends("/breaking Я редактор")
    await asyncio.sleep(0.5)
    answer = (await ivan.messages())[-1]
    await ivan.sends("/nosuchcommand")
    await asyncio.sleep(0.5)
    assert (await ivan.messages())[-1]["text"] == answer["text"]
    await emma.sees_nothing(of="Я редактор", for_=0.5)


async def test_editors_hear_of_a_feed_in_trouble_and_of_its_recovery(start_bot, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await start_bot()
    dana = await chat.user("Дана")
    await dana.sends("/start")
    await dana.sees("Газета")
    newspaper.status = 500
    told = await dana.sees("Лента не читается: Газета", within=15)
    assert "the server answers 500" in told["text"]
    await dana.sends("/status")
    assert "Ошибка" in (await dana.sees("Ленты"))["text"]
    newspaper.status = 200
    await dana.sees("Лента снова читается", within=30)
    said = [one.get("text", "") for one in await dana.messages()]
    assert sum("не читается" in text for text in said) == 1, "once"
    await dana.sends("/status")
    assert (await dana.sees("Статей: 1, с фото: 1"))["text"].startswith("Ленты")


async def test_for_readers_status_does_not_exist(start_bot, newspaper, chat) -> None:
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/status")
    await ivan.sees("/help")
