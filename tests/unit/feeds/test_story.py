"""A page that no feed has brought → the article on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.feeds.identity import link_key
from bot.feeds.story import read_story
from bot.model.articles import CategoryLabel, ParsedArticle, Photo
from bot.model.body import PhotoPlace, words_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://gazeta.kz/news/7?utm_source=mail"
PHOTO = (
    "<p><img src='/p/{n}.jpg'></p><p>Ассоциация отмечает юбилей {n}</p>"
    "<p>Фото: Акимат Актюбинской области: Facebook</p>"
)
TEXT = (
    "<p>28 ноября в Актобе прошёл круглый стол, приуроченный к 10-летию Ассоциации.</p>{first}"
    "<p>Аким области Ондасын Уразалин поздравил представителей НПО со знаменательной датой.</p>{second}"
    "<blockquote><p>Всесторонняя поддержка институтов гражданского общества.</p></blockquote>"
)
PAGE = (
    "<html lang='ru-KZ'><head><meta charset='utf-8'><title>Ассоциация | Газета</title>"
    "<link rel='canonical' href='https://gazeta.kz/news/7'><meta property='og:title' content='Ассоциация | Газета'>"
    "<meta property='og:description' content='В Актобе прошёл круглый стол &laquo;Диалог&raquo;.'>"
    "<meta property='article:published_time' content='2026-11-23T18:30:00'>"
    "<meta property='article:section' content='Политика'></head><body><header><h1>Газета</h1></header>"
    "<nav><p>Меню из многих слов, которые никто не читает</p></nav>"
    "<article><h1>Ассоциация НПО отмечает 10-летний юбилей</h1>"
    + TEXT.format(first=PHOTO.format(n=1), second=PHOTO.format(n=2))
    + "<aside><p>Читайте также: другая новость</p></aside><div class='subscribe-box'><p>Узнавайте обо всём</p></div>"
    "</article><article><h1>Другая</h1><p>Анонс другой новости.</p></article>"
    "<footer><p>Подвал сайта</p></footer></body></html>"
)


def read(html: str, selector: str = "", url: str = URL) -> ParsedArticle:
    story = read_story(html.encode(), "text/html", url, selector, ZoneInfo("Asia/Almaty"), NOW)
    assert story
    return story


def body(story: ParsedArticle) -> str:
    return "\n".join(words_of(block) for block in story.body)


def test_all_that_a_page_shows_and_tells() -> None:
    story = read(PAGE)
    assert story.title == "Ассоциация НПО отмечает 10-летний юбилей"
    assert story.lead == "В Актобе прошёл круглый стол «Диалог»."
    assert story.link == "https://gazeta.kz/news/7"
    assert story.link_key == link_key("https://www.gazeta.kz/news/7/?utm_medium=rss"), "as a feed would bring it"
    assert story.published_at == datetime(2026, 11, 23, 13, 30, tzinfo=UTC), "by the newsroom's clocks"
    assert story.labels == (CategoryLabel("Политика", False),)
    assert story.language == "ru"
    assert story.photos == tuple(
        Photo(
            f"https://gazeta.kz/p/{n}.jpg",
            f"Ассоциация отмечает юбилей {n}",
            "Акимат Актюбинской области: Facebook",
        )
        for n in (1, 2)
    )
    assert [one.url for one in story.body if isinstance(one, PhotoPlace)] == [one.url for one in story.photos]
    assert "Уразалин" in body(story)
    assert "гражданского общества" in body(story)
    for other in ("Меню", "Читайте также", "Узнавайте", "Другая", "Анонс", "Подвал"):
        assert other not in body(story), other


def test_the_element_that_an_editor_named() -> None:
    html = PAGE.replace("<article>", "<div class='post'>", 1)
    assert "Уразалин" in body(read(html, ".post"))


def test_a_page_without_any_marks() -> None:
    html = (
        "<body><div><h1>Мост открыт</h1></div><div class=x>" + "<p>Движение по мосту открыли утром.</p>" * 9 + "</div>"
    )
    story = read(html)
    assert (story.title, story.labels, story.published_at) == ("Мост открыт", (), None)
    assert story.lead.startswith("Движение по мосту")


def test_what_machines_are_told() -> None:
    linked = {
        "@type": "NewsArticle",
        "headline": "Мост открыт &amp; свободен",
        "articleBody": "Первый абзац, целиком.\n\n" + "Второй абзац, тоже целиком. " * 9,
        "author": [{"@type": "Person", "name": "Азамат Ибраев"}],
        "datePublished": "2026-11-23T10:00:00+05:00",
        "articleSection": ["Общество", "Мосты"],
        "image": {"url": "/1.jpg", "caption": "Мост", "creditText": "Акимат"},
    }
    script = f"<script type='application/ld+json'>{json.dumps(linked)}</script>"
    story = read(f"<html><head>{script}</head><body><h1>Газета</h1><p>Первый абзац…</p></body></html>")
    assert (story.title, story.author) == ("Мост открыт & свободен", "Азамат Ибраев")
    assert story.labels == (CategoryLabel("Общество", False),)
    assert story.published_at == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert "тоже целиком" in body(story)
    assert story.photos == (Photo("https://gazeta.kz/1.jpg", "Мост", "Акимат"),)


def test_kazakh_letters_decide_where_a_page_says_otherwise() -> None:
    html = "<html lang=ru><h1>Ақтөбеде көпір ашылды</h1><main><p>Қозғалыс таңертең басталды, жұрт қуанды.</p></main>"
    assert read(html).language == "kk"


def test_a_canonical_address_of_another_site_or_of_the_front_page_counts_nothing() -> None:
    for other in ("https://elsewhere.kz/7", "https://gazeta.kz/", "javascript:alert(1)", ""):
        html = PAGE.replace(
            "<link rel='canonical' href='https://gazeta.kz/news/7'>", f"<link rel=canonical href='{other}'>"
        )
        assert read(html).link == URL, other


def test_a_page_that_shows_its_text_in_a_browser_only_is_at_least_a_card() -> None:
    html = "<head><meta property='og:type' content='{}'><meta name=description content='О мосте.'></head><h1>Мост</h1>"
    story = read(html.format("article"))
    assert (story.title, story.lead, story.body) == ("Мост", "О мосте.", ())
    assert read_story(html.format("website").encode(), "", URL, "", ZoneInfo("UTC"), NOW) is None, "a front page"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<<<>>>",
        "<h1>Только заголовок</h1>",
        "<p>Только текст без заголовка</p>",
        '<script type="application/ld+json">{{{</script>',
        '<script type="application/ld+json">{"@type": "Article", "headline": 7, "author": [[]]}</script>',
        "<div>" * 10_000,
        "<article>" * 300,
    ],
)
def test_what_is_no_article(html: str) -> None:
    assert read_story(html.encode(), "text/html", URL, "[[bad", ZoneInfo("UTC"), NOW) is None


def test_many_paragraphs_and_articles_cost_no_more_than_a_feed() -> None:
    html = "<h1>Т</h1>" + "<article><p>Слово.</p></article>" * 20_000
    assert read(html).lead
