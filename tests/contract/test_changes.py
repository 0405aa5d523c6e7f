"""Posts that were delivered follow their article or alert: edited, or recalled everywhere."""

from __future__ import annotations

from datetime import timedelta

from bot.model.deliveries import Action, Delivery, DeliveryClass, DeliveryState, MessageForm, Progress, Target
from bot.model.ids import ChatId
from tests.contract.world import MINUTE, World, article


async def delivered(world: World, *chats: int, **more: object) -> list[Delivery]:
    """An article that these readers have."""
    for chat_id in chats:
        await world.reader(chat_id)
    await world.publish(article("мост"))
    await world.fill()
    begun = await world.begin_all()
    for one in begun:
        await world.settle(one, DeliveryState.SENT, message_id=100 + one.chat_id, **more)
    return begun


async def changes(world: World) -> list[Delivery]:
    await world.fill()
    return [one for one in await world.claim() if one.action is not Action.SEND]


async def test_an_edited_article_edits_every_copy_once_it_has_settled(world: World) -> None:
    await delivered(world, 5, 6)
    await world.storage.bookmarks.set(ChatId(6), (await world.begun_article()), True, world.now)
    sent_at = world.now
    world.later(10)
    await world.publish(article("мост", text="Новый текст"))
    assert await changes(world) == [], "newsrooms save several times in a row"
    world.later(2)
    first, second = await changes(world)
    assert (first.action, first.kind, first.chat_id, first.revision) == (Action.EDIT, DeliveryClass.UPDATE, 5, 2)
    assert first.target == Target(105, MessageForm.TEXT, sent_at)
    assert (first.saved, second.saved) == (False, True)
    assert first.bundled == ()


async def test_several_edits_in_a_row_are_one(world: World) -> None:
    await delivered(world, 5)
    for number in range(3):
        await world.publish(article("мост", text=f"Правка {number}"))
    world.later(2)
    assert [one.revision for one in await changes(world)] == [4]


async def test_only_a_few_edits_are_followed(world: World) -> None:
    await delivered(world, 5)
    edits = 0
    for number in range(6):
        world.later(10)
        await world.publish(article("мост", text=f"Правка {number}"))
        world.later(2)
        for one in await changes(world):
            edits += 1
            await world.storage.outbox.begin([one.id], "one", world.now)
            await world.settle(one, DeliveryState.SENT)
    assert edits == 4


async def test_an_old_post_follows_no_more(world: World) -> None:
    await delivered(world, 5)
    world.later(49 * 60)
    await world.publish(article("мост", text="Поздняя правка"))
    world.later(2)
    assert await changes(world) == []


async def test_who_has_left_is_corrected_and_who_blocked_is_not(world: World) -> None:
    await delivered(world, 5, 6)
    await world.storage.readers.set_left(ChatId(5), True, world.now)
    await world.storage.readers.set_unreachable(ChatId(6), True, world.now)
    await world.publish(article("мост", text="Правка"))
    world.later(2)
    assert [one.chat_id for one in await changes(world)] == [5]


async def test_a_change_of_a_bundle_names_all_that_left_in_it(world: World) -> None:
    await world.reader(5)
    await world.publish(*[article(str(number)) for number in range(6)])
    await world.fill()
    world.later()
    (bundle,) = await world.begin_all()
    for one in bundle.ids:
        await world.settle(bundle, DeliveryState.SENT, delivery_id=one, form=MessageForm.BUNDLE, bundle=bundle.id)
    await world.publish(article("3", text="Правка"))
    world.later(2)
    (edit,) = await changes(world)
    assert edit.bundled == bundle.bundled
    assert edit.ids == [edit.id], "only the edit itself is begun and settled"


async def test_a_recall_cancels_what_waits_and_then_reaches_every_copy(world: World) -> None:
    for chat_id in (5, 6, 7):
        await world.reader(chat_id)
    await world.publish(article("мост"))
    await world.fill()
    begun = await world.storage.outbox.claim("one", world.now, lease=timedelta(minutes=5), limit=2)
    await world.storage.outbox.begin([one.id for one in begun], "one", world.now)
    done, leaving = begun
    await world.settle(done, DeliveryState.SENT)
    article_id = done.article_id
    await world.storage.outbox.change(Action.RECALL, world.now, article_id=article_id)
    recalls = await changes(world)
    assert [(one.chat_id, one.action, one.kind) for one in recalls] == [
        (done.chat_id, Action.RECALL, DeliveryClass.CORRECTION)
    ]
    await world.settle(leaving, DeliveryState.SENT)
    world.later(1)
    assert [one.chat_id for one in await changes(world)] == [leaving.chat_id], "it was just leaving"
    overview = await world.storage.outbox.overview()
    assert overview.recent[0].by_state == {DeliveryState.SENT: 2, DeliveryState.CANCELLED: 1}


async def test_figures_of_changes_do_not_mix_with_those_of_posts(world: World) -> None:
    await delivered(world, 5)
    await world.publish(article("мост", text="Правка"))
    world.later(2)
    for one in await changes(world):
        await world.storage.outbox.begin([one.id], "one", world.now)
        await world.settle(one, DeliveryState.SENT)
    (progress, *_) = (await world.storage.outbox.overview()).recent
    assert isinstance(progress, Progress)
    assert (progress.recipients, progress.by_state) == (1, {DeliveryState.SENT: 1})


async def test_after_a_crash_a_change_is_tried_again(world: World) -> None:
    await delivered(world, 5)
    await world.publish(article("мост", text="Правка"))
    world.later(2)
    (edit,) = await changes(world)
    await world.storage.outbox.begin([edit.id], "one", world.now)
    recovered = await world.storage.outbox.recover("next", world.now)
    assert (recovered.resent, recovered.unknown) == (1, 0)
    world.now += MINUTE
    assert [one.id for one in await world.claim("next")] == [edit.id]
