"""Quiet hours, digests, limits, sound and words, set by buttons alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.callbacks import SetQuiet
from bot.model.language import Language
from tests.people import Person, labels, person

ALMATY = ZoneInfo("Asia/Almaty")


async def settings_of(reader: Person, key: str) -> dict:
    await reader.user.sends("/settings")
    await reader.taps(key, on=await reader.sees("settings.title"))
    return await reader.last()


@pytest.mark.parametrize("language", Language)
async def test_quiet_hours_in_the_readers_city(start_bot, newspaper, chat, language: Language) -> None:
    """It is always quiet where the reader sets it to be; breaking news rings through until that is not wanted."""
    newspaper.publish("Старая", "Политика")
    await start_bot()
    reader = await person(chat, language)
    dana = await chat.user("Дана")
    await reader.starts()
    await reader.user.taps("Политика")
    peace = await settings_of(reader, "button.peace")
    assert reader.text("peace.no_quiet") in peace["text"]
    await reader.taps("button.city", on=peace)
    city = reader.text("city.almaty")
    assert city in await reader.user.taps(city, on=await reader.last())
    assert reader.text("peace.city", city=city) in (await reader.last())["text"]

    night = await _around_now(reader)
    assert reader.text("peace.quiet", begins=night[0], ends=night[1]) in (await reader.last())["text"]
    newspaper.publish("Тихая новость", "Политика")
    await reader.user.sees_nothing(of="Тихая новость", for_=1.5)
    await dana.sends("/breaking Срочно всем")
    await dana.taps("🚀")
    await reader.user.sees("Срочно всем")

    await reader.user.sends("/settings")
    await reader.taps("button.peace")
    assert await reader.taps("button.wakes_on") == reader.text("peace.sleeps")
    await dana.sends("/breaking Подождёт до утра")
    await dana.taps("🚀")
    await reader.user.sees_nothing(of="Подождёт до утра", for_=1)
    # The end of quiet hours, by the reader's own wish.
    await reader.user.taps(f"^{reader.text('button.quiet_off')}$")
    await reader.user.sees("Тихая новость")


async def _around_now(reader: Person) -> tuple[str, str]:
    """A night is offered and moved hour by hour; one that now is in the middle of is taken as if moved there."""
    await reader.user.taps("^23–7$")
    await reader.user.taps("^🌙 22:00$", on=await reader.last())
    await reader.user.taps("^☀ 08:00$", on=await reader.last())
    screen = await reader.last()
    assert reader.text("peace.quiet", begins="22:00", ends="08:00") in screen["text"]
    hour = datetime.now(UTC).astimezone(ALMATY).hour
    begins, ends = (hour - 4) % 24, (hour + 4) % 24
    wire = SetQuiet(begins=begins * 60, ends=ends * 60).pack()
    await reader.user._do("tap", data=wire, message_id=screen["message_id"], chat_id=reader.user.id)
    await reader.user.calm()
    return f"{begins:02}:00", f"{ends:02}:00"


@pytest.mark.parametrize("language", Language)
async def test_digest_limit_and_sound(start_bot, newspaper, chat, language: Language) -> None:
    newspaper.publish("Старая", "Политика")
    await start_bot()
    reader = await person(chat, language)
    await reader.starts()
    await reader.user.taps("Политика")
    digest = await settings_of(reader, "button.digest")
    for key, when in (
        ("digest.each_hour", reader.text("digest.hourly")),
        ("digest.twice_a_day", reader.text("digest.twice", first="07:00", second="19:00")),
        ("digest.once_a_week", reader.text("digest.weekly", time="19:00")),
        ("digest.once_a_day", reader.text("digest.daily", time="19:00")),
    ):
        assert await reader.taps(key, on=digest) == reader.text("peace.digest", when=when)
        assert when in (await reader.last())["text"]
        digest = await reader.last()
        assert f"✅ {reader.text(key)}" in labels(digest)
    await reader.user.taps("^20:00$", on=digest)
    assert reader.text("digest.daily", time="20:00") in (await reader.last())["text"]

    await settings_of(reader, "button.peace")
    assert await reader.user.taps("^≤3$") == reader.count("peace.limit", 3)
    assert await reader.taps("button.sound_on") == reader.text("peace.silent")
    for number in range(1, 6):
        newspaper.publish(f"Событие {number}", "Политика")
        if number <= 3:
            await reader.user.sees(f"Событие {number}", within=10)
    await reader.user.sees_nothing(of="Событие [45]", for_=1.5)
    sent = [call for call in await chat.journal(method="sendPhoto") if call["chat_id"] == reader.user.id]
    assert len(sent) == 3


@pytest.mark.parametrize("language", Language)
async def test_a_section_in_the_digest_or_off(start_bot, newspaper, chat, language: Language) -> None:
    newspaper.publish("Старая", "Политика")
    newspaper.publish("Матч", "Спорт")
    await start_bot()
    reader = await person(chat, language)
    await reader.starts()
    await reader.taps("button.everything")
    await reader.taps("button.modes")
    assert reader.text("categories.modes").split("\n")[1] in (await reader.last())["text"]
    await reader.user.taps("✅ Политика")
    assert "📬 Политика · 1" in labels(await reader.last())
    assert reader.text("digest.daily", time="19:00") in (await reader.last())["text"]
    await reader.user.taps("✅ Спорт")
    await reader.user.taps("📬 Спорт")
    assert "Спорт · 1" in labels(await reader.last())
    newspaper.publish("В дайджест", "Политика")
    newspaper.publish("Никогда", "Спорт")
    newspaper.publish("Сразу", "Культура")
    await reader.user.sees("Сразу")
    await reader.user.sees_nothing(of="В дайджест|Никогда", for_=1)


@pytest.mark.parametrize("language", Language)
async def test_words_followed_and_muted(start_bot, newspaper, chat, language: Language) -> None:
    newspaper.publish("Старая", "Политика")
    newspaper.publish("Матч", "Спорт")
    await start_bot()
    reader = await person(chat, language)
    await reader.starts()
    await reader.user.taps("Политика")
    await settings_of(reader, "button.words")
    await reader.taps("button.follow")
    await reader.sees("words.ask_follow")
    await reader.user.sends("сборная Казахстана, волейбол")
    listed = await reader.sees("words.followed", phrases="сборная Казахстана, волейбол")
    await reader.taps("button.mute", on=listed)
    await reader.user.sends("мост")
    await reader.sees("words.muted", phrases="мост")
    newspaper.publish("Сборной Казахстана вручили кубок", "Спорт")
    newspaper.publish("Турнир по волейболу начался", "Культура")
    newspaper.publish("Аким открыл два моста", "Политика")
    newspaper.publish("Бюджет принят", "Политика")
    for expected in ("Сборной", "волейболу", "Бюджет"):
        await reader.user.sees(expected, within=10)
    await reader.user.sees_nothing(of="два моста", for_=1)

    await reader.user.sends("/mute !!!")
    await reader.sees("words.wordless", phrase="!!!")
    await reader.user.taps("🗑 мост")
    assert reader.text("words.mute_none") in (await reader.last())["text"]
    newspaper.publish("Ещё один мост", "Политика")
    await reader.user.sees("Ещё один мост")


@pytest.mark.parametrize("language", Language)
async def test_less_like_this(start_bot, newspaper, chat, language: Language) -> None:
    newspaper.publish("Старая", "Политика")
    await start_bot()
    reader = await person(chat, language)
    await reader.starts()
    await reader.taps("button.everything")
    newspaper.publish("Концерт группы Кварц прошёл вечером", "Культура")
    card = await reader.user.sees("Концерт")
    await reader.taps("button.less", on=card)
    asked = await reader.last()
    assert asked["reply_to_message"]["message_id"] == card["message_id"]
    await reader.taps("button.less_word", on=asked, phrase="Кварц")
    assert reader.text("less.muted", phrase="Кварц") in (await reader.last())["text"]
    newspaper.publish("Группа «Кварц» выпустила альбом", "Культура")
    newspaper.publish("Опера открыла сезон", "Культура")
    opera = await reader.user.sees("Опера")
    await reader.taps("button.less", on=opera)
    await reader.taps("button.less_section", name="Культура")
    newspaper.publish("Балет уехал", "Культура")
    newspaper.publish("Закон принят", "Политика")
    await reader.user.sees("Закон принят")
    await reader.user.sees_nothing(of="альбом|Балет", for_=1)


async def test_the_languages_of_news(start_bot, newspaper, chat) -> None:
    newspaper.language = "kk"
    newspaper.publish("Жаңалық", "Саясат")
    await start_bot()
    emma = await person(chat, Language.EN)
    await emma.starts()
    await emma.taps("button.everything")
    await settings_of(emma, "button.news_languages")
    assert "Kazakh" in labels(await emma.last())
    assert await emma.user.taps("Kazakh") == emma.text("tongues.chosen", names="Kazakh")
    newspaper.publish("Екінші жаңалық", "Саясат")
    await emma.user.sees("Екінші жаңалық")
    assert await emma.user.taps("✅ Kazakh") == emma.text("tongues.all")


async def test_two_quick_taps_on_different_wishes_keep_both(start_bot, newspaper, chat) -> None:
    newspaper.publish("Старая", "Политика")
    await start_bot()
    ivan = await person(chat, Language.RU)
    await ivan.starts()
    peace = await settings_of(ivan, "button.peace")
    await asyncio.gather(
        ivan.user.taps("^≤5$", on=peace), ivan.user.taps("^23–8$", on=peace), ivan.taps("button.sound_on", on=peace)
    )
    now = (await ivan.last())["text"]
    for line in (ivan.count("peace.limit", 5), ivan.text("peace.silent")):
        assert line in now
    assert ivan.text("peace.quiet", begins="23:00", ends="08:00") in now
