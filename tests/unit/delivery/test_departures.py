"""What leaves next: the order, and who stands aside."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.delivery.departures import Departures
from bot.model.deliveries import Delivery, DeliveryClass
from bot.model.ids import ArticleId, ChatId, DeliveryId
from bot.model.language import Language

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BREAKING, ROUTINE, DIGEST = DeliveryClass.BREAKING, DeliveryClass.ROUTINE, DeliveryClass.DIGEST


def delivery(number: int, kind: DeliveryClass = ROUTINE, chat: int = 0) -> Delivery:
    return Delivery(DeliveryId(number), kind, ChatId(chat or number), Language.RU, ArticleId(1), None, 0, NOW)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def drained(departures: Departures) -> list[int]:
    found = []
    while one := departures.next():
        found.append(one.id)
    return found


def test_by_class_then_oldest_first() -> None:
    departures = Departures()
    departures.add([delivery(3), delivery(1), delivery(9, BREAKING), delivery(2, DIGEST)])
    assert len(departures) == 4
    assert drained(departures) == [9, 1, 3, 2]
    assert len(departures) == 0


def test_what_is_claimed_twice_is_held_once_until_it_has_ended() -> None:
    departures = Departures()
    one = delivery(1)
    assert departures.add([one]) == 1
    assert departures.add([one]) == 0
    assert departures.next() is one
    assert departures.add([one]) == 0, "its begin is not committed yet"
    departures.end(one)
    assert departures.add([one]) == 1


def test_one_that_waits_holds_up_no_other_and_comes_in_its_order() -> None:
    clock = Clock()
    departures = Departures(monotonic=clock)
    first, second = delivery(1, chat=5), delivery(2, chat=5)
    departures.add([first, second, delivery(3)])
    for one in (first, second):
        assert departures.next() is one
        departures.later(one, 2)
    assert departures.ready == 1
    assert drained(departures) == [3]
    assert departures.next_moment() == 2
    clock.now += 2
    assert drained(departures) == [1, 2]


def test_behind_something_until_it_is_cleared() -> None:
    departures = Departures()
    departures.add([delivery(number, chat=5) for number in (1, 2, 3)])
    assert departures.next()
    for _ in range(2):
        one = departures.next()
        assert one
        departures.behind(one, ChatId(5))
    assert departures.next() is None
    assert len(departures) == 2
    departures.clear(ChatId(6))
    assert departures.next() is None
    departures.clear(ChatId(5))
    assert drained(departures) == [2, 3]


def test_what_is_less_urgent_is_taken_back_from_wherever_it_stands() -> None:
    departures = Departures()
    departures.add([delivery(1, BREAKING), delivery(2), delivery(3), delivery(4, DIGEST), delivery(5, BREAKING)])
    taken = [departures.next() for _ in range(4)]
    assert [one.id for one in taken if one] == [1, 5, 2, 3]
    for one in taken[2:]:
        assert one
        departures.behind(one, "photo") if one.id == 2 else departures.later(one, 60)
    assert departures.lowest() is DIGEST
    assert sorted(one.id for one in departures.take_back(ROUTINE)) == [2, 3, 4]
    assert departures.lowest() is None
    departures.clear("photo")
    assert drained(departures) == []
    assert departures.add([delivery(2)]) == 1, "given back, it may be claimed again"
