from __future__ import annotations

import pytest

from bot.feeds.categories import choose_labels, clean_label
from bot.feeds.identity import Marks, canonical, identify


@pytest.mark.parametrize(
    "link",
    [
        "https://example.kz/news/1/",
        "http://www.Example.kz/news/1?utm_source=rss&utm_medium=feed",
        "https://example.kz/news/1#comments",
        "https://example.kz:443/news/1?fbclid=x",
    ],
)
def test_one_address_in_several_spellings(link: str) -> None:
    assert canonical(link) == "https://example.kz/news/1"


def test_what_names_the_article_stays() -> None:
    assert canonical("https://example.kz/?p=7&utm_source=x") == "https://example.kz/?p=7"
    assert canonical("https://example.kz/?p=7") != canonical("https://example.kz/?p=8")


def test_one_link_for_all_entries() -> None:
    found = identify([Marks("", "https://example.kz/", title, "") for title in ("Первая", "Вторая")])
    assert found[0].identity != found[1].identity
    assert [one.link_key for one in found] == [None, None]


def test_one_guid_for_two_entries() -> None:
    found = identify([Marks("7", "https://example.kz/a", "А", ""), Marks("7", "https://example.kz/b", "Б", "")])
    assert found[0].identity != found[1].identity


def test_an_exact_repetition_is_the_same_entry() -> None:
    entry = Marks("7", "https://example.kz/a", "А", "")
    first, second = identify([entry, entry])
    assert first == second


def test_an_edited_title_is_the_same_entry() -> None:
    before, after = (identify([Marks("7", "https://example.kz/a", title, "")])[0] for title in ("А", "Б"))
    assert before == after


@pytest.mark.parametrize(
    ("label", "cleaned"),
    [
        ("политика", "Политика"),
        ("Новости/Спорт", "Спорт"),
        ("#Экономика", "Экономика"),
        ("12345", ""),
        ("https://example.kz/tag", ""),
        ("uncategorized", ""),
        ("Без рубрики", ""),
        ("a3f8b2c1d4e5f6a7b8", ""),
        ("Қоғам", "Қоғам"),
        ("x" * 41, ""),
    ],
)
def test_labels_as_people_write_them(label: str, cleaned: str) -> None:
    assert clean_label(label) == cleaned


def test_sections_found_categories_and_tags_do_not() -> None:
    entries = [["Политика", f"тег {n}а", f"тег {n}б", f"тег {n}в"] for n in range(10)]
    chosen = choose_labels(entries)
    founding = {label.label for labels in chosen for label in labels if label.founds}
    assert founding == {"Политика"}
