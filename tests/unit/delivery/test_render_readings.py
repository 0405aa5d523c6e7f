"""The whole article inside Telegram, and galleries: what stands where, and what happens to what is too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import keyboards
from bot.delivery.post import AlbumPost, PhotoPost, RichPost
from bot.delivery.render.gallery import gallery, slideshow
from bot.delivery.render.reading import reading
from bot.delivery.render.rich import lists, rich_text, table
from bot.model.articles import Article, Photo
from bot.model.body import Body, Code, Heading, Item, Paragraph, PhotoPlace, Row, Run, Style
from bot.model.language import Language
from bot.texts import Texts
from tests.articles import ARABIC, BRIDGE, FESTIVAL, NOTICE, NOW, p
from tests.shown import block_lines, text
from tests.unit.delivery.judging import judge, read_html

TEXTS = Texts.load(Language.RU)
WHEN: dict[str, Any] = {"now": NOW, "zone": ZoneInfo("Asia/Almaty")}
REST = "🔗 Продолжение на сайте"
WORDS = "Слова идут одно за другим, и конца им нет. "


def read(article: Article) -> RichPost:
    post = reading(article, Language.RU, TEXTS, keyboards.reading(article, Language.RU, TEXTS), **WHEN)
    judge(post)
    return post


def outline(post: RichPost) -> list[str]:
    return [line for block in post.blocks for line in block_lines(dict(block))]


def of(*body: Any, **more: Any) -> Article:
    return replace(BRIDGE, body=body, lead="", photos=(), **more)


def test_a_lead_that_the_text_repeats_is_told_once() -> None:
    assert sum(BRIDGE.lead in line for line in outline(read(BRIDGE))) == 1
    other = replace(BRIDGE, lead="Другой лид.")
    assert "Другой лид." in outline(read(other))


def test_photos_stand_where_the_text_has_them_and_galleries_are_slideshows() -> None:
    post = read(FESTIVAL)
    slideshows = [block for block in post.blocks if block["type"] == "slideshow"]
    assert [len(block["blocks"]) for block in slideshows] == [6, 14]
    assert post.media == tuple(photo.url for photo in FESTIVAL.photos[:20])
    assert f"[🖼 ещё 31 фото]({FESTIVAL.link})" in outline(post)
    more = post.keyboard
    assert more
    assert more.inline_keyboard[1][0].callback_data == "g:2:20"


def test_photos_without_a_place_lead_as_one_gallery() -> None:
    photos = tuple(Photo(f"https://e.kz/{n}.jpg", refused=n == 2) for n in range(1, 4))
    post = read(replace(of(p("Текст.")), photos=photos))
    assert post.blocks[2]["type"] == "slideshow"
    assert post.media == ("https://e.kz/1.jpg", "https://e.kz/3.jpg")
    placed = read(replace(of(PhotoPlace("https://e.kz/3.jpg"), p("Текст.")), photos=photos))
    assert placed.media == ("https://e.kz/3.jpg", "https://e.kz/1.jpg")
    assert [block["type"] for block in placed.blocks[2:]] == ["photo", "paragraph", "photo", "footer"]


def test_a_photo_that_telegram_has_is_named_by_its_id_and_learned_by_its_address() -> None:
    post = read(replace(of(p("Текст.")), photos=(Photo("https://e.kz/1.jpg", file_id="AgAC"),)))
    assert post.blocks[2]["photo"] == {"type": "photo", "media": "AgAC"}
    assert post.media == ("https://e.kz/1.jpg",)


def test_caption_and_credit() -> None:
    captions = [Photo("https://e.kz/1.jpg", "Мост", "Акимат"), Photo("https://e.kz/2.jpg", "", "Акимат")]
    post = read(replace(of(p("Текст.")), photos=(*captions, Photo("https://e.kz/3.jpg"))))
    told = [block.get("caption") for block in post.blocks[2]["blocks"]]
    assert told == [{"text": "Мост", "credit": "📷 Акимат"}, {"text": "📷 Акимат"}, None]


def test_formatting_is_at_most_two_deep() -> None:
    both = frozenset((Style.BOLD, Style.ITALIC, Style.UNDERLINE))
    assert rich_text((Run("a", both),)) == {"type": "italic", "text": {"type": "bold", "text": "a"}}
    linked = rich_text((Run("a", both, "https://e.kz/"), Run("b", url="https://e.kz/")))
    assert linked == {"type": "url", "text": [{"type": "bold", "text": "a"}, "b"], "url": "https://e.kz/"}
    assert rich_text((Run("a", both | {Style.CODE}),)) == {"type": "code", "text": "a"}
    assert rich_text((Run("почта", url="mailto:a@b.kz"),)) == "почта"


def test_addresses_in_the_text_open() -> None:
    assert text(rich_text((Run("См. https://e.kz/a, https://e.kz/b."),))) == (
        "См. [https://e.kz/a](https://e.kz/a), [https://e.kz/b](https://e.kz/b)."
    )
    assert rich_text((Run("http://localhost и a@b.kz"),)) == "http://localhost и a@b.kz"


def test_lists_within_lists() -> None:
    def item(words: str, depth: int, number: int | None = None) -> Item:
        return Item((Run(words),), depth, number)

    made = lists([item("а", 0, 3), item("б", 1), item("в", 2), item("г", 1), item("д", 0, 4), item("е", 0)])
    assert [line for block in made for line in block_lines(block)] == [
        "3 а", "    - б", "        - в", "    - г", "4 д", "- е",
    ]  # fmt: skip


def test_tables_are_even_and_at_most_twenty_columns_wide() -> None:
    wide = Row(tuple((Run(str(n)),) for n in range(1, 26)), header=True)
    made = table([wide, Row(((Run("а"),),))])
    assert [len(row) for row in made["cells"]] == [20, 20]
    assert [text(cell["text"]) for cell in made["cells"][0][17:]] == ["18", "19", "…"]
    assert made["cells"][1][1] == {"align": "left", "valign": "top"}


def test_right_to_left() -> None:
    post = read(ARABIC)
    assert post.rtl
    lines = [line for one in post.fallback for line in read_html(one.text)[0].split("\n") if line]
    assert all(line.startswith("\u200f") for line in lines)
    assert not read(BRIDGE).rtl


LONG: dict[str, Body] = {
    "many paragraphs": tuple(p(WORDS * 10) for _ in range(240)),
    "one paragraph": (p(WORDS * 2_400),),
    "a list": tuple(Item((Run(WORDS),), number=n) for n in range(1, 2_400)),
    "a table": tuple(Row(((Run(WORDS),), (Run("1"),))) for _ in range(2_400)),
    "code": (Code("x = 1\n" * 17_000),),
    "links": tuple(Paragraph((Run("слово", url=f"https://e.kz/{n}" + "x" * 1_900),)) for n in range(1_000)),
}


@pytest.mark.parametrize("kind", LONG)
def test_an_article_of_100_000_characters_ends_with_a_link_to_the_rest(kind: str) -> None:
    post = read(of(*LONG[kind]))
    *_, before, rest, footer = outline(post)
    assert rest == f"[{REST}]({BRIDGE.link})"
    assert footer.startswith("footer: Источник:")
    assert before.startswith(("Слова", "[слово]", "pre: x = 1", *(f"{n} Слова" for n in range(1, 2_400)), "| Слова"))
    if kind == "links":
        assert len(post.blocks) == 500
    else:
        assert 1 <= len(post.fallback) <= 12
    if len(post.fallback) == 12:
        assert read_html(post.fallback[-1].text)[0].split("\n\n")[-2] == REST
        assert all(len(read_html(one.text)[0]) > 3_000 for one in post.fallback[:-1]) or kind == "links"


def test_most_of_the_room_is_used() -> None:
    for kind in ("many paragraphs", "one paragraph", "code"):
        letters = sum(len(line) for line in outline(read(of(*LONG[kind]))))
        assert letters > 32_000, kind


def test_without_a_link_the_end_is_an_ellipsis() -> None:
    post = read(replace(of(*LONG["one paragraph"]), link=""))
    assert outline(post)[-2:] == ["…", "footer: Ерлан Сабитов · <24 ноября, 11:10>"]


def test_no_heading_is_left_alone_at_the_end() -> None:
    many = [block for n in range(400) for block in (Heading((Run(f"Глава {n}"),)), p(WORDS * 20))]
    post = read(of(*many))
    assert post.blocks[-3]["type"] == "paragraph"
    for one in post.fallback:
        assert not one.text.split("\n\n")[-1].startswith("<b>Глава")


def test_the_plain_form_has_the_photo_above_and_the_buttons_below() -> None:
    post = read(of(*LONG["many paragraphs"][:20]))
    assert len(post.fallback) == 3
    assert [one.keyboard is None for one in post.fallback] == [True, True, False]
    assert read(BRIDGE).fallback[0].preview_url == BRIDGE.photos[0].url
    assert read(NOTICE).fallback[0].preview_url is None


def test_albums_of_ten_leave_no_photo_alone() -> None:
    for count, sizes in (
        (2, [2]),
        (10, [10]),
        (11, [9, 2]),
        (12, [10, 2]),
        (21, [10, 9, 2]),
        (51, [10, 10, 10, 10, 9, 2]),
    ):
        article = replace(FESTIVAL, photos=FESTIVAL.photos[:count])
        found, offset = [], 0
        while post := gallery(article, offset, Language.RU, TEXTS):
            assert isinstance(post, AlbumPost)
            judge(post)
            found.append(len(post.photos))
            offset += len(post.photos)
        assert found == sizes


def test_one_photo_is_no_album_and_none_is_nothing() -> None:
    alone = replace(FESTIVAL, photos=FESTIVAL.photos[:1])
    assert gallery(alone, 0, Language.RU, TEXTS) == PhotoPost(
        FESTIVAL.photos[0].url, "Кадр 1\n📷 Айгуль Тлеуова", replaceable=True
    )
    assert gallery(alone, 1, Language.RU, TEXTS) is None
    assert slideshow(alone, 5, Language.RU, TEXTS, None) is None


def test_slideshows_of_twenty_and_the_button_for_the_next() -> None:
    keyboard = keyboards.gallery(FESTIVAL, 40, Language.RU, TEXTS)
    assert [[button.text for button in row] for row in keyboard.inline_keyboard] == [["🖼 Ещё 11"], ["🔗 На сайте"]]
    post = slideshow(FESTIVAL, 20, Language.RU, TEXTS, keyboard)
    assert post
    judge(post)
    assert post.media == tuple(photo.url for photo in FESTIVAL.photos[20:40])
    assert post.fallback[-1].keyboard is keyboard
    last = keyboards.gallery(FESTIVAL, 51, Language.RU, TEXTS)
    assert [[button.text for button in row] for row in last.inline_keyboard] == [["🔗 На сайте"]]
