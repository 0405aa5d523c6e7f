"""Fragments with their hits in bold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.fragments import FRAGMENT, fragment, marked
from bot.model.articles import Article
from bot.model.body import Paragraph, Run
from bot.model.finding import Hits
from bot.model.ids import ArticleId
from storage.queries import queries

ARTICLE = Article(
    ArticleId(1), "Заголовок", "https://example.kz/1", "", (), "", "ru", datetime(2026, 11, 23, tzinfo=UTC), (), ()
)


def hits(typed: str) -> Hits:
    return next(queries(typed)).hits


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Открыли мосты", "мост", "Открыли <b>мосты</b>"),
        ("Новый мост стоит", "мост новый", "<b>Новый мост</b> стоит"),
        ("A<b>&мост", "мост", "A&lt;b&gt;&amp;<b>мост</b>"),
        ("Ёлка", "елка", "<b>Ёлка</b>"),
        ("онлайн-банк", "онлайн-банк", "<b>онлайн-банк</b>"),
        ("Ничего", "мост", "Ничего"),
        ("", "мост", ""),
    ],
)
def test_hits_are_bold(text: str, typed: str, expected: str) -> None:
    assert marked(text, hits(typed), "ru") == expected


def test_other_spellings_and_beginnings_are_hits_too() -> None:
    *_, respelled = queries("жаналык")
    assert marked("Басты жаңалықтар", respelled.hits, "kk") == "Басты <b>жаңалықтар</b>"
    *_, respelled = queries("tokayev")
    assert marked("Сказал Токаев", respelled.hits, "ru") == "Сказал <b>Токаев</b>"
    begun = next(queries("засед", begun=True))
    assert marked("Идёт заседание", begun.hits, "ru") == "Идёт <b>заседание</b>"


def test_the_fragment_is_where_most_hits_are() -> None:
    body = tuple(
        Paragraph((Run(text),))
        for text in ("Мост один раз.", "Вода " * 60 + "новый мост через реку Илек открыли " + "вечер " * 60)
    )
    found = fragment(replace(ARTICLE, body=body), hits("новый мост"))
    assert "<b>новый мост</b> через реку Илек" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found.replace("<b>", "").replace("</b>", "")) <= FRAGMENT + 2


def test_a_short_lead_is_shown_whole() -> None:
    assert fragment(replace(ARTICLE, lead="Старый мост."), hits("мост")) == "Старый <b>мост</b>."


def test_no_fragment_when_only_the_headline_was_hit() -> None:
    assert fragment(replace(ARTICLE, lead="Лид"), hits("заголовок")) == ""


def test_what_the_headline_says_is_not_said_twice() -> None:
    assert fragment(replace(ARTICLE, title="Мост — Открыт вчера", lead="Открыт вчера."), hits("открыт")) == ""


def test_words_without_spaces_are_cut_all_the_same() -> None:
    found = fragment(replace(ARTICLE, lead="мост " + "ы" * 1000), hits("мост"))
    assert len(found) <= FRAGMENT + 10
