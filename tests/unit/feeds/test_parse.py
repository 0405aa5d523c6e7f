"""Small feeds, one per dialect or trap; the traps are those of 115 real feeds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.feeds.parse import ParsedFeed, parse
from bot.model.articles import ParsedArticle
from bot.model.body import Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Run, text_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:yandex="http://news.yandex.ru" '
    'xmlns:rbc_news="https://www.rbc.ru" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Газета</title>'
    "<link>https://e.kz/</link><language>ru-RU</language>"
)


def read(body: bytes | str, content_type: str = "application/rss+xml", url: str = "https://e.kz/rss") -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, content_type, url, ZoneInfo("Asia/Almaty"), NOW)


def item(inside: str) -> ParsedArticle:
    feed = read(f"{HEAD}<item><title>Заголовок</title><link>https://e.kz/1</link>{inside}</item></channel></rss>")
    (found,) = feed.articles
    return found


def test_rss() -> None:
    found = item(
        "<guid>1</guid><category>политика</category><description>Лид статьи.</description>"
        "<pubDate>Mon, 23 Nov 2026 10:00:00 +0500</pubDate><author>Иван Петров</author>"
    )
    assert (found.title, found.lead, found.language, found.author) == ("Заголовок", "Лид статьи.", "ru", "Иван Петров")
    assert found.published_at == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert [label.label for label in found.labels] == ["Политика"]


def test_a_nested_link_is_not_the_articles() -> None:
    found = item('<yandex:related><link url="https://e.kz/other">Другая</link></yandex:related>')
    assert found.link == "https://e.kz/1"


def test_a_media_description_is_not_the_lead() -> None:
    found = item(
        '<media:content url="https://e.kz/a.jpg" medium="image"><media:description>Мост</media:description>'
        "<media:credit>Акимат</media:credit></media:content><description>Лид.</description>"
    )
    assert found.lead == "Лид."
    (photo,) = found.photos
    assert (photo.url, photo.caption, photo.credit) == ("https://e.kz/a.jpg", "Мост", "Акимат")


def test_publishers_own_full_text() -> None:
    found = item("<description>Лид.</description><yandex:full-text>Лид.\n\nВесь текст статьи.</yandex:full-text>")
    assert "Весь текст статьи." in text_of(found.body)


def test_a_bare_image_element() -> None:
    assert [photo.url for photo in item("<image>https://e.kz/b.jpg</image>").photos] == ["https://e.kz/b.jpg"]


def test_rbc_photo_with_source() -> None:
    found = item(
        "<rbc_news:image><rbc_news:url>https://e.kz/c.jpg</rbc_news:url>"
        "<rbc_news:source>РИА Новости</rbc_news:source></rbc_news:image>"
    )
    assert found.photos[0].credit == "РИА Новости"


def test_a_photographer_in_the_authors_place() -> None:
    found = item(
        "<atom:author><atom:name>Фото: Дмитрий Брушко</atom:name></atom:author>"
        '<enclosure url="https://e.kz/d.jpg" type="image/jpeg" length="0"/>'
    )
    assert found.photos[0].credit == "Дмитрий Брушко"


def test_sizes_of_one_photo_are_one_photo() -> None:
    found = item(
        '<enclosure url="https://e.kz/up/most-300x200.jpg" type="image/jpeg" length="1"/>'
        '<media:content url="https://e.kz/up/most-1200x800.jpg" medium="image" width="1200" height="800"/>'
        "<description>&lt;img src='https://e.kz/up/most.jpg'&gt;Лид</description>"
    )
    assert len(found.photos) == 1


def test_pixels_and_icons_are_no_photos() -> None:
    found = item(
        "<description>&lt;img src='https://mc.yandex.ru/pixel/1'&gt;&lt;img src='https://e.kz/x.png' width='1' "
        "height='1'&gt;&lt;img src='https://e.kz/share-icon.png'&gt;Лид</description>"
    )
    assert found.photos == ()


def test_a_gallery_in_order() -> None:
    content = "".join(f'<media:content url="https://e.kz/g{n}.jpg" medium="image"/>' for n in range(5))
    assert [photo.url for photo in item(content).photos] == [f"https://e.kz/g{n}.jpg" for n in range(5)]


def test_double_escapes_and_tags_in_a_title() -> None:
    feed = read(f"{HEAD}<item><title>&lt;b&gt;А&lt;/b&gt; &amp;amp; Б</title><guid>1</guid></item></channel></rss>")
    assert feed.articles[0].title == "А & Б"


@pytest.mark.parametrize(
    ("encode", "content_type"),
    [
        (lambda text: text.replace("utf-8", "windows-1251").encode("cp1251"), "application/xml"),
        (lambda text: text.replace(' encoding="utf-8"', "").encode("cp1251"), "text/xml; charset=windows-1251"),
        (lambda text: text.replace("utf-8", "utf-16").encode("utf-8"), "text/html"),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), ""),
        (lambda text: b"\n\n  " + text.encode(), "application/xml"),
        (lambda text: text.encode("utf-16"), "application/xml"),
        (lambda text: text.encode("cp1251"), "application/xml"),
        (lambda text: text.replace("utf-8", "no-such").encode("cp1251"), ""),
    ],
)
def test_encodings(encode: Callable[[str], bytes], content_type: str) -> None:
    body = encode(HEAD + "<item><title>Новости дня</title><guid>1</guid></item></channel></rss>")
    assert [one.title for one in read(body, content_type).articles] == ["Новости дня"]


def test_atom_with_relative_links() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://e.kz/blog/"><title>Блог</title><entry><id>x</id>'
        '<title>Запись</title><link href="7.html"/><link rel="enclosure" href="/7.jpg" type="image/jpeg"/>'
        "<content type='html'>&lt;p&gt;Текст&lt;/p&gt;</content></entry></feed>",
        "application/atom+xml",
    )
    assert feed.articles[0].link == "https://e.kz/blog/7.html"


def test_json_feed() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Т", "language": "en", "items": [{"id": 7, '
        '"url": "https://e.kz/7", "title": "Seven", "content_html": "<p>Text</p>", "image": "https://e.kz/7.jpg", '
        '"date_published": "2026-11-20T10:00:00Z", "tags": ["News", 5]}, "junk", {"id": null}]}'
    )
    (found,) = feed.articles
    assert (found.title, found.lead, found.photos[0].url) == ("Seven", "Text", "https://e.kz/7.jpg")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!doctype html><html><body>Hi</body></html>", "web page"),
        (b"", "empty"),
        (b"\x00\x01\x02", "not a feed"),
        (b'{"hello": 1}', "no JSON Feed"),
        (b"{{{", "can't be read"),
    ],
)
def test_no_feed_at_all(body: bytes, problem: str) -> None:
    feed = read(body)
    assert feed.articles == ()
    assert problem in feed.problems[0]
    assert not feed.is_feed


def test_a_valid_empty_feed_is_a_feed() -> None:
    feed = read(HEAD + "</channel></rss>")
    assert feed.is_feed
    assert feed.articles == ()


def test_a_damaged_feed_gives_what_it_has() -> None:
    good = "<item><title>Раз</title><guid>1</guid></item>"
    feed = read(f"{HEAD}{good}<item><title>Два")
    assert "Раз" in [one.title for one in feed.articles]


def test_oldest_first() -> None:
    items = "".join(f"<item><title>{n}-я</title><guid>{n}</guid></item>" for n in (3, 2, 1))
    assert [one.title for one in read(HEAD + items + "</channel></rss>").articles] == ["1-я", "2-я", "3-я"]


def test_text_that_was_encoded_twice() -> None:
    once = "Минувшая ночь в Москве стала самой холодной".encode()
    twice = "".join(chr(byte) if byte in b"\x81\x8d\x8f\x90\x9d" else bytes((byte,)).decode("cp1252") for byte in once)
    feed = read(f"{HEAD.replace('Газета', 'Paper')}<item><title>{twice}</title><guid>1</guid></item></channel></rss>")
    assert feed.articles[0].title == "Минувшая ночь в Москве стала самой холодной"


def test_honest_letters_stay() -> None:
    assert item("<description>«CAFÉ» — «THÉ», déjà là, «ÉTÉ»</description>").lead == "«CAFÉ» — «THÉ», déjà là, «ÉTÉ»"


def test_a_date_inside_a_time_element() -> None:
    found = item('<pubDate><time datetime="2019-05-03T19:21:28Z">Fri, 05/03/2019 - 15:21</time></pubDate>')
    assert found.published_at == datetime(2019, 5, 3, 19, 21, 28, tzinfo=UTC)


def test_relative_links_of_a_feed_without_address() -> None:
    feed = read(
        "<rss version='2.0'><channel><title>N</title><link>http://e.kz/</link><item><title>A</title>"
        "<link>/a.html</link></item></channel></rss>",
        url="",
    )
    assert feed.articles[0].link == "http://e.kz/a.html"


def test_a_frameless_photo_is_not_hidden() -> None:
    """A border of no width is no picture of no width."""
    html = "&lt;img src='https://e.kz/1.jpg' style='border-top-width: 0px; border-width:0px' width='180'&gt;"
    assert len(item(f"<description>{html}</description>").photos) == 1
    hidden = "&lt;img src='https://e.kz/1.jpg' style='width: 1px; height:1px'&gt;"
    assert item(f"<description>{hidden}</description>").photos == ()


def test_the_body_keeps_kinds_and_the_place_of_photos() -> None:
    html = (
        "<p>Первый абзац статьи, достаточно длинный.</p><h2>Подзаголовок</h2><blockquote><p>Цитата</p></blockquote>"
        "<ul><li>раз</li><li>два</li></ul><figure><img src='/1.jpg'>"
        "<figcaption>Мост. Фото: Акимат</figcaption></figure>"
        "<pre>x = 1\n  y</pre><table><tr><td>а</td><td>б</td></tr></table><iframe src='https://youtube.com/embed/v'></iframe>"
        "<img src='https://e.kz/share-icon.png'><p>Конец.</p>"
    )
    found = item(f"<description>Лид.</description><content:encoded><![CDATA[{html}]]></content:encoded>")
    assert found.body == (
        Paragraph((Run("Первый абзац статьи, достаточно длинный."),)),
        Heading((Run("Подзаголовок"),), 2),
        Quote((Run("Цитата"),)),
        Item((Run("раз"),)),
        Item((Run("два"),)),
        PhotoPlace("https://e.kz/1.jpg"),
        Code("x = 1\n  y"),
        Row(((Run("а"),), (Run("б"),))),
        Embed("https://youtube.com/embed/v"),
        Paragraph((Run("Конец."),)),
    )
    assert found.photos[0].credit == "Акимат"
