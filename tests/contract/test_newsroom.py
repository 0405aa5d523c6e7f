"""What editors decide about feeds, categories and single articles; and the newsroom's numbers."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import Any

from bot import keyboards
from bot.delivery.render.bundle import bundle
from bot.model.deliveries import Action, DeliveryState
from bot.model.ids import ArticleId, CategoryId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Act, FeedOption
from bot.model.readers import Mode
from bot.texts import Texts
from tests.contract.world import EDITOR, MINUTE, World, article


async def test_a_feed_is_added_once_and_comes_back_as_new(world: World) -> None:
    desk = world.storage.feed_desk
    made = await desk.add("https://example.kz/sport", EDITOR, world.now)
    assert made
    assert await desk.add("https://example.kz/sport", EDITOR, world.now) is None
    await world.publish(article("гол"), feed=made)
    assert await desk.remove(made.id, EDITOR, world.now)
    assert not await desk.remove(made.id, EDITOR, world.now)
    await world.storage.feeds.seed(["https://example.kz/sport"], world.now)
    assert [one.url for one in await world.storage.feeds.all()] == ["https://example.kz/rss"]
    again = await desk.add("https://example.kz/sport", EDITOR, world.now)
    assert again
    assert (again.id, again.baseline_at) == (made.id, None), "what is in it by then announces nothing"


async def test_what_an_editor_sets_stays_when_it_is_polled(world: World) -> None:
    desk = world.storage.feed_desk
    for option, value in (
        (FeedOption.INTERVAL, 300),
        (FeedOption.LANGUAGE, "kk"),
        (FeedOption.LABEL, "спорт"),
        (FeedOption.SELECTOR, "article"),
    ):
        await desk.set_option(world.feed.id, option, value, EDITOR, world.now)
    await world.publish(article("гол"))
    feed = await desk.get(world.feed.id)
    assert feed
    assert (feed.interval, feed.own_language, feed.own_label) == (timedelta(minutes=5), "kk", "спорт")
    assert feed.page_selector == "article"
    await desk.set_option(world.feed.id, FeedOption.PAUSED, 1, EDITOR, world.now)
    assert await world.storage.feeds.due(world.later(60)) == []
    await desk.set_option(world.feed.id, FeedOption.PAUSED, 0, EDITOR, world.now)
    assert len(await world.storage.feeds.due(world.now)) == 1
    (entry,) = await world.storage.audit.page(limit=1)
    assert (entry.action, entry.detail) == (Act.FEED_CHANGED, "paused: 0")


async def test_sections_have_names_places_and_merge(world: World) -> None:
    await world.publish(article("гол", "Спорт"), article("матч", "Футбол"))
    sections = world.storage.sections
    names = {one.name("ru"): one.id for one in await sections.all()}
    sport, football = names["Спорт"], names["Футбол"]
    await world.reader(5, everything=False)
    await world.reader(6, everything=False)
    for chat, category in ((5, sport), (5, football), (6, football)):
        await world.storage.readers.set_category(ChatId(chat), category, Mode.NOW, world.now)
    assert await sections.rename(sport, "kk", "Спорт жаңалықтары", EDITOR, world.now)
    assert await sections.set_emoji(sport, "⚽", EDITOR, world.now)
    assert await sections.move(sport, True, EDITOR, world.now)
    shown = await world.storage.news.categories(world.now)
    assert [one.name("kk") for one in shown][:2] == ["⚽ Спорт жаңалықтары", "Политика"]
    assert await sections.hide(sport, True, EDITOR, world.now)
    assert sport not in [one.id for one in await world.storage.news.categories(world.now)]

    assert await sections.merge(football, sport, EDITOR, world.now)
    assert not await sections.merge(football, sport, EDITOR, world.now)
    assert football not in [one.id for one in await sections.all()]
    await world.publish(article("пенальти", "Футбол"))
    await world.fill()
    assert {one.chat_id for one in await world.claim()} == {5, 6}, "who chose one of them has what they are now"
    assert not await sections.rename(CategoryId(99), "ru", "Нет", EDITOR, world.now)


async def test_an_article_of_the_baseline_is_published_by_hand_once(world: World) -> None:
    await world.reader(5)
    old = await world.begun_article()
    expires = world.now + 360 * MINUTE
    assert await world.storage.curation.publish(old, EDITOR, world.now, expires)
    assert not await world.storage.curation.publish(old, EDITOR, world.now, expires)
    await world.fill()
    assert [one.article_id for one in await world.claim()] == [old]


async def test_what_is_withheld_is_recalled_and_can_be_published_again(world: World) -> None:
    for chat in (5, 6):
        await world.reader(chat)
    await world.publish(article("мост"))
    bridge = await world.begun_article()
    await world.fill()
    first, second = await world.claim()
    await world.storage.outbox.begin([first.id], "one", world.now)
    await world.settle(first, DeliveryState.SENT, message_id=70)
    await world.storage.outbox.release([second.id], "one")
    assert await world.storage.curation.withhold(bridge, EDITOR, world.now)
    assert not await world.storage.curation.withhold(bridge, EDITOR, world.now)
    assert await world.storage.curation.standing(bridge) == (False, True, False)
    assert bridge not in [one.id for one in (await world.storage.news.latest()).articles]
    await world.fill()
    assert [(one.chat_id, one.action) for one in await world.begin_all()] == [(first.chat_id, Action.RECALL)]

    assert await world.storage.curation.publish(bridge, EDITOR, world.now, world.now + 360 * MINUTE)
    await world.fill()
    assert [(one.chat_id, one.action) for one in await world.claim("two")] == [(second.chat_id, Action.SEND)]
    assert bridge in [one.id for one in (await world.storage.news.latest()).articles]


async def test_a_pinned_article_is_the_first_of_a_digest(world: World) -> None:
    await world.reader(5)
    await world.publish(*[article(str(number)) for number in range(6)])
    newest = await world.begun_article()
    others = [one.id for one in (await world.storage.news.latest(limit=6)).articles]
    assert await world.storage.curation.pin(others[3], True, EDITOR, world.now)
    assert await world.storage.curation.pin(newest, True, EDITOR, world.now), "instead of the other"
    assert await world.storage.curation.standing(others[3]) == (True, False, False)
    await world.fill()
    world.later()
    (bundle,) = await world.begin_all()
    assert bundle.bundled[0][1] == newest
    for one in bundle.ids:
        await world.settle(bundle, DeliveryState.SENT, delivery_id=one, bundle=bundle.id)
    await world.publish(article("3", text="Правка"))
    world.later(2)
    await world.fill()
    (edit,) = await world.claim()
    assert edit.bundled == bundle.bundled, "an edit keeps the order"


async def test_a_pinned_article_has_the_first_number_and_button(world: World) -> None:
    """Whatever its section is: text and buttons go by section, and its section comes first."""
    await world.reader(5)
    sections = ("Политика", "Спорт", "Политика", "Культура", "Спорт", "Культура")
    await world.publish(*[article(f"новость {number}", section) for number, section in enumerate(sections)])
    texts = Texts.load(Language.RU)
    for number, others in ((4, ["1", "0", "2", "3", "5"]), (5, ["3", "0", "2", "1", "4"])):
        found = (await world.storage.news.latest(limit=6)).articles
        pinned = next(one.id for one in found if one.title == f"новость {number}")
        assert await world.storage.curation.pin(pinned, True, EDITOR, world.now)
        await world.fill()
        world.later()
        (delivery,) = await world.claim(f"{number}")
        articles = [await world.storage.news.article(one) for _, one in delivery.bundled]
        shown = [one for one in articles if one]
        keyboard = keyboards.bundle(shown, Language.RU, texts)
        post = bundle(shown, Language.RU, texts, keyboard, now=world.now, zone=UTC)
        lines = re.findall(r"(\d)\. <a [^>]*>новость (\d)</a>", post.text)
        assert lines == [(str(place), one) for place, one in enumerate([str(number), *others], start=1)]
        taps = [button.callback_data for row in keyboard.inline_keyboard for button in row]
        ids = {one.title[-1]: one.id for one in shown}
        assert taps == [f"s:{ids[one]}:1" for _, one in lines]
        await world.storage.outbox.release(delivery.ids, f"{number}")


async def brought(world: World, name: str = "мост", category: CategoryId | None = None, **changes: Any) -> ArticleId:
    page = article(name, "", language="ru", **changes)
    expires = world.now + 360 * MINUTE
    return await world.storage.curation.bring(page, category, "example.kz", EDITOR, world.now, expires)


async def test_a_page_is_brought_once_and_announced(world: World) -> None:
    await world.reader(5)
    await world.reader(6, everything=False)
    politics = await world.storage.curation.category(["Нет такой", "  политика "])
    assert politics == CategoryId(1)
    assert await world.storage.curation.category(["Нет такой"]) is None
    await world.storage.sections.hide(politics, True, EDITOR, world.now)
    assert await world.storage.curation.category(["Политика"]) is None, "nobody would find it there again"
    await world.storage.sections.hide(politics, False, EDITOR, world.now)
    await world.storage.readers.set_category(ChatId(6), politics, Mode.NOW, world.now)
    first = await brought(world, category=politics)
    second = await brought(world, "гол", category=CategoryId(99))
    assert await brought(world) == first
    await world.fill()
    assert {(one.chat_id, one.article_id) for one in await world.claim()} == {(5, first), (6, first), (5, second)}
    there = {one.title: one for one in (await world.storage.news.latest()).articles}
    assert [one.name("ru") for one in there["гол"].categories] == ["example.kz"], "named after its host"
    assert await world.storage.curation.standing(first) == (True, False, False)
    assert (await world.storage.search.find("мост", world.now)).page.total == 1
    entries = await world.storage.audit.page(limit=3)
    assert [(one.action, one.subject, one.done) for one in entries] == [
        (Act.BROUGHT, f"a{first}", False),
        (Act.BROUGHT, f"a{second}", True),
        (Act.BROUGHT, f"a{first}", True),
    ]
    assert [feed.url for feed in await world.storage.feeds.all()] == ["https://example.kz/rss"]
    assert len(await world.storage.feeds.due(world.later(600))) == 1, "nothing else is polled"


async def test_a_feed_that_brings_it_later_makes_no_second_article(world: World) -> None:
    await world.reader(5)
    bridge = await brought(world, lead="Со страницы", text="Текст со страницы")
    await world.fill()
    for one in await world.begin_all():
        await world.settle(one, DeliveryState.SENT)
    world.later()
    for _ in range(2):
        published = await world.publish(article("мост", "Спорт"))
        assert (published.new, published.changed) == ((), ()), "that the feed words it otherwise is no change"
        world.later(5)
        await world.fill()
        assert await world.claim() == [], "nobody gets it twice, nor an edit"
    kept = await world.storage.news.article(bridge)
    assert kept
    assert (kept.lead, kept.revision) == ("Со страницы", 1)
    assert [one.name("ru") for one in kept.categories] == ["example.kz", "Спорт"]
    published = await world.publish(article("мост", "Спорт", lead="Мост закрыли"))
    assert published.changed == (bridge,), "what the site changes from now on is followed"
    world.later(5)
    await world.fill()
    assert [one.action for one in await world.claim()] == [Action.EDIT]
    assert (await world.storage.news.latest()).total == 2


async def test_a_feed_that_is_added_later_takes_it_over_silently(world: World) -> None:
    await world.reader(5)
    bridge = await brought(world)
    await world.fill()
    await world.claim()
    made = await world.storage.feed_desk.add("https://example.kz/all", EDITOR, world.now)
    assert made
    assert (await world.publish(article("мост"), article("старьё"), feed=made)).baseline
    await world.fill()
    assert await world.claim("two") == []
    assert (await world.publish(article("мост", lead="Мост закрыли"), feed=made)).changed == (bridge,)


async def test_numbers(world: World) -> None:
    world.now -= timedelta(days=3)
    for chat in (5, 6, 7):
        await world.reader(chat)
    world.now += timedelta(days=2)
    await world.reader(8, everything=False)
    await world.storage.readers.set_language(ChatId(8), Language.KK)
    await world.storage.readers.set_left(ChatId(7), True, world.now)
    world.now += timedelta(days=1)
    await world.publish(article("мост"), article("гол", "Спорт"))
    await world.fill()
    for one in await world.begin_all():
        await world.settle(one, DeliveryState.SENT)
    bridge = (await world.storage.news.latest(limit=2)).articles[1].id
    await world.storage.bookmarks.set(ChatId(5), bridge, True, world.now)
    await world.storage.readers.set_category(ChatId(8), CategoryId(1), Mode.NOW, world.now)
    numbers = await world.storage.statistics.numbers(world.now, UTC)
    assert [(day.readers, day.joined, day.left) for day in numbers.days[-4:]] == [
        (3, 3, 0),
        (3, 0, 0),
        (3, 1, 1),
        (3, 0, 0),
    ]
    assert (len(numbers.days), numbers.days[0].readers) == (30, 0)
    assert numbers.languages == {Language.RU: 2, Language.KK: 1}
    assert (numbers.everything, numbers.sections) == (2, (({"ru": "Политика"}, 1),))
    assert (numbers.day.delivered, numbers.day.saves, numbers.day.half) == (4, 1, timedelta(0))
    assert [(one.title, one.saves, one.delivered) for one in numbers.week.top][:2] == [("мост", 1, 2), ("гол", 0, 2)]
    assert (numbers.campaigns, numbers.starts, numbers.day.opened) == ((), 0, 0)


async def test_numbers_of_what_was_opened_and_by_which_links_people_came(world: World) -> None:
    await world.publish(article("мост"), article("гол"), article("закон"))
    news, statistics = world.storage.news, world.storage.statistics
    law, goal, bridge = [one.id for one in (await news.latest(limit=3)).articles]
    chat = await world.reader(5)
    for one in (law, bridge):
        await world.storage.bookmarks.set(chat, one, True, world.now)
    for one in (goal, goal, bridge):
        await news.count_opening(one, world.now - timedelta(days=1))
    await news.count_opening(goal, world.now)
    for tag, fresh, ago in (("insta", True, 0), ("insta", False, 3), ("site", True, 29), ("old", True, 30)):
        await world.storage.campaigns.count(tag, fresh, world.now - timedelta(days=ago))
    numbers = await statistics.numbers(world.now, UTC)
    assert [(one.title, one.opened, one.saves) for one in numbers.day.top] == [
        ("гол", 3, 0),
        ("мост", 1, 1),
        ("закон", 0, 1),
        ("старая", 0, 0),
    ]
    assert (numbers.day.opened, numbers.week.opened) == (4, 4)
    assert [day.opened for day in numbers.days[-3:]] == [0, 3, 1]
    assert (numbers.campaigns, numbers.starts, numbers.fresh) == ((("insta", 2, 1), ("site", 1, 1)), 3, 2)
    world.now += timedelta(days=2)
    later = await statistics.numbers(world.now, UTC)
    assert (later.day.opened, later.day.top, later.week.opened) == (0, (), 4), "only of what is new in that time"
