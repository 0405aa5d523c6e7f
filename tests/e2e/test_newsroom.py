"""The newsroom's own side: feeds, categories, editors, single articles, the log."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.client import Json, SandboxClient, SandboxUser, said
from tests.newspaper import Newspaper


async def people(chat: SandboxClient, *names: str) -> list[SandboxUser]:
    found = [await chat.user(name) for name in names]
    for one in found:
        await one.sends("/start")
        await one.sees("Газета")
    return found


async def until(user: SandboxUser, message: Json, words: str) -> Json:
    async with asyncio.timeout(15):
        while True:
            for one in await user.messages():
                if one["message_id"] == message["message_id"] and words in said(one):
                    return one
            await asyncio.sleep(0.05)


async def document(user: SandboxUser) -> str:
    """The name of the file that comes."""
    async with asyncio.timeout(10):
        while "document" not in (await user.messages())[-1]:
            await asyncio.sleep(0.05)
    return str((await user.messages())[-1]["document"]["file_name"])


def labels(message: Json) -> list[str]:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in keyboard for button in row]


async def test_a_feed_is_checked_and_added(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("Аким открыл мост")
    await start_bot(feed_urls=(), wait=False)
    ivan, dana = await people(chat, "Иван", "Дана")
    await ivan.taps("Все новости")
    await dana.sends("/feeds")
    await dana.sees("Лент пока нет")
    await dana.taps("Добавить ленту")
    await dana.sees("адрес ленты")
    await dana.sends(f"{newspaper.host}/story/1")
    await dana.sees("Это не лента")
    await dana.taps("Добавить ленту")
    await dana.sends(newspaper.feed_url)
    shown = await dana.sees("Аким открыл мост")
    assert "Статей: 1, с фото: 1" in shown["text"]
    polls = newspaper.polls
    await dana.taps("Добавить эту ленту")
    await dana.sees("Ленты")
    async with asyncio.timeout(10):
        while newspaper.polls < polls + 2:
            await asyncio.sleep(0.05)
    newspaper.publish("Матч завершился")
    await ivan.sees("Матч завершился")
    await ivan.sees_nothing(of="Аким", for_=0.5)


async def test_a_feed_is_paused_set_up_and_removed(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("Первая")
    bot = await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await ivan.taps("Все новости")
    await dana.sends("/feeds")
    panel = await dana.sees("Ленты")
    await dana.taps("✅ Газета", on=panel)
    panel = await until(dana, panel, "Опрос: как обычно")
    await dana.taps("⏸", on=panel)
    panel = await until(dana, panel, "⏸")
    await asyncio.sleep(0.5)
    polls = newspaper.polls
    newspaper.publish("Вторая")
    await asyncio.sleep(1)
    assert newspaper.polls == polls
    await dana.taps("⏵", on=panel)
    await ivan.sees("Вторая")
    await dana.taps("Как часто")
    await dana.sees("Как часто опрашивать")
    await dana.sends("скоро")
    await dana.sees("Не понимаю")
    await dana.sends("30s")
    panel = await dana.sees("Опрос: 30")
    await dana.taps("🌐", on=panel)
    await dana.taps("Қазақша")
    panel = await until(dana, panel, "Язык: Қазақша")
    await dana.taps("🗑", on=panel)
    await dana.taps("🗑", on=await until(dana, panel, "Убрать ленту"))
    await until(dana, panel, "Лент пока нет")
    await bot.stops()
    polls = newspaper.polls
    await start_bot(wait=False)
    await asyncio.sleep(2)
    assert newspaper.polls == polls, "FEED_URLS does not bring it back"


async def test_lists_of_feeds_come_and_go(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    (dana,) = await people(chat, "Дана")
    await dana.sends("/feeds")
    await dana.taps("Выгрузить OPML")
    assert await document(dana) == "feeds.opml"
    listed = (
        '<opml version="2.0"><body><outline text="x"><outline type="rss" '
        f'xmlUrl="{newspaper.feed_url}"/><outline xmlUrl="{newspaper.host}/sport.xml"/></outline></body></opml>'
    )
    await dana.taps("Добавить ленту")
    await dana.sees("адрес ленты")
    await dana.sends_file("document", b"no list", "feeds.opml")
    await dana.sees("нет списка")
    await dana.sends_file("document", listed.encode(), "feeds.opml")
    assert "Добавлено лент: 1, уже были: 1" in said(await dana.sees("Добавлено лент"))


async def test_sections_are_renamed_hidden_ordered_and_merged(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    newspaper.publish("Матч", "Спорт")
    newspaper.publish("Гол", "Футбол")
    await start_bot()
    ivan, aigul, dana = await people(chat, "Иван", "Айгүл", "Дана")
    await ivan.taps("Футбол")
    await dana.sends("/admin")
    home = await dana.sees("Редакция")
    await dana.taps("Разделы", on=home)
    await dana.taps("Спорт", on=await until(dana, home, "Выберите"))
    await dana.taps("✏️ Қазақша", on=await until(dana, home, "Қазақша: –"))
    await dana.sees("по-казахски")
    await dana.sends("Спорт жаңалықтары")
    panel = await dana.sees("Қазақша: Спорт жаңалықтары")
    await dana.taps("Эмодзи", on=panel)
    await dana.sends("⚽")
    panel = await dana.sees("^⚽ Спорт")
    await dana.taps("Ниже", on=panel)
    await ivan.sends("/categories")
    assert labels(await ivan.sees_button("⚽"))[1:3] == ["✅ Футбол · 1", "⚽ Спорт · 1"]
    await aigul.sends("/categories")
    await aigul.sees_button("⚽ Спорт жаңалықтары")
    await dana.taps("Объединить", on=panel)
    await dana.taps("Футбол", on=await until(dana, panel, "С каким разделом"))
    await dana.taps("Да, объединить", on=await until(dana, panel, "Вернуть будет нельзя"))
    await ivan.sends("/categories")
    await ivan.sees_button("✅ Футбол · 2")
    newspaper.publish("Второй матч", "Спорт")
    await ivan.sees("Второй матч")


async def test_editors_are_appointed_and_dismissed(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    written = await ivan.sends("Хочу помогать")
    await dana.sends("/admin")
    await dana.taps("Редакторы")
    await dana.taps("Добавить редактора")
    await dana.sees("Кого сделать")
    await dana.forwards(written)
    await dana.sees("Теперь это редактор")
    await ivan.sends("/breaking Я редактор")
    draft = await ivan.sees_button("🚀")
    assert "breaking" in [one["command"] for one in await ivan.commands()]
    await ivan.sends("/admin")
    assert "Редакторы" not in labels(await ivan.sees("Редакция")), "only owners say who is an editor"

    await dana.taps("Иван · редактор")
    await dana.taps("Убрать")
    assert "устарела" in await ivan.taps("🚀", on=draft)
    await ivan.sends("/breaking Ещё раз")
    await ivan.sees("/help")
    await dana.sees_nothing(of="Я редактор", for_=1)
    await dana.sends("/admin")
    await dana.taps("Журнал")
    log = said(await dana.sees("Журнал действий, новые"))
    assert "назначил" in log
    assert "убрал из редакторов" in log
    assert "написал черновик b1 Я редактор" in log
    await dana.taps("CSV")
    assert await document(dana) == "audit.csv"


async def test_an_article_is_published_withheld_and_pinned(
    start_bot: Any, newspaper: Newspaper, chat: SandboxClient
) -> None:
    story = newspaper.publish("Старая статья")
    await start_bot()
    ivan, dana = await people(chat, "Иван", "Дана")
    await ivan.taps("Все новости")
    await dana.sends(f"/publish {newspaper.host}/story/{story.number}")
    panel = await dana.sees("не рассылалась")
    await dana.taps("🚀", on=panel)
    card = await ivan.sees("Старая статья")
    panel = await until(dana, panel, "Разослана")
    await dana.taps("Закрепить", on=panel)
    panel = await until(dana, panel, "Закреплена")
    await dana.taps("🗑", on=panel)
    await dana.taps("✖", on=await until(dana, panel, "Снять статью"))
    await dana.taps("🗑", on=await until(dana, panel, "Разослана"))
    await dana.taps("🗑", on=await until(dana, panel, "Снять статью"))
    await until(dana, panel, "Снята")
    async with asyncio.timeout(15):
        while any(one["message_id"] == card["message_id"] for one in await ivan.messages()):
            await asyncio.sleep(0.05)
    await ivan.sends("/latest")
    await asyncio.sleep(0.5)
    assert "Старая" not in said((await ivan.messages())[-1])


async def test_numbers_as_picture_and_text(start_bot: Any, newspaper: Newspaper, chat: SandboxClient) -> None:
    newspaper.publish("Первая")
    await start_bot()
    ivan, _, dana = await people(chat, "Иван", "Айгүл", "Дана")
    await ivan.taps("Все новости")
    newspaper.publish("Матч завершился", "Спорт", body="<p>Гостей обыграли в третьем периоде.</p>" * 5)
    card = await ivan.sees("Матч завершился")
    await ivan.taps("🔖", on=card)
    await ivan.taps("📖", on=card)
    await ivan.sees("в третьем периоде")
    await (await chat.new_user("Новый")).starts("insta")
    await ivan.starts("insta")
    await ivan.calm()
    await dana.sends("/stats")
    told = said(await dana.sees("За неделю"))
    assert "4 читателя" in told
    assert "Русский 3 · Қазақша 1" in told
    assert "Все новости: 1" in told
    assert "сохранено: 1" in told
    assert "прочитано в Telegram: 1" in told
    assert "1. Матч завершился — 📖 1 · 🔖 1 · доставлено 1" in told
    assert "Нажали «Старт»: 2, новых читателей: 1" in told
    assert "insta: 2, новых 1" in told
    assert [one for one in await dana.messages() if "photo" in one and one["from"]["is_bot"]]
