"""What somebody types → what is looked for, and names in another alphabet."""

from __future__ import annotations

import pytest

from storage.queries import MOST_WORDS, queries, terms
from storage.spellings import folded, spellings
from storage.stems import stem, stems


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tokayev", "токаев"),
        ("tokaev", "токаева"),
        ("zelensky", "зеленский"),
        ("shymkent", "шымкент"),
        ("nazarbayev", "назарбаев"),
        ("moskva", "москва"),
        ("жаналык", "жаңалықтар"),
        ("казак", "қазақ"),
        ("токаев", "tokayev"),
        ("жомарт", "jomart"),
        ("трамп", "tramp"),
    ],
)
def test_names_in_another_alphabet(typed: str, meant: str) -> None:
    indexed = {*stems(meant), *folded(meant)}
    assert indexed & set(spellings(typed)), spellings(typed)


def test_words_that_stand_everywhere_are_left_out_beside_others() -> None:
    assert [term.parts for term in terms("выборы в казахстане")] == [("выборы",), ("казахстане",)]
    assert [term.parts for term in terms("и")] == [("и",)], "alone it is what was asked for"
    assert [term.parts for term in terms("«о языке»")] == [("о", "языке")], "a phrase is kept whole"


def test_nothing_to_look_for() -> None:
    for typed in ("", "   ", "…!?", '""', "«»"):
        assert list(queries(typed)) == []


def test_more_words_than_help_are_left_out() -> None:
    assert len(terms(" ".join(f"слово{n}" for n in range(50)))) == MOST_WORDS


def test_what_is_tried_one_after_the_other() -> None:
    exact, begun, respelled = queries("мост ток")
    assert all(not condition.beginnings for condition in exact.conditions)
    assert begun.conditions[0].beginnings == ()
    assert "ток" in begun.conditions[1].beginnings
    assert respelled.respelled
    assert stem("мост") in exact.hits.stems
    assert [one.respelled for one in queries("мост", begun=True)] == [False, True]


def test_a_phrase_is_looked_for_unbroken() -> None:
    (condition,) = next(queries("«открыли мост»")).conditions
    assert (stem("открыли"), stem("мост")) in condition.phrases
    (condition,) = next(queries("онлайн-банк")).conditions
    assert (stem("онлайнбанк"),) in condition.phrases
