"""What an article's own page adds."""

from __future__ import annotations

import json

from bot.feeds.page import read_page
from bot.model.articles import Photo
from bot.model.body import Paragraph, PhotoPlace, Run, words_of

LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Газета"},
        {
            "@type": ["NewsArticle"],
            "articleBody": "Первый абзац.\n\nВторой абзац.",
            "image": [{"@type": "ImageObject", "url": "/ld.jpg", "caption": "Мост", "creditText": "Акимат"}],
        },
    ],
}
PAGE = (
    "<html><head><meta charset='utf-8'><meta property='og:image' content='https://e.kz/og.jpg'></head><body>"
    "<nav>Меню</nav><div class='article'><h1>Заголовок</h1><figure><img src='/1.jpg'><figcaption>Мост. Фото: Акимат"
    "</figcaption></figure><p>Текст статьи.</p></div><p>Подвал</p></body></html>"
)


def read(html: str, selector: str = "", encoding: str = "utf-8"):  # type: ignore[no-untyped-def]
    return read_page(html.encode(encoding), "text/html", "https://e.kz/7", selector, "Заголовок")


def test_the_selected_element_is_the_article() -> None:
    page = read(PAGE, ".article")
    assert page.body == (PhotoPlace("https://e.kz/1.jpg"), Paragraph((Run("Текст статьи."),)))
    assert page.photos == (Photo("https://e.kz/1.jpg", "Мост.", "Акимат"),)


def test_without_a_selector_what_the_page_tells_machines() -> None:
    script = f'<script type="application/ld+json">{json.dumps(LD)}</script>'
    page = read(PAGE.replace("</head>", script + "</head>"))
    assert [words_of(block) for block in page.body] == ["Первый абзац.", "Второй абзац."]
    assert page.photos == (Photo("https://e.kz/ld.jpg", "Мост", "Акимат"),)


def test_opengraph_gives_at_least_the_photo() -> None:
    page = read(PAGE, ".no-such-element")
    assert page.body == ()
    assert page.photos == (Photo("https://e.kz/og.jpg"),)


def test_an_old_encoding_told_in_the_page() -> None:
    page = read(PAGE.replace("utf-8", "windows-1251"), ".article", "cp1251")
    assert words_of(page.body[-1]) == "Текст статьи."


def test_broken_pages_tell_nothing() -> None:
    for html in ("", "<<<>>>", '<script type="application/ld+json">{{{</script>', "<div>" * 10_000):
        assert read(html, "[[bad").body == ()
