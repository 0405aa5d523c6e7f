"""Which article an entry is, when sites change what should not change. Real sequences of polls among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.parse import parse
from bot.model.articles import ParsedArticle
from bot.model.ids import ArticleId
from storage.matching import Candidate, choose, title_key
from tests.contract.world import NOON, World, article
from tests.real_feeds import FOLDER, needs_real_feeds


def under(entry: ParsedArticle, mark: str, **changes: object) -> ParsedArticle:
    """The same entry under another guid."""
    return replace(entry, identity=mark.encode().ljust(32, b"."), **changes)  # type: ignore[arg-type]


async def test_a_new_guid_for_an_old_article(world: World) -> None:
    await world.publish(article("а"))
    assert (await world.publish(under(article("а"), "new"))).new == ()
    assert (await world.publish(under(article("а"), "newer", title="а, дополнено"))).new == ()


async def test_guid_and_address_changed_headline_and_date_did_not(world: World) -> None:
    await world.publish(article("а"))
    moved = under(article("а"), "new", link="https://example.kz/b", link_key=b"b" * 32)
    assert (await world.publish(moved)).new == ()


async def test_one_guid_that_a_second_entry_comes_to_share(world: World) -> None:
    """Alone an entry is known by its guid, beside another one with the same guid by guid and link."""
    first, second = article("Первая новость дня"), article("Вторая")
    await world.publish(under(first, "guid 7"))
    published = await world.publish(under(first, "guid 7 first"), under(second, "guid 7 second"))
    assert len(published.new) == 1
    published = await world.publish(under(second, "guid 7"))
    assert (published.new, published.changed) == ((), ())


async def test_an_address_that_is_used_again_is_another_article(world: World) -> None:
    await world.publish(article("Хроника понедельника"))
    tuesday = NOON + timedelta(days=1)
    again = under(article("Хроника понедельника"), "new", title="Курс валют на вторник", published_at=tuesday)
    assert len((await world.publish(again)).new) == 1


async def test_two_entries_of_one_poll_stay_two(world: World) -> None:
    """A headline and a date (often without a time) in common do not make one of them."""
    first = article("Курс валют")
    second = under(first, "two", link="https://example.kz/2", link_key=b"2" * 32)
    assert len((await world.publish(first, second)).new) == 2
    third = under(first, "three", link="https://example.kz/3", link_key=b"3" * 32)
    assert len((await world.publish(first, second, third)).new) == 1


keys = st.sampled_from([b"1", b"2", None])
titles = st.sampled_from(["Мост открыт", "Мост открыт сегодня", "Курс валют", ""])
candidates = st.none() | st.builds(
    lambda number, title, link, published: Candidate(ArticleId(number), title, title_key(title), link, published),
    st.integers(1, 3),
    titles,
    keys,
    st.sampled_from([None, 1, 2]),
)


@given(title=titles, link=keys, mark=candidates, by_link=candidates, words=candidates)
def test_choosing(
    title: str, link: bytes | None, mark: Candidate | None, by_link: Candidate | None, words: Candidate | None
) -> None:
    chosen = choose(article("x", title=title, link_key=link), mark, by_link, words)
    assert chosen in (mark, by_link, words, None)
    if mark and mark.link_key == link:
        assert chosen is mark, "a mark that agrees with the address is always believed"
    if mark or words:
        assert chosen is not None, "what is known by its mark or by headline and date is never new"


@needs_real_feeds
@pytest.mark.parametrize(("folder", "articles"), [("holod", 37), ("ovd-info", 8), ("theinsider", 50)])
async def test_real_sequences_of_polls(world: World, folder: str, articles: int) -> None:
    feed = await world.other_feed("https://example.kz/replayed")
    known: set[str] = set()
    titles: list[str] = []
    for path in sorted((FOLDER / "replay" / folder).iterdir()):
        parsed = parse(path.read_bytes(), "", feed.url, ZoneInfo("Asia/Almaty"), world.later(30))
        published = await world.publish(*parsed.articles, feed=feed)
        for article_id in published.new:
            stored = await world.storage.news.article(article_id)
            assert stored
            titles.append(stored.title)
            assert stored.link not in known, f"{path.name} brings {stored.title} back"
            known.add(stored.link)
    assert len(titles) == len(set(titles)) == articles
