"""What the reader's wishes make of a post: at once, later, in the digest, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.model.deliveries import Delivery, DeliveryClass, DeliveryState
from bot.model.ids import CategoryId, ChatId
from bot.model.readers import Mode, Peace, Reader, Rhythm
from tests.contract.world import NOON, World, article

ALMATY = ZoneInfo("Asia/Almaty")
"""Noon in UTC is 17:00 there."""
QUIET_NOW = (16 * 60, 20 * 60)


async def wishes(world: World, chat: int, peace: Peace) -> Reader:
    return await world.storage.readers.set_peace(ChatId(chat), peace, world.now, ALMATY)


async def due(world: World) -> list[Delivery]:
    """What leaves now; it is sent."""
    while await world.storage.outbox.fill(world.now, zone=ALMATY):
        pass
    begun = await world.begin_all()
    for one in begun:
        for number in one.ids:
            await world.settle(one, DeliveryState.SENT, delivery_id=number)
    return begun


async def section(world: World, name: str) -> CategoryId:
    return next(one.id for one in await world.storage.news.categories(world.now) if one.name("ru") == name)


async def test_quiet_hours_hold_posts_and_then_they_come_as_one(world: World) -> None:
    await world.reader(5)
    await world.reader(6)
    await wishes(world, 5, Peace(quiet=QUIET_NOW))
    await world.publish(article("а"))
    assert [one.chat_id for one in await due(world)] == [6]
    world.later(60)
    await world.publish(article("б"))
    assert [one.chat_id for one in await due(world)] == [6]
    world.later(2 * 60)
    (bundle,) = await due(world)
    assert bundle.chat_id == 5
    assert len(bundle.bundled) == 2


async def test_breaking_news_rings_through_unless_the_reader_says_no(world: World) -> None:
    for chat in (5, 6):
        await world.reader(chat)
    await wishes(world, 5, Peace(quiet=QUIET_NOW))
    await wishes(world, 6, Peace(quiet=QUIET_NOW, breaking_wakes=False))
    await world.broadcast()
    assert [one.chat_id for one in await due(world)] == [5]
    world.later(3 * 60)
    assert [(one.chat_id, one.kind) for one in await due(world)] == [(6, DeliveryClass.BREAKING)]


async def test_a_section_in_the_digest(world: World) -> None:
    await world.publish(article("матч", "Спорт"))
    world.later()
    chat = await world.reader(5)
    await wishes(world, 5, Peace(digest=Rhythm.DAILY, digest_at=18 * 60))
    sport = await section(world, "Спорт")
    reader = await world.storage.readers.set_category(chat, sport, Mode.DIGEST, world.now)
    assert reader.mode(sport) is Mode.DIGEST
    await world.publish(article("гол", "Спорт"), article("закон", "Политика"))
    assert [one.kind for one in await due(world)] == [DeliveryClass.ROUTINE]
    world.later(61)
    (digest,) = await due(world)
    assert digest.kind is DeliveryClass.DIGEST
    assert len(digest.bundled) == 1


async def test_everything_in_the_digest_but_one_section(world: World) -> None:
    await world.publish(article("матч", "Спорт"))
    world.later()
    chat = await world.reader(5)
    await world.storage.readers.set_everything(chat, Mode.DIGEST, world.now)
    await world.storage.readers.set_category(chat, await section(world, "Спорт"), Mode.NOW, world.now)
    await world.publish(article("гол", "Спорт"), article("закон", "Политика"))
    (now,) = await due(world)
    assert now.kind is DeliveryClass.ROUTINE
    later = await world.storage.outbox.next_due(world.now)
    assert later == NOON + timedelta(hours=2), "seven in the evening in Almaty"


async def test_no_more_than_so_many_a_day(world: World) -> None:
    await world.reader(5)
    await wishes(world, 5, Peace(daily_limit=2))
    sent = 0
    for number in range(4):
        await world.publish(article(str(number)))
        sent += len(await due(world))
        world.later()
    assert sent == 2
    world.later(2 * 60)
    (digest,) = await due(world)
    assert (digest.kind, len(digest.bundled)) == (DeliveryClass.DIGEST, 2)
    world.later(24 * 60)
    await world.publish(article("завтра"))
    assert [one.kind for one in await due(world)] == [DeliveryClass.ROUTINE]


async def test_only_news_in_these_languages(world: World) -> None:
    await world.reader(5)
    await wishes(world, 5, Peace(languages=frozenset({"kk"})))
    await world.publish(
        article("по-русски", language="ru"), article("қазақша", language="kk"), article("?", language="")
    )
    assert len(await due(world)) == 2


async def test_what_waits_follows_new_wishes_at_once(world: World) -> None:
    chat = await world.reader(5)
    await world.storage.readers.set_everything(chat, Mode.DIGEST, world.now)
    await world.publish(article("а"))
    assert await due(world) == []
    reader = await wishes(world, 5, Peace(digest=Rhythm.HOURLY))
    assert reader.peace.digest is Rhythm.HOURLY
    assert await world.storage.outbox.next_due(world.now) == NOON + timedelta(hours=1)

    other = await world.reader(6)
    await wishes(world, 6, Peace(quiet=QUIET_NOW))
    await world.publish(article("б"))
    assert await due(world) == []
    await wishes(world, 6, Peace())
    world.later()
    assert [one.chat_id for one in await due(world)] == [other]


async def test_who_wants_no_sound_is_told_so(world: World) -> None:
    await world.reader(5)
    await world.reader(6)
    await wishes(world, 5, Peace(silent=True))
    await world.publish(article("а"))
    assert {one.chat_id: one.silent for one in await due(world)} == {5: True, 6: False}


async def test_wishes_are_kept_as_they_are(world: World) -> None:
    await world.reader(5)
    peace = Peace("Europe/Berlin", (60, 120), False, Rhythm.WEEKLY, 5, 7, True, frozenset({"ru", "kk"}))
    reader = await wishes(world, 5, peace)
    assert reader.peace == peace
    assert (await wishes(world, 5, replace(peace, quiet=None))).peace.quiet is None
    assert (await world.storage.readers.set_rich(ChatId(5), False)).rich is False


async def test_a_plain_reader_pays_for_no_thought(world: World) -> None:
    """Only those with wishes of their own are looked at one by one."""
    await world.reader(5)
    await wishes(world, 5, Peace(quiet=QUIET_NOW))
    await wishes(world, 5, Peace())
    async with world.storage.database.read() as transaction:  # type: ignore[attr-defined]
        assert await transaction.value("SELECT special FROM readers WHERE chat_id = 5") == 0
