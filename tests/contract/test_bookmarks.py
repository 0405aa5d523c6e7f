"""What readers save."""

from __future__ import annotations

from datetime import timedelta

from bot.model.deliveries import Action
from bot.model.ids import ArticleId
from tests.contract.world import World, article


async def test_removing_can_be_undone_in_place(world: World) -> None:
    chat = await world.reader(5)
    bookmarks = world.storage.bookmarks
    made = (await world.publish(*(article(name) for name in "абв"))).new
    for one in made:
        await bookmarks.set(chat, one, True, world.later())
    for _ in range(2):
        await bookmarks.remove(chat, made[1], world.now)
    assert [one.id for one in (await bookmarks.page(chat)).articles] == [made[2], made[0]]
    for _ in range(2):
        assert await bookmarks.restore(chat, made[1])
    assert [one.id for one in (await bookmarks.page(chat)).articles] == [made[2], made[1], made[0]]
    await bookmarks.remove(chat, made[0], world.now)
    await bookmarks.prune(world.now + timedelta(seconds=1))
    assert not await bookmarks.restore(chat, made[0]), "too late"
    assert not await bookmarks.restore(chat, ArticleId(999))


async def test_they_survive_retention_also_while_removing_can_be_undone(world: World) -> None:
    chat = await world.reader(5)
    kept, removed, other = (await world.publish(*(article(name) for name in "абв"))).new
    await world.fill()
    for one in (kept, removed):
        await world.storage.bookmarks.set(chat, one, True, world.now)
    await world.storage.bookmarks.remove(chat, removed, world.now)
    await world.storage.news.prune(world.later())
    assert await world.storage.news.article(other) is None
    assert await world.storage.bookmarks.restore(chat, removed)
    await world.storage.bookmarks.remove(chat, removed, world.now)
    assert await world.storage.bookmarks.prune(world.later()) == 1
    await world.storage.news.prune(world.now)
    assert await world.storage.news.article(removed) is None
    assert [one.id for one in (await world.storage.bookmarks.page(chat)).articles] == [kept]


async def test_they_survive_edits_and_what_leaves_the_feed(world: World) -> None:
    chat = await world.reader(5)
    (made,) = (await world.publish(article("а"))).new
    await world.storage.bookmarks.set(chat, made, True, world.now)
    await world.publish(article("а", title="Правка"))
    await world.publish(article("другая"))
    assert [one.title for one in (await world.storage.bookmarks.page(chat)).articles] == ["Правка"]


async def test_what_editors_recalled_is_shown_no_more(world: World) -> None:
    chat = await world.reader(5)
    (made,) = (await world.publish(article("а"))).new
    await world.storage.bookmarks.set(chat, made, True, world.now)
    await world.storage.outbox.change(Action.RECALL, world.now, article_id=made)
    page = await world.storage.bookmarks.page(chat)
    assert (page.articles, page.total) == ((), 0)


async def test_by_category_and_by_words(world: World) -> None:
    chat = await world.reader(5)
    made = (
        await world.publish(
            article("1", title="Мост"), article("2", title="Мосты"), article("3", "Спорт", title="Матч у моста")
        )
    ).new
    for one in made:
        await world.storage.bookmarks.set(chat, one, True, world.later())
    bookmarks = world.storage.bookmarks
    politics, sport = await bookmarks.categories(chat)
    assert [(one.name("ru"), one.recent) for one in (politics, sport)] == [("Политика", 2), ("Спорт", 1)]
    assert [one.id for one in (await bookmarks.page(chat, category=sport.id)).articles] == [made[2]]
    found = await bookmarks.find(chat, "мост")
    assert [one.id for one in found.page.articles] == list(reversed(made)), "last saved first"
    assert (await bookmarks.find(chat, "мост", category=politics.id)).page.total == 2
    assert (await bookmarks.find(chat, "трамвай")).page.total == 0
    assert (await bookmarks.find(await world.reader(6), "мост")).page.total == 0, "another reader's"


async def test_all_of_them_with_their_moments(world: World) -> None:
    chat = await world.reader(5)
    made = (await world.publish(article("1"), article("2"))).new
    for one in made:
        await world.storage.bookmarks.set(chat, one, True, world.later())
    saved = await world.storage.bookmarks.all(chat, limit=10)
    assert [(one.article.id, one.saved_at) for one in saved] == [
        (made[1], world.now),
        (made[0], world.now - timedelta(minutes=1)),
    ]
    assert len(await world.storage.bookmarks.all(chat, limit=1)) == 1
