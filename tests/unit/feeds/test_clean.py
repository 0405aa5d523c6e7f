from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.blocks import Image, Player, Text
from bot.feeds.clean import paragraphs, read_blocks
from bot.feeds.credits import credited, split_credit
from bot.feeds.guard import HTML_LIMIT, guard
from bot.feeds.words import plain, shorten
from bot.model.articles import Attachment, AttachmentKind
from bot.model.body import Paragraph, Run, words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Просто", "Просто"),
        ("A &amp;amp; B", "A & B"),
        ("<b>Жирный</b> заголовок<br>дальше", "Жирный заголовок дальше"),
        ("&lt;i&gt;Курсив&lt;/i&gt;", "Курсив"),
        ("std::vector<int> за 5 минут", "std::vector<int> за 5 минут"),
        ("5 < 7 > 3", "5 < 7 > 3"),
        ("  много \n\t пробелов\u200b ", "много пробелов"),
        ("«Кавычки» — тире №\u00a05", "«Кавычки» — тире №\u00a05"),
    ],
)
def test_headlines(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("Фото: Акимат Астаны: Facebook", "Акимат Астаны: Facebook"),
        ("(Фото: Иван Петров)", "Иван Петров"),
        ("Сурет: Әкімдік", "Әкімдік"),
        ("Photo: Reuters", "Reuters"),
        ("Photo by Ann Lee", "Ann Lee"),
        ("© АиФ / Иван Иванов", "АиФ / Иван Иванов"),
        ("Фото дня: мост", ""),
        ("На фото мост", ""),
    ],
)
def test_credits(line: str, who: str) -> None:
    assert credited(line) == who


def test_caption_and_credit_in_one_line() -> None:
    assert split_credit("Мост. Фото: Акимат") == ("Мост.", "Акимат")


@pytest.mark.parametrize(
    "html",
    [
        '<figure><img src="https://e.kz/1.jpg"><figcaption>Мост <cite>Акимат</cite></figcaption></figure>',
        '<p><img src="https://e.kz/1.jpg"></p><p>Мост</p><p>Фото: Акимат</p>',
        '<p><img src="x.gif" data-src="https://e.kz/1.jpg"><br>Мост<br>Фото: Акимат</p>',
    ],
)
def test_a_photo_with_what_is_said_about_it(html: str) -> None:
    blocks = read_blocks(html + "<p>Текст статьи.</p>")
    (image,) = [block for block in blocks if isinstance(block, Image)]
    assert (image.url, image.caption, image.credit) == ("https://e.kz/1.jpg", "Мост", "Акимат")
    assert paragraphs(blocks) == ["Текст статьи."]


def test_the_largest_of_a_srcset() -> None:
    (image,) = read_blocks('<img src="s.jpg" srcset="https://e.kz/a.jpg 300w, https://e.kz/b.jpg 1200w">')
    assert isinstance(image, Image)
    assert image.url == "https://e.kz/b.jpg"


def test_players_are_videos() -> None:
    (player,) = read_blocks('<iframe src="https://www.youtube.com/embed/x">')
    assert player == Player(Attachment(AttachmentKind.PLAYER, "https://www.youtube.com/embed/x"))


@pytest.mark.parametrize("tail", ["Читать далее", "Читать полностью →", "The post X appeared first on Y."])
def test_tails_are_left_out(tail: str) -> None:
    assert paragraphs(read_blocks(f"<p>Начало статьи.</p><p>{tail}</p>")) == ["Начало статьи."]


def test_scripts_and_styles_are_not_text() -> None:
    html = "<style>p{}</style><script>alert(1)</script><p>Текст</p>"
    assert read_blocks(html) == [Paragraph((Run("Текст"),))]


@pytest.mark.parametrize(
    "html",
    ["<div>" * 100_000, "<b>" * 50_000 + "x", "<a " + "b=c " * 100_000 + ">", "<" * 200_000, "<div></x>" * 100_000],
)
def test_hostile_html_is_cut_before_it_is_parsed(html: str) -> None:
    guarded = guard(html)
    assert len(guarded) <= HTML_LIMIT
    assert guarded.count("<div>") <= 513
    read_blocks(html)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;=\"' abpdivimgsrc\n\u00a0ё"), max_size=300))
def test_any_input_is_read(html: str) -> None:
    for block in read_blocks(html):
        if isinstance(block, Text):
            assert words(block.runs).strip()


@given(st.text(max_size=300), st.integers(5, 200))
def test_shorten(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= max(limit, 1)
