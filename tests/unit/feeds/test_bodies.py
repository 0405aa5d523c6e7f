"""How articles read: what formatting, structure and players become of the HTML that sites write."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.feeds.clean import read_blocks
from bot.feeds.media import find_media
from bot.feeds.parse import parse
from bot.model.articles import Attachment, AttachmentKind
from bot.model.body import Embed, PhotoPlace
from tests.bodies import BASE, as_html, clean, hold, shown
from tests.real_feeds import needs_real_feeds, real_feeds

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
READINGS = {
    "formatting": (
        "<p>Глава <b>города</b> <em>сказал</em>, <del>нет</del> H<sub>2</sub>O, x<sup>2</sup>, <ins>под</ins>, "
        "<mark>ярко</mark>, <kbd>ключ</kbd></p>",
        "Глава <b>города</b> <i>сказал</i>, <s>нет</s> H<sub>2</sub>O, x<sup>2</sup>, <u>под</u>, "
        "<mark>ярко</mark>, <code>ключ</code>",
    ),
    "formatting by CSS": (
        "<p><span style='font-weight: 700'>а</span> <b style='font-weight: normal'>б</b></p>",
        "<b>а</b> б",
    ),
    "links": (
        "<p><a href='/n/1?a=1&amp;b=2'>вот</a>, <a href='mailto:a@e.kz'>письмо</a>, <a href='javascript:x()'>нет</a>",
        '<a href="https://e.kz/n/1?a=1&amp;b=2">вот</a>, <a href="mailto:a@e.kz">письмо</a>, нет',
    ),
    "a style ends before the space": ("<p><b>Слово </b>и<i> дело</i></p>", "<b>Слово</b> и <i>дело</i>"),
    "lines, subheads and rules": ("<h2>Раздел</h2><p>Одна<br>две</p><hr><p>три</p>", "## Раздел\nОдна / две\n---\nтри"),
    "a quote with its credit": (
        "<blockquote><p>Первое.</p><p>Второе.</p><footer>— Аким</footer></blockquote>",
        "> Первое. ¶ Второе. [Аким]",
    ),
    "a post": (
        "<blockquote class='twitter-tweet'><p>Текст</p>&mdash; Имя (@name) "
        "<a href='https://twitter.com/name/status/1'>May 1</a></blockquote>",
        '> Текст ¶ <a href="https://twitter.com/name/status/1">May 1</a> [Имя (@name)]',
    ),
    "lists within lists": (
        "<ul><li>а<ol start=3><li>б</li><li>в</li></ol></li><li>г</li></ul>",
        "- а\n  3. б\n  4. в\n- г",
    ),
    "a table": (
        "<table><tr><th>Год<th>Тонн</tr><tr><td>2025<td><b>7</b></tr></table>",
        "|| Год | Тонн\n| 2025 | <b>7</b>",
    ),
    "a listing": (
        "<pre><code class='language-python'>if a:\n    b()</code></pre>",
        "`python` if a:\n    b()",
    ),
    "a figure and a player": (
        "<p>до</p><figure><img src='/a.jpg'><figcaption>Мост. Фото: Акимат</figcaption></figure><p>после</p>"
        "<iframe src='https://www.youtube.com/embed/abc' title='Ролик'></iframe>",
        "до\n(photo https://e.kz/a.jpg)\nпосле\n(embed https://www.youtube.com/embed/abc Ролик)",
    ),
    "a caption without a photo is text": (
        "<p>до</p><figure><figcaption>Слова</figcaption></figure>",
        "до\nСлова",
    ),
    "details": ("<details><summary>Кратко</summary><p>долго</p></details>", "<b>Кратко</b>\nдолго"),
}


@pytest.mark.parametrize(("html", "reads"), READINGS.values(), ids=READINGS.keys())
def test_an_article_reads_as_on_the_site(html: str, reads: str) -> None:
    assert shown(clean(html)) == reads


def attachments(html: str) -> tuple[Attachment, ...]:
    return find_media(None, read_blocks(html, BASE), BASE, "").attachments


def test_files_and_pages_that_play() -> None:
    assert attachments(
        "<video src='/v.mp4' poster='/p.jpg'></video><audio controls><source src='/a.mp3' type='audio/mpeg'></audio>"
        "<iframe src='https://www.youtube.com/embed/abc' title='Ролик'></iframe>"
    ) == (
        Attachment(AttachmentKind.VIDEO, "https://e.kz/v.mp4", cover="https://e.kz/p.jpg"),
        Attachment(AttachmentKind.AUDIO, "https://e.kz/a.mp3", mime="audio/mpeg"),
        Attachment(AttachmentKind.PLAYER, "https://www.youtube.com/embed/abc", title="Ролик"),
    )


def test_a_player_of_nothing_is_none() -> None:
    assert attachments("<p>а</p><video></video><audio src=''></audio><iframe></iframe>") == ()


def test_a_podcast() -> None:
    feed = parse(
        '<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>'
        "<title>Подкаст</title><item><title>Выпуск</title><guid>1</guid><itunes:duration>01:02:03</itunes:duration>"
        '<enclosure url="https://e.kz/1.mp3" type="audio/mpeg" length="5000"/></item></channel></rss>'.encode(),
        "",
        "https://e.kz/rss",
        ZoneInfo("Asia/Almaty"),
        NOW,
    )
    (one,) = feed.articles[0].attachments
    assert (one.kind, one.url, one.mime, one.size, one.seconds) == (
        AttachmentKind.AUDIO,
        "https://e.kz/1.mp3",
        "audio/mpeg",
        5000,
        3723,
    )


@needs_real_feeds
@pytest.mark.parametrize("path", real_feeds(), ids=lambda path: path.name)
def test_every_entry_of_a_real_feed_reads(path: Path) -> None:
    for article in parse(path.read_bytes(), "", "https://e.kz/", ZoneInfo("Asia/Almaty"), NOW).articles:
        hold(article.body)
        photos = [photo.url for photo in article.photos]
        urls = [one.url for one in article.attachments]
        assert max(Counter(photos + urls).values(), default=1) == 1
        assert "" not in photos + urls
        places = [block.url for block in article.body if isinstance(block, PhotoPlace)]
        assert set(places) <= set(photos)
        assert len(places) == len(set(places))
        assert all(block.url for block in article.body if isinstance(block, Embed))
        # Without players, whose titles and addresses depend on what else the entry has.
        text = tuple(block for block in article.body if not isinstance(block, PhotoPlace | Embed))
        hold(clean(as_html(text)))
