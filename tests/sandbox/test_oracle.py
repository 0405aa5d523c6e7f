"""The sandbox reads HTML, entities and links as Telegram's own library does, errors included."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

pytest.importorskip("tdjson", reason="Telegram's library has no build for this platform")

from bot.sandbox.answers import ApiError
from bot.sandbox.text.entities import tidied, utf16
from bot.sandbox.text.html import parse_html
from bot.sandbox.text.recognised import pieces
from tests.sandbox import tdlib

MANY = settings(max_examples=1500, derandomize=True, deadline=None)


def ours(source: str) -> tuple[str, list[dict[str, Any]]] | str:
    try:
        text, entities = parse_html(source)
    except ApiError as error:
        why = error.description.removeprefix("Bad Request: ")
        return why[0].upper() + why[1:]
    for entity in entities:
        if user := entity.pop("user", None):
            entity["user_id"] = user["id"]
    return text, entities


def check_html(source: str) -> None:
    assert ours(source) == tdlib.parsed_html(source), source


@pytest.mark.parametrize(
    "source",
    [
        "<b>жирный</b> и <i>курсив</i>",
        "<B>x</b>",
        "<b>a<i>b</b></i>",
        "<b>a<b>b</b></b>",
        "a < b",
        "x<br/>y",
        "<p>x</p>",
        "<b>x",
        "x</b>",
        "<b>x</i>",
        "<b>x</>",
        "<b",
        "<b x",
        "<b x=",
        "<b x='1",
        "<b =1>x</b>",
        "<b x=1/>x</b>",
        "</b",
        "<span>x</span>",
        "<span class='tg-spoiler'>x</span>",
        "<tg-emoji emoji-id='x'>👍</tg-emoji>",
        "<tg-emoji emoji-id='5368324170671202286'>👍</tg-emoji>",
        "<tg-time unix='1797580800' format='wDT'>18 декабря</tg-time>",
        "<tg-time unix='1797580800' format='zz'>18 декабря</tg-time>",
        "<tg-time>x</tg-time>",
        "<pre><code class='language-python'>x = 1</code></pre>",
        "<code class='language-python'>x = 1</code>",
        "<blockquote expandable>Қазақстан\nцитата</blockquote>",
        "<a>example.kz</a>",
        "<a href=example.kz>x</a>",
        "<a HREF='example.kz'>x</a>",
        "<a href='https://Example.KZ:8080/путь?a=1&amp;b=2#c'>x</a>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='http://localhost/'>x</a>",
        "<a href='tg://user?id=710000001'>Иван</a>",
        "<a href='tg://resolve?domain=x'>x</a>",
        "<a href='ftp://x.kz'>x</a>",
        "&lt;&gt;&amp;&quot; &nbsp;&laquo;&apos; &#1178;&#x1F600;&#55357; &amp x",
        "&#0;&#x110000;&#99999999999;",
        "😀<b>😀</b>",
        "<b></b><i> </i>",
        "",
    ],
)
def test_html_by_hand(source: str) -> None:
    check_html(source)


TAGS = ["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler", "strong", "em", "del", "ins", "strike"]
LINKS = [
    "x.kz", "http://a.b/c", "https://Я.рф", "a b.kz", "x.kz/%zz", "x..y", ".", "a.b:0", "a.b:080", "a@b.c", "[::1]",
    "http://[::1]/", "x.kz?y", "tg:resolve?x=1", "tg://a.b/c", "tonsite://a.b", "HTTPS://A.B", "x|y.z", "mailto:x@y.z",
    "tg://user?ID=12", "tg://user/?id=3", "tg://user?id=12&x=1", "tg://user?id=0", "x.kz:99999", "tel:+7", "foo", "",
]  # fmt: skip
OPENINGS = [f"<{tag}>" for tag in TAGS] + [
    "<span class='tg-spoiler'>", "<span>", "<blockquote expandable>", "<code class='language-py'>", "<a>",
    "<tg-emoji emoji-id='5368324170671202286'>", "<tg-time unix='1797580800' format='D'>", 
    "<tg-time unix='5' format='z'>", "<b id=1>", "<b =1>", "<b x>", "<b x='1", "< b>", "<p>", "<br/>", "<",
]  # fmt: skip
CLOSINGS = [f"</{tag}>" for tag in (*TAGS, "a", "span", "tg-emoji", "tg-time")] + ["</>"]
WORDS = [
    "a",
    "b ",
    "\n",
    "😀",
    "қ",
    "&lt;",
    "&amp",
    "&nbsp;",
    "&#1078;",
    "&#x1F600;",
    "&#55357;",
    "&",
    "'",
    '"',
    "=",
    ">",
    "/",
]


@MANY
@given(some.lists(some.sampled_from([*OPENINGS, *CLOSINGS, *WORDS]), max_size=9).map("".join))
def test_html_in_pieces(source: str) -> None:
    check_html(source)


def wrapped(inner: Any) -> Any:
    tagged = some.tuples(some.sampled_from(TAGS), inner).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>")
    linked = some.tuples(some.sampled_from(LINKS), inner).map(lambda pair: f'<a href="{pair[0]}">{pair[1]}</a>')
    return some.lists(some.one_of(inner, tagged, linked), min_size=1, max_size=3).map("".join)


@MANY
@given(some.recursive(some.sampled_from(WORDS), wrapped, max_leaves=8))
def test_html_well_nested(source: str) -> None:
    check_html(source)


SPANS = some.tuples(
    some.sampled_from(
        ["bold", "italic", "underline", "strikethrough", "spoiler", "text_link", "code", "pre", "blockquote",
         "expandable_blockquote", "hashtag"]
    ),
    some.integers(0, 11),
    some.integers(1, 5),
)  # fmt: skip


@MANY
@given(some.lists(SPANS, min_size=1, max_size=4))
def test_entities_that_meet_are_put_right(spans: list[tuple[str, int, int]]) -> None:
    found = tidied([{"type": kind, "offset": offset, "length": length} for kind, offset, length in spans])
    mine = [(one["type"], one["offset"], one["length"]) for one in found]
    assert mine == tdlib.tidied("abcdefghijklmnop", spans)


@pytest.mark.parametrize(
    "text",
    [
        "@ab @abc @abcd x@abcd @абвг (@abcd) @1234 @abcd. @gif",
        "#a #1 #1a #тег_1 #а·б x#tag #қазақ #Политика, #tag.",
        "/start /start@bot_x a/b /a/b /é /start, (/x) //x",
        "$USD $usd $USDT $1INCH $BTC. x$USD $USDUSDUSD",
        "http://x http://x.kz/a_(b) http://x.kz/a). www.site.kz, site.kz/путь?x=1 сайт.рф пример.қаз",
        "foo.bar foo.txt 1.2.3.4 127.0.0.1:80 localhost:80 http://localhost/ a.b.c ftp://x.kz tg://x HTTPS://X.KZ.",
        "a@b.kz @b.kz a@b x@y.museum, q.w@e-r.com",
        "https://егемен.қаз/news «https://x.kz/» “x.kz” x.kz» https://x.kz/?a=b&c=d#e,",
        "site.kz. Site.KZ site.info tengrinews.kz/kazakhstan_news/x-123/ zakon.kz:8080/x index.html t.me/durov",
        "e.g. т.е. и т.д. г.Алматы ул.Абая 12.12.2026 v1.2 AT&T 50% #1",
        "Цена $5, скидка #5 и почта info@site.kz: пишите @editor_kz или /help",
    ],
)
def test_what_is_recognised(text: str) -> None:
    mine = [(kind, utf16(text[:begin]), utf16(text[begin:end])) for kind, begin, end in pieces(text)]
    assert mine == tdlib.recognised(text)
