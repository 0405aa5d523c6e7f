"""Readers, what they chose, and their bookmarks."""

from __future__ import annotations

from bot.model.ids import ArticleId, CategoryId, ChatId
from bot.model.language import Language
from bot.model.readers import Mode
from tests.contract.world import World, article


async def category(world: World, name: str) -> CategoryId:
    return next(one.id for one in await world.storage.news.categories(world.now) if one.name("ru") == name)


async def test_arriving_twice_changes_nothing(world: World) -> None:
    readers = world.storage.readers
    _, new = await readers.arrive(ChatId(5), Language.KK, world.now)
    await readers.set_left(ChatId(5), True, world.now)
    reader, again = await readers.arrive(ChatId(5), Language.EN, world.now)
    assert (new, again, reader.language, reader.left) == (True, False, Language.KK, True)
    assert await readers.get(ChatId(6)) is None


async def test_dropping_one_of_everything_keeps_the_others_also_those_to_come(world: World) -> None:
    await world.publish(article("матч", "Спорт"))
    chat = await world.reader(5)
    sport = await category(world, "Спорт")
    reader = await world.storage.readers.set_category(chat, sport, Mode.OFF, world.now)
    assert reader.everything
    assert not reader.wants(sport)
    assert reader.wants(await category(world, "Политика"))
    world.later()
    await world.publish(article("гол", "Спорт"), article("опера", "Культура"))
    await world.fill()
    assert [one.article_id for one in await world.claim()] == [await world.begun_article()]
    reader = await world.storage.readers.set_category(chat, sport, Mode.NOW, world.now)
    assert reader.wants(sport)


async def test_choosing_twice_is_choosing_once(world: World) -> None:
    chat = await world.reader(5, everything=False)
    politics = await category(world, "Политика")
    for mode in (Mode.NOW, Mode.NOW):
        reader = await world.storage.readers.set_category(chat, politics, mode, world.now)
        assert reader.categories == {politics}
    for mode in (Mode.OFF, Mode.OFF):
        reader = await world.storage.readers.set_category(chat, politics, mode, world.now)
        assert reader.categories == frozenset()
    reader = await world.storage.readers.set_category(chat, CategoryId(999), Mode.NOW, world.now)
    assert reader.categories == frozenset(), "there is no such category"


async def test_leaving_keeps_the_choices_and_cancels_what_waits(world: World) -> None:
    chat = await world.reader(5)
    await world.publish(article("а"))
    await world.broadcast()
    await world.fill()
    reader = await world.storage.readers.set_left(chat, True, world.now)
    assert reader.left
    assert reader.everything
    assert await world.claim() == []
    assert await world.storage.readers.count_receiving() == 0
    reader = await world.storage.readers.set_left(chat, False, world.now)
    assert await world.claim() == [], "what was cancelled stays so"
    assert reader.receiving


async def test_an_unreachable_reader_gets_nothing_until_he_writes(world: World) -> None:
    chat = await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    await world.storage.readers.set_unreachable(chat, True, world.now)
    await world.storage.readers.set_unreachable(ChatId(404), True, world.now)
    await world.publish(article("б"))
    await world.fill()
    assert await world.claim() == []
    reader, _ = await world.storage.readers.arrive(chat, Language.RU, world.now)
    assert not reader.unreachable
    await world.publish(article("в"))
    await world.fill()
    assert len(await world.claim()) == 1


async def test_a_category_counts_from_when_it_was_chosen(world: World) -> None:
    late = await world.reader(5, everything=False)
    await world.publish(article("а"))
    world.later()
    await world.storage.readers.set_category(late, await category(world, "Политика"), Mode.NOW, world.now)
    await world.fill()
    assert await world.claim() == [], "published before, filled after the choice"
    world.later()
    await world.publish(article("б"), article("матч", "Спорт"))
    await world.fill()
    assert len(await world.claim()) == 1


async def test_bookmarks(world: World) -> None:
    chat = await world.reader(5)
    bookmarks = world.storage.bookmarks
    first, second = (await world.publish(article("а"), article("б"))).new
    assert await bookmarks.set(chat, first, True, world.later())
    assert await bookmarks.set(chat, second, True, world.later())
    assert await bookmarks.set(chat, first, True, world.later()), "saving again keeps the first moment"
    page = await bookmarks.page(chat, limit=1)
    assert ([one.id for one in page.articles], page.total) == ([second], 2)
    assert (await world.storage.news.latest(chat_id=chat)).saved == {first, second}
    for _ in range(2):
        assert await bookmarks.set(chat, second, False, world.now)
    assert [one.id for one in (await bookmarks.page(chat)).articles] == [first]
    assert not await bookmarks.set(chat, ArticleId(999), True, world.now)
