"""What holds for every text: whatever people type or newspapers print."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.fragments import FRAGMENT, fragment, marked
from bot.model.articles import Article
from bot.model.ids import ArticleId
from storage.indexing import wording
from storage.kazakh import Stripper
from storage.queries import MOST_WORDS, queries
from storage.spellings import folded, spellings
from storage.stems import LONGEST, matches, normal, readings, stems

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіabcdefghijklmnopqrstuvwxyz'-"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=15)
TYPED = st.one_of(
    st.text(max_size=80), st.lists(WORDS, max_size=6).map(" ".join), st.text(" \"«»“'’*-aбқ1", max_size=30)
)
LANGUAGES = st.sampled_from(["", "ru", "kk", "en"])


def article(title: str, lead: str, language: str) -> Article:
    return Article(ArticleId(1), title, "", lead, (), "", language, datetime(2026, 11, 23, tzinfo=UTC), (), ())


@given(WORDS, LANGUAGES)
def test_a_word_is_found_by_itself(word: str, language: str) -> None:
    """However the language of its text is declared: nobody tells one when searching."""
    if reading := readings(word):
        assert matches(reading, stems(f"до {word} после", language))


@given(TYPED, LANGUAGES)
def test_stems_are_words(text: str, language: str) -> None:
    for one in stems(text, language):
        assert one
        assert len(one) <= LONGEST
        assert one == normal(one) or not one.isascii()
        assert " " not in one
        assert "|" not in one
        assert "%" not in one
        assert "_" not in one


@given(WORDS)
def test_stripping_ends(word: str) -> None:
    for stripper in (Stripper(), Stripper(folded=True)):
        once = stripper.strip(word)
        assert stripper.strip(once) == once
    if plain := normal(word):
        assert all(spellings(plain))
    folded(word)


@given(TYPED, st.booleans())
def test_whatever_is_typed_is_a_query(typed: str, begun: bool) -> None:
    for query in queries(typed, begun=begun):
        assert 0 < len(query.conditions) <= MOST_WORDS
        assert all(condition.phrases for condition in query.conditions)


@given(TYPED, TYPED, LANGUAGES)
def test_every_weight_is_in_bounds(title: str, lead: str, language: str) -> None:
    found = wording(article(title, lead, language))
    assert all(0 < weight <= 1000 for weight in found.weights.values())
    assert {one for part in found.parts for one in part} == set(found.weights)


@given(TYPED, TYPED, LANGUAGES)
def test_marking_adds_nothing_but_bold(text: str, typed: str, language: str) -> None:
    for query in queries(typed):
        shown = marked(text, query.hits, language)
        assert without_bold(shown) == text
        assert shown.count("<b>") == shown.count("</b>")
        piece = fragment(article("", text * 20, language), query.hits)
        assert len(without_bold(piece)) <= FRAGMENT + 2


def without_bold(html: str) -> str:
    return unescape(html.replace("<b>", "").replace("</b>", ""))
