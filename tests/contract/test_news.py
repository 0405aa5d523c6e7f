"""Publishing: what is new, what is the same, what changed, and in which categories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.articles import CategoryLabel, MediaResult, Photo
from bot.model.body import Paragraph, Run, text_of
from bot.model.feeds import Validators
from bot.model.ids import ArticleId
from tests.contract.world import NOON, World, article


async def test_the_first_poll_is_a_baseline(world: World) -> None:
    await world.reader(10)
    await world.fill()
    assert await world.claim() == []
    feed = (await world.storage.feeds.all())[0]
    assert feed.baseline_at == NOON
    assert feed.validators == Validators('"1"', None, b"hash")


async def test_an_empty_first_poll_is_a_baseline_too(world: World) -> None:
    feed = await world.other_feed()
    await world.reader(10)
    published = await world.publish(article("матч", "Спорт"), feed=feed)
    assert len(published.new) == 1
    assert not published.baseline
    await world.fill()
    assert len(await world.claim()) == 1


async def test_of_a_new_feed_the_newest_can_be_announced(world: World) -> None:
    await world.reader(10)
    await world.storage.feeds.seed(["https://example.kz/new"], world.now)
    feed = next(feed for feed in await world.storage.feeds.all() if feed.url.endswith("new"))
    published = await world.publish(*(article(name) for name in "абв"), feed=feed, shown_at_first=2)
    assert published.baseline
    await world.fill()
    announced = {one.article_id for one in await world.claim()}
    assert announced == set(published.new[1:])


async def test_openings_are_counted_and_go_with_the_article(world: World) -> None:
    (article_id,) = (await world.publish(article("а"))).new
    for _ in range(2):
        await world.storage.news.count_opening(article_id, world.now)
    await world.storage.news.count_opening(ArticleId(999), world.now)
    await world.fill()
    assert await world.storage.news.prune(world.later(1)) == 2, "the one of the baseline, too"
    await world.storage.news.count_opening(article_id, world.now)


async def test_the_same_entries_again_are_nothing(world: World) -> None:
    await world.reader(10)
    first = await world.publish(article("а"), article("б"))
    again = await world.publish(article("а", published_at=NOON.replace(hour=13)), article("б"))
    assert (len(first.new), again.new, again.changed) == (2, (), ())


async def test_an_absent_entry_is_not_new_when_it_returns(world: World) -> None:
    await world.publish(article("а"), article("б"))
    await world.publish()
    await world.publish(article("б"))
    assert (await world.publish(article("а"), article("б"))).new == ()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Новый заголовок"},
        {"lead": "Другой лид"},
        {"text": "Другой текст"},
        {"photos": ()},
        {"photos": (Photo("https://example.kz/а.jpg", caption="Мост"),)},
    ],
)
async def test_an_edit_is_a_revision_not_an_article(world: World, change: dict[str, object]) -> None:
    (article_id,) = (await world.publish(article("а"))).new
    published = await world.publish(article("а", **change))
    assert (published.new, published.changed) == ((), (article_id,))
    stored = await world.storage.news.article(article_id)
    assert stored
    assert stored.revision == 2
    assert stored.updated_at == world.now


async def test_a_photo_that_stays_keeps_its_file_id(world: World) -> None:
    (article_id,) = (await world.publish(article("а"))).new
    url = "https://example.kz/а.jpg"
    await world.storage.outbox.settle([], [MediaResult(article_id, url, "FILE")], world.now)
    await world.publish(article("а", title="Правка"))
    stored = await world.storage.news.article(article_id)
    assert stored
    assert stored.photos[0].file_id == "FILE"
    await world.storage.outbox.settle([], [MediaResult(article_id, url, None, refused=True)], world.now)
    stored = await world.storage.news.article(article_id)
    assert stored
    assert stored.photos[0].refused


async def test_one_story_in_two_feeds_is_one_article(world: World) -> None:
    sport = await world.other_feed()
    await world.publish(article("матч", "Спорт"))
    there = replace(article("матч", "Футбол"), identity=b"x" * 32)
    published = await world.publish(there, feed=sport)
    assert published.new == ()
    page = await world.storage.news.latest()
    match = next(one for one in page.articles if one.title == "матч")
    assert {category.name("ru") for category in match.categories} == {"Спорт", "Футбол"}


async def test_a_story_of_two_feeds_reaches_a_reader_once(world: World) -> None:
    sport = await world.other_feed()
    await world.reader(10)
    await world.publish(article("матч", "Спорт"))
    await world.fill()
    await world.publish(replace(article("матч", "Футбол"), identity=b"x" * 32), feed=sport)
    await world.fill()
    assert len(await world.claim()) == 1


async def test_labels_that_found_nothing_still_count_when_known(world: World) -> None:
    await world.publish(article("а", "Спорт"))
    tagged = article("б", "")
    (known,) = (await world.publish(replace(tagged, labels=(CategoryLabel(" спорт ", False),)))).new
    stored = await world.storage.news.article(known)
    assert stored
    assert [category.name("ru") for category in stored.categories] == ["Спорт"]
    (unknown,) = (await world.publish(replace(article("в", ""), labels=(CategoryLabel("метка", False),)))).new
    stored = await world.storage.news.article(unknown)
    assert stored
    assert [category.name("ru") for category in stored.categories] == ["Газета"]


async def test_an_unnamed_feed_lends_its_host(world: World) -> None:
    (article_id,) = (await world.publish(article("а", ""), title="")).new
    stored = await world.storage.news.article(article_id)
    assert stored
    assert [category.name("ru") for category in stored.categories] == ["example.kz"]


async def test_latest_is_newest_first_and_pages(world: World) -> None:
    names = [f"статья {number}" for number in range(7)]
    await world.publish(*(article(name, published_at=world.later()) for name in names))
    first = await world.storage.news.latest(limit=5)
    second = await world.storage.news.latest(offset=5, limit=5)
    assert first.total == second.total == 8
    assert [one.title for one in (*first.articles, *second.articles)] == [*reversed(names), "старая"]


async def test_latest_of_a_category(world: World) -> None:
    await world.publish(article("матч", "Спорт"), article("закон"))
    sport = next(one for one in await world.storage.news.categories(world.now) if one.name("ru") == "Спорт")
    page = await world.storage.news.latest(category=sport.id)
    assert ([one.title for one in page.articles], page.total) == (["матч"], 1)


async def test_categories_by_liveliness(world: World) -> None:
    await world.publish(article("а", "Спорт"), article("б", "Спорт"), article("в", "Культура"))
    found = await world.storage.news.categories(world.now)
    assert [(one.name("ru"), one.recent) for one in found] == [("Спорт", 2), ("Культура", 1), ("Политика", 1)]
    world.later(60 * 24 * 8)
    assert all(one.recent == 0 for one in await world.storage.news.categories(world.now))


async def test_a_feed_in_trouble_keeps_what_it_had(world: World) -> None:
    feeds = world.storage.feeds
    first = await feeds.failed(world.feed.id, "404", world.now, world.later(5))
    second = await feeds.failed(world.feed.id, "404", world.now, world.later(5))
    assert (first.failures, second.failures) == (1, 2)
    assert first.failing_since == second.failing_since == NOON
    feed = (await feeds.all())[0]
    assert (feed.failures, feed.last_error, feed.validators.etag) == (2, "404", '"1"')
    assert await feeds.due(world.now.replace(hour=11)) == []
    await feeds.unchanged(world.feed.id, world.now, world.now)
    assert (await feeds.due(world.now))[0].failures == 0
    await feeds.stop(world.feed.id, "410", world.now)
    assert await feeds.due(world.later()) == []
    await feeds.seed([world.feed.url], world.now)
    assert (await feeds.all())[0].stopped, "seeding leaves a known feed as it is"


async def test_a_feed_that_moved_is_known_under_both_addresses(world: World) -> None:
    await world.publish(moved_to="https://example.kz/new")
    assert [feed.url for feed in await world.storage.feeds.all()] == ["https://example.kz/new"]
    await world.storage.feeds.seed(["https://example.kz/rss"], world.now)
    assert len(await world.storage.feeds.all()) == 1, "the settings still name the old address"
    other = await world.other_feed()
    await world.publish(feed=other, moved_to="https://example.kz/new")
    assert len({feed.url for feed in await world.storage.feeds.all()}) == 2, "another feed has that address"


async def test_edits_of_a_restless_article_are_kept_but_not_reported(world: World) -> None:
    (article_id,) = (await world.publish(article("а"))).new
    reported = [len((await world.publish(article("а", text=str(n)))).changed) for n in range(20)]
    assert sum(reported) == 6
    stored = await world.storage.news.article(article_id)
    assert stored
    assert text_of(stored.body) == "19"
    world.later(60 * 25)
    assert (await world.publish(article("а", text="завтра"))).changed == (article_id,)


async def test_a_pruned_article_is_remembered_and_a_saved_one_kept(world: World) -> None:
    chat = await world.reader(5)
    gone, kept = (await world.publish(article("а"), article("б"))).new
    await world.storage.bookmarks.set(chat, kept, True, world.now)
    await world.fill()
    before = world.later()
    assert await world.storage.news.prune(before, limit=1) == 1
    while await world.storage.news.prune(before, limit=1):
        pass
    assert await world.storage.news.article(gone) is None
    assert await world.storage.news.article(kept)
    published = await world.publish(article("а", title="Правка"), article("б"))
    assert (published.new, published.changed) == ((), ())
    renamed = replace(article("а"), identity=b"n" * 32)
    assert (await world.publish(renamed)).new == (), "not under another guid either"


async def test_what_waits_to_be_announced_is_not_pruned(world: World) -> None:
    await world.reader(5)
    (article_id,) = (await world.publish(article("а"))).new
    await world.storage.news.prune(world.later())
    assert await world.storage.news.article(article_id)


async def test_what_the_page_added_is_no_edit_and_stays(world: World) -> None:
    """The feed goes on having only the teaser."""
    teaser = article("а", photos=())
    complete = replace(
        teaser, page_body=(Paragraph((Run("Весь текст"),)),), page_photos=(Photo("https://example.kz/p.jpg"),)
    )
    assert await world.storage.news.unknown(world.feed.id, [teaser.identity]) == {teaser.identity}
    (article_id,) = (await world.publish(complete)).new
    assert await world.storage.news.unknown(world.feed.id, [teaser.identity]) == set()
    assert (await world.publish(teaser)).changed == ()
    assert (await world.publish(replace(teaser, title="Правка"))).changed == (article_id,)
    stored = await world.storage.news.article(article_id)
    assert stored
    assert (text_of(stored.body), len(stored.photos)) == ("Весь текст", 1)


async def test_pages_are_read_only_where_an_editor_said_so(world: World) -> None:
    assert (await world.storage.feeds.all())[0].page_selector is None
    await world.storage.feeds.set_page_selector(world.feed.id, ".article")
    assert (await world.storage.feeds.all())[0].page_selector == ".article"


async def test_the_newest_of_what_a_reader_wants(world: World) -> None:
    await world.publish(article("по-русски", language="ru"))
    await world.publish(article("қазақша", language="kk"))
    categories = [one.id for one in await world.storage.news.categories(world.now)]
    news = world.storage.news
    found = [await news.newest(categories, languages) for languages in ((), ("ru",), ("en",))]
    assert [one and one.title for one in found] == ["қазақша", "по-русски", None]
    assert await news.newest([], ()) is None
