"""Finding articles by their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.deliveries import Action
from bot.model.finding import Found, SearchId
from bot.model.ids import ChatId
from storage.indexing import AT_ONCE
from storage.opening import SqliteStorage
from storage.search import KEPT_SEARCHES
from tests.contract.world import NOON, World, article


def titles(found: Found) -> list[str]:
    return [one.title for one in found.page.articles]


async def find(world: World, words: str, **more: object) -> list[str]:
    return titles(await world.storage.search.find(words, world.now, **more))  # type: ignore[arg-type]


async def test_all_words_in_any_form_in_headline_lead_and_text(world: World) -> None:
    await world.publish(
        article("1", title="Аким открыл мосты"),
        article("2", title="Дождь", lead="Мост закрыт, сообщил аким"),
        article("3", title="Снег", text="О мосте рассказали акимы"),
        article("4", title="Мост без начальника"),
    )
    assert await find(world, "акима мост") == ["Аким открыл мосты", "Дождь", "Снег"], "a headline counts most"
    assert await find(world, "мост") == ["Мост без начальника", "Аким открыл мосты", "Дождь", "Снег"]
    assert await find(world, "трамвай") == []
    assert await find(world, "…") == []


async def test_kazakh_and_english_words(world: World) -> None:
    await world.publish(
        article("1", title="Мектептерде сабақ басталды", language="kk"),
        article("2", title="New bridges open", language="en"),
    )
    assert await find(world, "мектеп") == ["Мектептерде сабақ басталды"]
    assert await find(world, "bridge") == ["New bridges open"]


@pytest.mark.parametrize(
    ("typed", "respelled"),
    [("елка", False), ("ЁЛКА", False), ("tokayev", True), ("Tokaev", True), ("жаналык", True), ("тока", False)],
)
async def test_as_people_type(world: World, typed: str, respelled: bool) -> None:
    await world.publish(article("1", title="Токаев зажёг ёлку: басты жаңалықтар", language=""))
    found = await world.storage.search.find(typed, world.now)
    assert (len(found.page.articles), found.respelled) == (1, respelled)


async def test_a_phrase_stands_unbroken(world: World) -> None:
    await world.publish(article("1", title="Новый год наступил"), article("2", title="Год был новый"))
    assert await find(world, "«новый год»") == ["Новый год наступил"]
    assert len(await find(world, "новый год")) == 2


async def test_newer_ones_come_first_unless_older_ones_are_clearly_better(world: World) -> None:
    old = NOON - timedelta(days=60)
    await world.publish(
        article("1", title="Выборы назначены", published_at=old),
        article("2", title="Выборы состоялись"),
        article("3", title="Погода", text="Мимоходом: выборы. " + "Ясно и тепло. " * 100),
    )
    assert await find(world, "выборы") == ["Выборы состоялись", "Выборы назначены", "Погода"]


async def test_pages_and_categories(world: World) -> None:
    await world.publish(*(article(f"п{n}", title=f"Мост {n}") for n in range(7)), article("с", "Спорт", title="Мост"))
    chat = await world.reader(5)
    first = await world.storage.search.find("мост", world.now, chat_id=chat)
    rest = await world.storage.search.find("мост", world.now, chat_id=chat, offset=5)
    assert (len(first.page.articles), len(rest.page.articles), first.page.total) == (5, 3, 8)
    assert len({one.id for one in first.page.articles + rest.page.articles}) == 8
    sport = next(one.id for one in await world.storage.news.categories(world.now) if one.name("ru") == "Спорт")
    assert await find(world, "мост", category=sport) == ["Мост"]
    await world.storage.bookmarks.set(chat, first.page.articles[0].id, True, world.now)
    again = await world.storage.search.find("мост", world.now, chat_id=chat)
    assert again.page.saved == {first.page.articles[0].id}


async def test_the_last_word_may_be_incomplete(world: World) -> None:
    await world.publish(article("1", title="Правительство заседает"), article("2", title="Права граждан"))
    assert await find(world, "засед", begun=True) == ["Правительство заседает"]
    assert await find(world, "засед") == ["Правительство заседает"], "few hits: a beginning is tried"
    assert await find(world, "за", begun=True) == [], "two letters stand for half of all words"


async def test_an_edit_is_found_by_its_new_words_alone(world: World) -> None:
    await world.publish(article("1", title="Трамвай пошёл"))
    await world.publish(article("1", title="Автобус пошёл"))
    assert await find(world, "трамвай") == []
    assert await find(world, "автобус") == ["Автобус пошёл"]


async def test_what_was_recalled_pruned_or_hidden_is_not_found(world: World) -> None:
    (recalled, _) = (await world.publish(article("1", title="Мост отозван"), article("2", title="Мост стоит"))).new
    await world.storage.outbox.change(Action.RECALL, world.now, article_id=recalled)
    assert await find(world, "мост") == ["Мост стоит"]
    assert await world.storage.news.shown(recalled) is None
    assert "Мост отозван" not in [one.title for one in (await world.storage.news.latest()).articles]
    await world.fill()
    await world.storage.news.prune(world.later())
    assert await find(world, "мост") == []


async def test_archives_are_indexed_in_steps_the_newest_first(world: World) -> None:
    many = [article(f"a{n}", title=f"Архив {n}") for n in range(3 * AT_ONCE)]
    await world.publish(*many)
    assert len(await find(world, "архив", limit=100)) == AT_ONCE
    while await world.storage.search.index():
        pass
    assert len(await find(world, "архив", limit=100)) == 3 * AT_ONCE
    assert not await world.storage.search.index()


async def test_an_older_database_is_indexed(world: World) -> None:
    """As it is right after the migration: with articles, and an index that knows none of them."""
    (made,) = (await world.publish(article("1", title="Мост"))).new
    assert isinstance(world.storage, SqliteStorage)
    async with world.storage.database.write() as transaction:
        for table in ("stems", "postings", "wordings"):
            await transaction.run(f"DELETE FROM {table}")  # noqa: S608
        await transaction.run("UPDATE articles SET indexed = 0")
    assert await find(world, "мост") == []
    await world.storage.search.index()
    found = await world.storage.search.find("мост", world.now)
    assert [one.id for one in found.page.articles] == [made]


async def test_hits_tell_which_words_were_found(world: World) -> None:
    await world.publish(article("1", title="Мосты города"))
    found = await world.storage.search.find("мост", world.now)
    assert "мост" in found.hits.stems


async def test_searches_are_remembered_by_number(world: World) -> None:
    chat, other = await world.reader(5), await world.reader(6)
    search = world.storage.search
    number = await search.remember(chat, "мост", world.now)
    assert await search.remember(chat, "мост", world.later()) == number
    assert await search.remember(other, "мост", world.now) != number
    kept = await search.recall(number, chat)
    assert kept
    assert kept.words == "мост"
    assert await search.recall(number, other) is None, "another reader's"
    assert await search.recall(SearchId(999), chat) is None
    for n in range(KEPT_SEARCHES):
        await search.remember(chat, f"слово {n}", world.later())
    assert await search.recall(number, chat) is None
    assert await search.prune(world.later()) == KEPT_SEARCHES + 1


async def test_nothing_that_is_typed_breaks_a_search(world: World) -> None:
    await world.publish(article("1", title="Мост"))
    for typed in (
        '"',
        "мост AND",
        "NOT мост",
        "мост*",
        "title:мост",
        "(",
        "мост' OR 1=1 --",
        "\0",
        "NEAR(мост)",
        "-мост",
    ):
        await world.storage.search.find(typed, world.now)
        await world.storage.bookmarks.find(ChatId(5), typed)
    assert await find(world, "мост*") == ["Мост"]


async def test_the_newspapers_own_quotes_find_articles(world: World) -> None:
    await world.publish(replace(article("1"), title="«Барыс» победил “Ак Барс”"))
    assert await find(world, "Барыс") == ["«Барыс» победил “Ак Барс”"]


async def test_what_leaves_the_index_leaves_nothing_there(world: World) -> None:
    await world.publish(article("1", title="Мост", text="Много слов о мосте"))
    await world.fill()
    await world.storage.news.prune(world.later())
    assert isinstance(world.storage, SqliteStorage)
    async with world.storage.database.read() as transaction:
        for table in ("stems", "postings", "wordings"):
            assert await transaction.value(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608


async def test_what_was_typed_exactly_comes_before_other_spellings(world: World) -> None:
    await world.publish(
        article("1", title="Tokayev speaks", language="en", published_at=NOON - timedelta(days=30)),
        article("2", title="Токаев выступил"),
        article("3", title="Токаева встретили"),
    )
    found = await world.storage.search.find("tokayev", world.now)
    assert titles(found)[0] == "Tokayev speaks"
    assert len(titles(found)) == 3
    assert not found.respelled, "it does stand there as it was typed"
