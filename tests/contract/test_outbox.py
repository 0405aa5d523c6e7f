"""The outbox: who gets what, in which order, and what is left when a process dies between two calls."""

from __future__ import annotations

import pytest

from bot.model.deliveries import DeliveryClass, DeliveryState
from bot.model.ids import ChatId
from tests.contract.world import MINUTE, World, article


async def test_filling_goes_in_steps_and_repeats_nobody(world: World) -> None:
    for chat_id in range(100, 125):
        await world.reader(chat_id)
    await world.publish(article("а"))
    steps = 0
    while await world.storage.outbox.fill(world.now, step=10):
        steps += 1
    assert steps == 3, "the last one is not full"
    chats = [one.chat_id for one in await world.claim()]
    assert sorted(chats) == list(range(100, 125))


async def test_breaking_goes_first_then_the_oldest(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    world.later()
    await world.publish(article("б"))
    await world.broadcast()
    await world.fill()
    kinds = [(one.kind, one.article_id) for one in await world.claim()]
    assert [kind for kind, _ in kinds] == [DeliveryClass.BREAKING, DeliveryClass.ROUTINE, DeliveryClass.ROUTINE]
    assert kinds[1][1] < kinds[2][1]  # type: ignore[operator]


async def test_only_what_is_more_urgent(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.broadcast()
    await world.fill()
    assert [one.kind for one in await world.claim(below=DeliveryClass.ROUTINE)] == [DeliveryClass.BREAKING]


async def test_what_is_claimed_is_not_claimed_again_until_its_lease_ends(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    (mine,) = await world.claim("one")
    assert await world.claim("two") == []
    world.later(6)
    (theirs,) = await world.claim("two")
    assert theirs.id == mine.id
    assert await world.storage.outbox.begin([mine.id], "one", world.now) == set(), "the lease was lost"
    assert await world.storage.outbox.begin([mine.id], "two", world.now) == {mine.id}


async def test_released_work_is_claimable_at_once(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    (one,) = await world.claim("one")
    await world.storage.outbox.release([one.id], "one")
    assert len(await world.claim("two")) == 1


async def test_a_stale_routine_post_goes_out_in_a_digest_only(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.broadcast()
    await world.fill()
    world.later(361)
    breaking, digest = await world.claim()
    assert (breaking.kind, digest.kind) == (DeliveryClass.BREAKING, DeliveryClass.DIGEST)
    assert [article_id for _, article_id in digest.bundled] == [digest.article_id]
    world.later(3 * 24 * 60)
    assert [one.kind for one in await world.claim("two")] == [DeliveryClass.BREAKING], "too old for a digest"


async def test_many_waiting_posts_leave_as_one(world: World) -> None:
    await world.reader(5)
    await world.reader(6, everything=False)
    await world.publish(*[article(str(number)) for number in range(6)])
    await world.fill()
    assert await world.claim() == [], "not before all of them may be there"
    world.later()
    (bundle,) = await world.begin_all()
    assert len(bundle.bundled) == 6
    assert bundle.ids[0] == bundle.id
    assert await world.claim("two") == [], "all of them are leased"


async def test_a_few_posts_leave_one_by_one_while_they_are_fresh(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"), article("б"))
    await world.fill()
    assert [one.bundled for one in await world.claim()] == [(), ()]


async def test_posts_that_have_waited_leave_as_one(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    world.later(3)
    await world.publish(article("б"))
    await world.fill()
    (bundle,) = await world.claim()
    assert len(bundle.bundled) == 2


async def test_a_bundle_has_its_limit_and_the_rest_follows(world: World) -> None:
    await world.reader(5)
    await world.publish(*[article(str(number)) for number in range(45)])
    await world.fill()
    world.later()
    assert [len(one.bundled) for one in [*await world.claim(), *await world.claim(), *await world.claim()]] == [
        20,
        20,
        0,
        0,
        0,
        0,
        0,
    ]


async def test_what_was_withdrawn_goes_to_nobody_else(world: World) -> None:
    await world.reader(5)
    await world.reader(6)
    await world.publish(article("а"), article("б"))
    await world.storage.outbox.fill(world.now, step=1)
    first, *_ = await world.claim()
    assert first.article_id is not None
    await world.storage.outbox.release([first.id], "one")
    await world.storage.outbox.withdraw(article_id=first.article_id, now=world.now)
    await world.fill()
    claimed = await world.claim("two")
    assert {one.article_id for one in claimed} == {first.article_id + 1}
    assert len(claimed) == 2


async def test_a_group_that_moved_keeps_everything(world: World) -> None:
    group = await world.reader(-5)
    await world.publish(article("а"), article("б"))
    await world.fill()
    first, second = await world.claim()
    assert first.article_id is not None
    await world.storage.bookmarks.set(group, first.article_id, True, world.now)
    await world.storage.outbox.begin([first.id], "one", world.now)
    await world.settle(first, DeliveryState.PENDING, due_at=world.now, moved_to=ChatId(-1005))
    await world.storage.outbox.release([second.id], "one")
    assert {one.chat_id for one in await world.claim()} == {-1005}
    assert await world.storage.readers.get(group) is None
    reader = await world.storage.readers.get(ChatId(-1005))
    assert reader
    assert reader.everything
    assert (await world.storage.bookmarks.page(ChatId(-1005))).total == 1


async def test_ended_deliveries_are_forgotten_and_their_figures_stay(world: World) -> None:
    await world.reader(5)
    await world.reader(6)
    await world.publish(article("а"))
    await world.fill()
    done, waiting = await world.claim()
    await world.storage.outbox.begin([done.id], "one", world.now)
    world.later(1)
    await world.settle(done, DeliveryState.SENT)
    assert await world.storage.outbox.prune(world.now + MINUTE) == 1
    overview = await world.storage.outbox.overview()
    assert (overview.waiting, overview.oldest) == ({DeliveryClass.ROUTINE: 1}, world.now - MINUTE)
    (progress,) = overview.recent
    assert (progress.title, progress.recipients, progress.by_state) == ("а", 2, {DeliveryState.SENT: 1})
    assert progress.first == progress.half == progress.last == MINUTE
    assert [one.id for one in await world.claim("two")] == []
    world.later(6)
    assert [one.id for one in await world.claim("two")] == [waiting.id]


async def test_settling_is_final_and_twice_is_once(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    (one,) = await world.begin_all()
    await world.settle(one, DeliveryState.SENT)
    await world.settle(one, DeliveryState.PENDING, due_at=world.now)
    assert await world.claim() == []


async def test_trying_again_waits_and_counts(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    (one,) = await world.begin_all()
    await world.settle(one, DeliveryState.PENDING, due_at=world.now + MINUTE)
    assert await world.claim() == []
    due = await world.storage.outbox.next_due(world.now)
    assert due == world.now + MINUTE
    world.later()
    (again,) = await world.begin_all()
    assert again.attempt == 1
    await world.settle(again, DeliveryState.PENDING, due_at=world.now, counts=False)
    (third,) = await world.claim()
    assert third.attempt == 1, "a flood wait is no attempt"


async def test_a_reader_found_unreachable_gets_no_more(world: World) -> None:
    chat = await world.reader(5)
    await world.publish(article("а"), article("б"))
    await world.fill()
    first, second = await world.claim()
    await world.storage.outbox.begin([first.id], "one", world.now)
    await world.settle(first, DeliveryState.DEAD, reader_unreachable=True)
    assert await world.storage.outbox.begin([second.id], "one", world.now) == set()
    reader = await world.storage.readers.get(chat)
    assert reader
    assert reader.unreachable


async def test_after_a_crash_breaking_comes_once_more_and_routine_never(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.broadcast()
    await world.fill()
    assert len(await world.begin_all("dead")) == 2
    recovered = await world.storage.outbox.recover("second", world.now)
    assert (recovered.resent, recovered.unknown) == (1, 1)
    (breaking,) = await world.begin_all("second")
    assert breaking.kind is DeliveryClass.BREAKING
    assert breaking.attempt == 1
    recovered = await world.storage.outbox.recover("third", world.now)
    assert (recovered.resent, recovered.unknown) == (0, 1), "two copies are the most"


async def test_a_dead_process_does_not_hold_up_what_it_had_only_claimed(world: World) -> None:
    await world.reader(5)
    await world.publish(article("а"))
    await world.fill()
    assert len(await world.claim("dead")) == 1
    await world.storage.outbox.recover("next", world.now)
    assert len(await world.claim("next")) == 1


async def test_a_broadcast_reaches_everybody_who_receives(world: World) -> None:
    await world.reader(5)
    await world.reader(6, everything=False)
    await world.reader(7)
    await world.storage.readers.set_left(ChatId(7), True, world.now)
    broadcast = await world.broadcast()
    assert not (await world.storage.broadcasts.tally(broadcast.id)).finished
    await world.fill()
    tally = await world.storage.broadcasts.tally(broadcast.id)
    assert (tally.audience, tally.by_state, tally.finished) == (2, {DeliveryState.PENDING: 2}, False)
    for one in await world.begin_all():
        await world.settle(one, DeliveryState.SENT)
    assert (await world.storage.broadcasts.tally(broadcast.id)).finished
    assert [one.id for one in await world.storage.broadcasts.unfinished()] == [broadcast.id]
    await world.storage.broadcasts.finish(broadcast.id, world.now)
    assert await world.storage.broadcasts.unfinished() == []


@pytest.mark.parametrize("waiting", ["nothing", "fanout", "delivery"])
async def test_next_due(world: World, waiting: str) -> None:
    await world.reader(5)
    if waiting != "nothing":
        await world.publish(article("а"))
    if waiting == "delivery":
        await world.fill()
    due = await world.storage.outbox.next_due(world.now)
    assert (due is not None) == (waiting != "nothing")
