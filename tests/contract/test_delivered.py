"""That all deliveries of an article have ended is told once, with figures."""

from __future__ import annotations

from bot.model.deliveries import DeliveryState
from storage.base import Storage
from tests.contract.world import World, article


async def test_an_article_is_told_once_when_its_last_delivery_has_ended(world: World, storage: Storage) -> None:
    for chat_id in (5, 6, 7):
        await world.reader(chat_id)
    await world.publish(article("мост"))
    assert await storage.outbox.delivered(world.now) == [], "it is not even filled"
    await world.fill()
    first, second, third = await world.begin_all()
    await world.settle(first, DeliveryState.SENT)
    await world.settle(second, DeliveryState.DEAD)
    assert await storage.outbox.delivered(world.now) == []
    world.later()
    await world.settle(third, DeliveryState.SENT)
    (told,) = await storage.outbox.delivered(world.now)
    assert told.article_id == first.article_id
    assert told.feed_id == world.feed.id
    assert (told.progress.title, told.progress.recipients) == ("мост", 3)
    assert told.progress.by_state == {DeliveryState.SENT: 2, DeliveryState.DEAD: 1}
    assert await storage.outbox.delivered(world.now) == []


async def test_one_for_whom_nobody_waits_is_told_too(world: World, storage: Storage) -> None:
    await world.publish(article("никому"))
    await world.fill()
    (told,) = await storage.outbox.delivered(world.now)
    assert told.progress.recipients == 0


async def test_the_same_story_for_more_readers_is_told_when_they_have_it(world: World, storage: Storage) -> None:
    sport = await world.other_feed()
    await world.reader(5)
    await world.publish(article("матч", link_key=b"k" * 32))
    await world.fill()
    (delivery,) = await world.begin_all()
    await world.settle(delivery, DeliveryState.SENT)
    assert len(await storage.outbox.delivered(world.now)) == 1
    await world.reader(6)
    world.later()
    await world.publish(article("матч", "Спорт", link_key=b"k" * 32), feed=sport, title="Спорт")
    assert await storage.outbox.delivered(world.now) == []
    await world.fill()
    for delivery in await world.begin_all():
        assert await storage.outbox.delivered(world.now) == []
        await world.settle(delivery, DeliveryState.SENT)
    (told,) = await storage.outbox.delivered(world.now)
    assert told.progress.by_state == {DeliveryState.SENT: 2}
