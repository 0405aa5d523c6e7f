"""What holds for the body of any HTML whatsoever."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.clean import read_blocks
from bot.model.body import text_of
from tests.bodies import as_html, clean, hold, read, seen

INLINE = ("b", "em", "u", "del", "code", "sub", "span", "q", "a", "mark", "cite")
BLOCKS = (
    "p",
    "div",
    "h1",
    "h4",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "tr",
    "td",
    "th",
    "pre",
    "figure",
    "figcaption",
)
MORE = ("details", "summary", "dl", "dt", "dd", "section", "thead", "footer", "address", "center")
ATTRIBUTES = (
    "",
    "",
    "",
    " href='https://e.kz/a?b=1&c=2'",
    " href='/путь с пробелом'",
    " href='javascript:alert(1)'",
    " href='mailto:a@e.kz?subject=x'",
    " style='font-weight: bold'",
    " style='font-weight: normal; font-style: italic'",
    " start='7'",
    " value='3' reversed",
    " class='language-python twitter-tweet'",
)
WORD = re.compile(r"слово\d+")
SPACES = ("", "", " ", "\n", "  ", "\u00a0", "<br>", "<br>\n<br>", "<hr>", "<!-- x -->")


@st.composite
def articles(draw: st.DrawFn) -> str:
    """HTML of any nesting, every word in it another one."""
    count = 0

    def words(spaces: str) -> str:
        nonlocal count
        count += 1
        return f"{spaces}слово{count}"

    text = st.sampled_from(SPACES).map(words)
    tag = st.sampled_from((*INLINE, *INLINE, *BLOCKS, *BLOCKS, *MORE))
    spaces, attributes = st.sampled_from(SPACES), st.sampled_from(ATTRIBUTES)
    nodes = st.recursive(
        text,
        lambda inner: st.builds(
            lambda tag, attributes, inside, after: f"<{tag}{attributes}>{''.join(inside)}</{tag}>{after}",
            tag,
            attributes,
            st.lists(inner, max_size=5),
            spaces,
        ),
        max_leaves=25,
    )
    return "".join(draw(st.lists(nodes, max_size=6)))


def test_a_caption_stands_above_its_table_wherever_it_was_written() -> None:
    assert WORD.findall("".join(read(clean("<table><td>слово1</td><caption>слово2</caption></table>")))) == [
        "слово2",
        "слово1",
    ]


@settings(max_examples=300, deadline=None)
@given(articles())
def test_every_word_survives_in_order(html: str) -> None:
    assert WORD.findall("".join(read(clean(html)))) == WORD.findall("".join(seen(html)))


@settings(max_examples=300, deadline=None)
@given(articles())
def test_a_body_is_valid_and_reads_the_same_again(html: str) -> None:
    body = clean(html)
    hold(body)
    assert clean(as_html(body)) == body


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;=\"' abpdivtrlisrchqu\n\u00a0\u200dё🙂"), max_size=400))
def test_soup_is_read(html: str) -> None:
    hold(clean(html))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(("<b>", "</b>", "<p>", "</i>", "<li>", "<td>", "</table>", "<table>", "x ", "<a href=/>")))
)
def test_wrong_nesting_is_read(tags: list[str]) -> None:
    hold(clean("".join(tags)))


HOSTILE = {
    "captions": "<div class=caption>" * 500 + "слово " * 150_000,
    "captions with paragraphs": "<div class=caption>" * 500 + "<p>а б</p>" * 90_000,
    "names": "<blockquote>" + "<cite>а</cite>" * 60_000,
    "posts": "<blockquote class=twitter-tweet>" * 500 + "<p>а</p>" * 90_000,
    "items": "<ul><li>" * 250 + "<p>а</p>" * 90_000,
    "tables": "<table><tr><td>" * 160 + "<p>а</p>" * 90_000,
    "figures": "<figure>" * 250 + "<figcaption>" * 250 + "а " * 300_000,
    "styles": "<p>" + "<b>а</b>б" * 90_000,
    "breaks": "<p>" + "а<wbr>" * 150_000,
    "reversed": "<ol reversed><li>" * 250 + "<li>а" * 90_000,
    "hidden": "<div hidden>" * 500 + "<img src=a.jpg>" * 60_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_length(html: str) -> None:
    """A megabyte of each takes a second or two; what looks at everything again for every element takes minutes."""
    started = time.process_time()
    read_blocks(html)
    assert time.process_time() - started < 15, "seconds of CPU"


def test_a_body_has_its_limits() -> None:
    body = clean("".join(f"<p>{'слово ' * 100}<b>жирное</b></p>" for _ in range(1000)))
    hold(body)
    assert 199_000 < len(text_of(body)) <= 202_000
    assert len(clean("<p>а</p>" * 5000)) == 2000
