"""When everything pauses: outages, flood control, and a token that is another bot's."""

from __future__ import annotations

from bot.delivery.breaker import LONGEST_OUTAGE_PAUSE, MOST_MISSING, WATCHED, Breaker
from bot.delivery.outcome import FloodWait, Missing, NotSent, Outcome, Sent, Unknown, Unreachable
from bot.model.deliveries import MessageForm


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


SENT = Sent(1, MessageForm.TEXT)


def call(breaker: Breaker, outcome: Outcome, chat: int = 1) -> float:
    return breaker.end(breaker.begin(), chat, outcome)


def test_a_single_lost_answer_is_no_outage() -> None:
    breaker = Breaker()
    assert call(breaker, Unknown("lost")) == 0
    assert call(breaker, SENT) == 0
    assert call(breaker, NotSent("no connection")) == 0
    assert not breaker.on_trial


def test_an_outage_pauses_longer_and_longer_and_a_success_ends_it() -> None:
    breaker = Breaker()
    pauses = [call(breaker, NotSent("no connection")) for _ in range(10)]
    assert pauses[:2] == [0, 0]
    assert pauses[2:6] == [1, 2, 4, 8]
    assert max(pauses) == LONGEST_OUTAGE_PAUSE
    assert breaker.on_trial
    assert call(breaker, SENT) == 0
    assert not breaker.on_trial


def test_what_was_under_way_when_the_outage_came_makes_it_no_longer() -> None:
    breaker = Breaker()
    begun = [breaker.begin() for _ in range(8)]
    pauses = [breaker.end(one, chat, Unknown("cut")) for chat, one in enumerate(begun)]
    assert pauses == [0, 0, 1, 0, 0, 0, 0, 0]


def test_a_success_that_began_before_the_trouble_proves_nothing() -> None:
    breaker = Breaker()
    early = breaker.begin()
    for _ in range(3):
        call(breaker, Unknown("lost"))
    assert breaker.end(early, 1, SENT) == 0
    assert breaker.on_trial


def test_one_chat_in_flood_control_stops_the_others_for_a_moment_only() -> None:
    breaker = Breaker(monotonic=Clock())
    assert call(breaker, FloodWait(35), chat=1) == 1
    assert not breaker.flooded
    assert breaker.on_trial
    call(breaker, SENT, chat=2)
    assert not breaker.on_trial
    assert call(breaker, FloodWait(35), chat=1) == 1
    assert not breaker.flooded


def test_two_chats_in_flood_control_are_everybody() -> None:
    clock = Clock()
    breaker = Breaker(monotonic=clock)
    call(breaker, FloodWait(35), chat=1)
    assert call(breaker, FloodWait(34), chat=2) == 34
    assert breaker.flooded
    clock.now += 3600
    assert call(breaker, FloodWait(5), chat=3) == 1, "an hour later it is one chat again"
    assert not breaker.flooded


def test_many_missing_chats_are_doubted_and_then_tried_one_at_a_time() -> None:
    breaker = Breaker()
    pauses = [call(breaker, Missing("chat not found"), chat) for chat in range(MOST_MISSING)]
    assert pauses[:-1] == [0] * (MOST_MISSING - 1)
    assert pauses[-1] == 60
    assert breaker.doubtful
    assert breaker.on_trial
    assert call(breaker, Missing("chat not found"), 999) == 120
    call(breaker, SENT)
    assert not breaker.doubtful


def test_many_who_blocked_the_bot_are_believed() -> None:
    breaker = Breaker()
    for chat in range(WATCHED):
        assert call(breaker, Unreachable("blocked"), chat) == 0
        if chat % 3 == 0:
            call(breaker, Missing("chat not found"), chat)
    assert not breaker.doubtful
