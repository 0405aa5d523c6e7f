"""Breaking news: what an editor decided holds from that commit on, whatever happens afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.broadcasts import Announcement, Audience, Broadcast, BroadcastKind, BroadcastState, Media, MediaKind
from bot.model.deliveries import Action, Delivery, DeliveryState, MessageForm
from bot.model.ids import BroadcastId, CategoryId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Act, MoreNeeded, Prompt, Purpose, Role, Stale, Started, TooLate, View
from bot.model.readers import Mode
from storage.fanouts import LATE
from tests.contract.world import EDITOR, OTHER_EDITOR, World, article

SENT, CANCELLED = DeliveryState.SENT, DeliveryState.CANCELLED


async def draft(world: World, text: str = "Срочно", **more: object) -> Broadcast:
    return await world.storage.broadcasts.draft(EDITOR, Announcement(text), world.now, **more)  # type: ignore[arg-type]


async def now(world: World, broadcast: Broadcast) -> Broadcast:
    found = await world.storage.broadcasts.get(broadcast.id)
    assert found
    return found


async def leaves(world: World, *, limit: int = 1000, state: DeliveryState = SENT) -> list[Delivery]:
    """So many of those that are due leave."""
    begun = []
    for one in await world.claim(limit=limit):
        if await world.storage.outbox.begin([one.id], "one", world.now):
            form = MessageForm.DELETED if one.action is Action.RECALL else MessageForm.TEXT
            changes = one.action is not Action.SEND
            await world.settle(one, state, message_id=100 + one.chat_id, form=form, changes=changes)
            begun.append(one)
    return begun


async def test_a_draft_is_confirmed_once_and_not_when_stale(world: World) -> None:
    made = await draft(world)
    revised = await world.storage.broadcasts.set_content(made.id, Announcement("Иначе"), EDITOR, world.now)
    assert revised
    assert isinstance(await world.confirm(made), Stale)
    assert isinstance(await world.confirm(revised), Started)
    assert isinstance(await world.confirm(revised), TooLate)
    await world.reader(5)
    await world.fill()
    assert len(await world.claim()) == 1, "one fan-out"


async def test_cancelling_within_the_undo_window_only(world: World) -> None:
    await world.reader(5)
    made = await draft(world)
    await world.confirm(made, undo=1)
    await world.fill()
    assert await world.claim() == [], "not before its start"
    assert await world.storage.broadcasts.cancel(made.id, EDITOR, world.now)
    world.later(2)
    await world.fill()
    assert await world.claim() == []
    late = await world.broadcast()
    assert await world.storage.broadcasts.cancel(late.id, EDITOR, world.now) is None


async def test_the_second_pair_of_eyes(world: World) -> None:
    made = await draft(world)
    assert isinstance(await world.confirm(made, needed=2), MoreNeeded)
    assert isinstance(await world.confirm(made, needed=2), MoreNeeded), "the same editor twice is one editor"
    stranger = await world.confirm(made, ChatId(99), needed=2)
    assert isinstance(stranger, MoreNeeded), "who is no editor does not count"
    assert stranger.broadcast.approvals == (EDITOR,)
    assert isinstance(await world.confirm(made, OTHER_EDITOR, needed=2), Started)


async def test_an_approval_is_for_what_was_seen(world: World) -> None:
    made = await draft(world)
    await world.confirm(made, needed=2)
    revised = await world.storage.broadcasts.set_content(made.id, Announcement("Иначе"), OTHER_EDITOR, world.now)
    assert revised
    assert revised.approvals == ()
    assert isinstance(await world.confirm(revised, OTHER_EDITOR, needed=2), MoreNeeded)


async def test_who_was_removed_has_approved_nothing(world: World) -> None:
    await world.storage.editors.set_role(ChatId(3), Role.EDITOR, "Третий", EDITOR, world.now)
    made = await draft(world)
    await world.confirm(made, ChatId(3), needed=2)
    assert await world.storage.editors.remove(ChatId(3), EDITOR, world.now)
    assert isinstance(await world.confirm(made, EDITOR, needed=2), MoreNeeded)
    assert isinstance(await world.confirm(made, OTHER_EDITOR, needed=2), Started)


async def test_at_a_time(world: World) -> None:
    await world.reader(5)
    made = await draft(world)
    planned = await world.storage.broadcasts.set_time(made.id, world.now + timedelta(hours=2), EDITOR, world.now)
    assert planned
    assert isinstance(await world.confirm(made), Stale)
    assert isinstance(await world.confirm(planned), Started)
    assert [one.id for one in await world.storage.broadcasts.open()] == [made.id]
    world.later(119)
    await world.fill()
    assert await world.claim() == []
    world.later(2)
    await world.fill()
    assert len(await world.claim()) == 1


async def test_what_should_have_left_long_ago_waits_for_an_editor(world: World) -> None:
    await world.reader(5)
    made = await draft(world)
    await world.confirm(made)
    world.now += LATE + timedelta(minutes=1)
    await world.fill()
    assert await world.claim() == []
    late = await now(world, made)
    assert (late.paused, late.late) == (True, True)
    assert await world.storage.broadcasts.pause(made.id, False, EDITOR, world.now)
    await world.fill()
    assert len(await world.claim()) == 1


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        (Audience(), {5, 6, 7, 1}),
        (Audience(languages=(Language.KK,)), {6}),
        (Audience(languages=(Language.KK, Language.RU)), {5, 6, 7, 1}),
        (Audience(categories=(CategoryId(1),)), {5, 7}),
        (Audience(editors=True), {1}),
        (Audience(languages=(Language.KK,), categories=(CategoryId(1),)), set()),
    ],
)
async def test_audiences(world: World, wanted: Audience, reached: set[int]) -> None:
    await world.reader(5)
    await world.reader(6, everything=False)
    await world.storage.readers.set_language(ChatId(6), Language.KK)
    await world.reader(7, everything=False)
    await world.storage.readers.set_category(ChatId(7), CategoryId(1), Mode.NOW, world.now)
    await world.reader(EDITOR, everything=False)
    await world.reader(8)
    await world.storage.readers.set_left(ChatId(8), True, world.now)
    made = await draft(world)
    changed = await world.storage.broadcasts.set_audience(made.id, made.revision, wanted, EDITOR, world.now)
    assert changed
    assert sum((await world.storage.broadcasts.readers(wanted)).values()) == len(reached)
    await world.confirm(changed)
    await world.fill(step=2)
    assert {one.chat_id for one in await world.claim()} == reached
    assert await world.storage.broadcasts.wants(wanted, ChatId(5)) is (5 in reached)


async def test_pausing_holds_what_was_claimed_and_costs_nothing(world: World) -> None:
    for chat in (5, 6, 7):
        await world.reader(chat)
    broadcast = await world.broadcast()
    await world.fill()
    claimed = await world.claim(limit=2)
    assert await world.storage.broadcasts.pause(broadcast.id, True, EDITOR, world.now)
    assert await world.storage.outbox.begin([one.id for one in claimed], "one", world.now) == set()
    assert await world.claim("two") == []
    assert await world.storage.outbox.next_due(world.now) is None
    assert await world.storage.broadcasts.pause(broadcast.id, False, EDITOR, world.now)
    assert len(await leaves(world)) == 3, "what was held back then waits for no lease to end"


async def test_a_paused_one_holds_up_no_other(world: World) -> None:
    await world.reader(5)
    paused = await world.broadcast("Первая")
    await world.fill()
    await world.storage.broadcasts.pause(paused.id, True, EDITOR, world.now)
    second = await world.broadcast("Вторая")
    await world.fill()
    assert [one.broadcast_id for one in await world.claim()] == [second.id]


async def test_stopping_cancels_at_once_what_has_not_left(world: World) -> None:
    for chat in (5, 6, 7):
        await world.reader(chat)
    broadcast = await world.broadcast()
    await world.fill()
    (first,) = await leaves(world, limit=1)
    assert await world.storage.broadcasts.stop(broadcast.id, EDITOR, world.now)
    tally = await world.storage.broadcasts.tally(broadcast.id)
    assert (tally.by_state, tally.finished) == ({SENT: 1, CANCELLED: 2}, True), "before any of them is touched"
    assert await world.claim() == []
    await world.fill(step=2)
    assert (await world.storage.broadcasts.tally(broadcast.id)).by_state == {SENT: 1, CANCELLED: 2}
    assert await world.storage.broadcasts.stop(broadcast.id, EDITOR, world.now) is None
    assert first.chat_id == 5


async def test_a_correction_edits_what_was_delivered_and_changes_what_waits(world: World) -> None:
    for chat in (5, 6, 7):
        await world.reader(chat)
    broadcast = await world.broadcast("Ошибка")
    await world.fill()
    await leaves(world, limit=1)
    claimed = await world.claim(limit=1)
    correction = await world.storage.broadcasts.draft(
        EDITOR, Announcement("Верно"), world.now, kind=BroadcastKind.CORRECTION, parent=broadcast.id
    )
    assert isinstance(await world.confirm(correction), Started)
    assert (await now(world, broadcast)).announcement.text == "Верно"
    assert await world.storage.outbox.begin([one.id for one in claimed], "one", world.now) == set(), (
        "it was claimed with the old words"
    )
    await world.fill()
    left = await leaves(world)
    assert sorted((one.chat_id, one.action) for one in left) == [
        (5, Action.EDIT),
        (6, Action.SEND),
        (7, Action.SEND),
    ]
    assert len({one.revision for one in left}) == 1
    await world.fill()
    assert await leaves(world) == [], "who got the new words needs no correction"
    tally = await world.storage.broadcasts.tally(correction.id)
    assert (tally.by_state, tally.finished) == ({SENT: 1}, True)


async def test_a_recall_cancels_deletes_and_is_final(world: World) -> None:
    for chat in (5, 6, 7):
        await world.reader(chat)
    broadcast = await world.broadcast()
    await world.fill()
    await leaves(world, limit=2)
    recall = await world.storage.broadcasts.recall(broadcast.id, EDITOR, world.now)
    assert recall
    assert (recall.kind, recall.parent_id) == (BroadcastKind.RECALL, broadcast.id)
    await world.fill()
    assert [(one.chat_id, one.action) for one in await leaves(world)] == [(5, Action.RECALL), (6, Action.RECALL)]
    assert (await world.storage.broadcasts.tally(broadcast.id)).by_state == {SENT: 2, CANCELLED: 1}
    assert (await world.storage.broadcasts.tally(recall.id)).by_state == {SENT: 2}
    assert await world.storage.broadcasts.forms(recall.id) == {MessageForm.DELETED: 2}
    assert await world.storage.broadcasts.recall(broadcast.id, EDITOR, world.now) is None
    late = await world.storage.broadcasts.draft(
        EDITOR, Announcement("Поздно"), world.now, kind=BroadcastKind.CORRECTION, parent=broadcast.id
    )
    assert isinstance(await world.confirm(late), TooLate), "there is nothing to correct any more"


async def test_an_addition_answers_in_the_chats_that_have_it(world: World) -> None:
    for chat in (5, 6):
        await world.reader(chat)
    broadcast = await world.broadcast()
    await world.fill()
    await leaves(world)
    await world.reader(7)
    wanted = Audience(receivers_of=broadcast.id)
    reply = await world.storage.broadcasts.draft(
        EDITOR, Announcement("Ещё"), world.now, kind=BroadcastKind.REPLY, parent=broadcast.id, wanted=wanted
    )
    await world.confirm(reply)
    await world.fill()
    assert [(one.chat_id, one.reply_to) for one in await world.claim()] == [(5, 105), (6, 106)]


async def test_after_a_crash_a_correction_and_a_recall_go_on(world: World) -> None:
    for chat in (5, 6):
        await world.reader(chat)
    broadcast = await world.broadcast()
    await world.fill()
    await leaves(world)
    recall = await world.storage.broadcasts.recall(broadcast.id, EDITOR, world.now)
    assert recall
    await world.fill()
    begun = await world.begin_all("dead")
    assert len(begun) == 2
    await world.storage.outbox.recover("one", world.now)
    assert len(await leaves(world)) == 2
    assert (await world.storage.broadcasts.tally(recall.id)).finished


async def test_who_did_not_get_it_and_why(world: World) -> None:
    for chat in (5, 6, 7):
        await world.reader(chat)
    broadcast = await world.broadcast()
    await world.fill()
    first, second, third = await world.begin_all()
    await world.settle(first, SENT)
    await world.settle(second, DeliveryState.DEAD, error="blocked by the user", reader_unreachable=True)
    await world.settle(third, DeliveryState.DEAD, error="bad")
    found = await world.storage.broadcasts.copies(broadcast.id, missing=True)
    assert [(one.chat_id, one.blocked, one.error) for one in found] == [
        (6, True, "blocked by the user"),
        (7, False, "bad"),
    ]
    tally = await world.storage.broadcasts.tally(broadcast.id)
    assert tally.by_state == {SENT: 1, DeliveryState.BLOCKED: 1, DeliveryState.DEAD: 1}
    pages = [
        await world.storage.broadcasts.copies(broadcast.id, limit=2),
        await world.storage.broadcasts.copies(broadcast.id, after=6, limit=2),
    ]
    assert [[one.chat_id for one in page] for page in pages] == [[5, 6], [7]]
    assert await world.storage.broadcasts.copy(broadcast.id, ChatId(8)) is None


async def test_an_album_comes_one_by_one(world: World) -> None:
    photos = [Media(MediaKind.PHOTO, str(number)) for number in range(12)]
    made = await world.storage.broadcasts.draft(EDITOR, Announcement("", (), (photos[0],)), world.now, album="77")
    assert await world.storage.broadcasts.add_to_album(OTHER_EDITOR, "77", photos[1], "", []) is None
    for number, photo in enumerate(photos[1:], start=1):
        await world.storage.broadcasts.add_to_album(EDITOR, "77", photo, f"Слова {number}", [])
    album = await now(world, made)
    assert album.announcement == Announcement("Слова 1", (), tuple(photos[:10]))
    assert album.content_revision == album.revision == 12


async def test_each_editor_has_one_message_of_it(world: World) -> None:
    broadcasts, made = world.storage.broadcasts, await draft(world)
    await broadcasts.show(View(made.id, EDITOR, 10, 1))
    await broadcasts.show(View(made.id, EDITOR, 20, 1))
    await broadcasts.show(View(made.id, OTHER_EDITOR, 5, 1))
    assert {(one.chat_id, one.message_id) for one in await broadcasts.views(made.id)} == {
        (EDITOR, 20),
        (OTHER_EDITOR, 5),
    }
    await world.storage.editors.set_owners([EDITOR], world.now)
    assert [one.chat_id for one in await broadcasts.views(made.id)] == [EDITOR], "who is no editor sees no more"


async def test_owners_and_editors(world: World) -> None:
    editors = world.storage.editors
    third = ChatId(3)
    assert not await editors.set_role(third, Role.EDITOR, "Т", third, world.now), "nobody appoints himself"
    assert await editors.set_role(third, Role.EDITOR, "Т", EDITOR, world.now)
    assert not await editors.set_role(ChatId(4), Role.EDITOR, "Ч", third, world.now), "an editor appoints nobody"
    assert not await editors.remove(OTHER_EDITOR, EDITOR, world.now), "ADMIN_IDS names that one"
    assert not await editors.remove(third, third, world.now)
    assert await editors.remove(third, OTHER_EDITOR, world.now)
    assert await editors.get(third) is None
    await editors.set_owners([OTHER_EDITOR], world.now)
    assert [one.user_id for one in await editors.all()] == [OTHER_EDITOR]


async def test_questions_are_answered_by_the_next_message_or_by_a_reply(world: World) -> None:
    editors = world.storage.editors
    first, second = Prompt(Purpose.ALERT, 0), Prompt(Purpose.CORRECTION, 7)
    await editors.ask(EDITOR, 10, first, world.now)
    assert await editors.asked(EDITOR, None, world.now) == first
    await editors.ask(EDITOR, 20, second, world.now)
    assert await editors.asked(EDITOR, None, world.now) == second
    assert await editors.asked(EDITOR, 10, world.now) == first
    await editors.asks_no_more(EDITOR)
    assert await editors.asked(EDITOR, None, world.now) is None
    assert await editors.asked(EDITOR, 20, world.now) == second
    await editors.ask(EDITOR, 30, first, world.now)
    world.later(16)
    assert await editors.asked(EDITOR, None, world.now) is None, "a message much later is no answer"


async def test_every_deed_is_in_the_log_and_what_was_refused_too(world: World) -> None:
    await world.reader(5)
    await world.storage.editors.set_name(EDITOR, "Дана")
    made = await draft(world, "Пожар")
    await world.storage.broadcasts.set_content(made.id, Announcement("Пожар в Алматы"), EDITOR, world.now)
    await world.confirm(made)
    revised = await now(world, made)
    await world.confirm(revised)
    await world.storage.broadcasts.pause(made.id, True, OTHER_EDITOR, world.now)
    await world.storage.broadcasts.pause(made.id, False, EDITOR, world.now)
    await world.storage.broadcasts.stop(made.id, EDITOR, world.now)
    await world.storage.broadcasts.recall(made.id, EDITOR, world.now)
    await world.storage.broadcasts.cancel(made.id, EDITOR, world.now)
    await world.storage.audit.note(EDITOR, Act.EXPORTED, f"b{made.id}", world.now)
    entries = list(reversed(await world.storage.audit.page(limit=50)))
    assert [(one.action, one.done) for one in entries] == [
        (Act.DRAFTED, True),
        (Act.REVISED, True),
        (Act.CONFIRMED, False),
        (Act.CONFIRMED, True),
        (Act.PAUSED, True),
        (Act.RESUMED, True),
        (Act.STOPPED, True),
        (Act.RECALLED, True),
        (Act.CANCELLED, False),
        (Act.EXPORTED, True),
    ]
    assert {one.subject for one in entries} == {f"b{made.id}"}
    assert (entries[1].name, entries[1].detail) == ("Дана", "Пожар в Алматы")
    newest = await world.storage.audit.page(limit=3)
    assert [one.id for one in await world.storage.audit.page(before=newest[-1].id, limit=1)] == [newest[-1].id - 1]
    assert await world.storage.audit.count() == 10


async def test_our_own_article_is_found_by_its_link(world: World) -> None:
    parsed = article("мост")
    await world.publish(parsed)
    assert parsed.link_key
    assert await world.storage.curation.linked([b"nothing", parsed.link_key]) == await world.begun_article()
    assert await world.storage.curation.linked([b"nothing"]) is None


async def test_what_has_ended_is_listed_and_what_nobody_got_is_not(world: World) -> None:
    dropped = await draft(world)
    await world.storage.broadcasts.cancel(dropped.id, EDITOR, world.now)
    left = await world.broadcast()
    await world.fill()
    assert (await world.storage.broadcasts.tally(left.id)).finished
    await world.storage.broadcasts.finish(left.id, world.now)
    ended = await world.storage.broadcasts.ended()
    assert [(one.id, one.state) for one in ended] == [(left.id, BroadcastState.DONE)]
    assert [one.id for one in await world.storage.broadcasts.since(world.now - timedelta(hours=1))] == [left.id]
    assert await world.storage.broadcasts.get(BroadcastId(999)) is None
