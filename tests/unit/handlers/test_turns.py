"""Who sends more than anybody can read is left without answers for a while, and nobody else is."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.middleware import AT_ONCE, BACK_AT, PER_SECOND, REMEMBERED, Turn, Turns


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_all_at_once_then_none_then_again() -> None:
    clock = Clock()
    turns = Turns(clock)
    taken = [turns.take(5) for _ in range(int(AT_ONCE) + 50)]
    assert taken[: int(AT_ONCE) - 1] == [Turn.YES] * (int(AT_ONCE) - 1)
    assert taken[int(AT_ONCE) - 1] is Turn.LAST
    assert set(taken[int(AT_ONCE) :]) == {Turn.NO}
    assert turns.take(6) is Turn.YES
    clock.now = (BACK_AT - 1) / PER_SECOND
    assert turns.take(5) is Turn.NO, "one that is refused does not hold up the return"
    clock.now = BACK_AT / PER_SECOND
    assert turns.take(5) is Turn.YES


def test_a_steady_reader_never_waits() -> None:
    clock = Clock()
    turns = Turns(clock)
    for _ in range(1000):
        clock.now += 1 / PER_SECOND
        assert turns.take(5) is Turn.YES


def test_who_floods_on_gets_few_answers() -> None:
    clock = Clock()
    turns = Turns(clock)
    answered = 0
    for _ in range(6000):
        clock.now += 0.01
        answered += turns.take(5) is not Turn.NO
    assert answered <= AT_ONCE + 60 * PER_SECOND


def test_the_number_of_persons_is_bounded() -> None:
    turns = Turns(Clock())
    for person in range(REMEMBERED + 500):
        turns.take(person)
    assert len(turns._left) == REMEMBERED
