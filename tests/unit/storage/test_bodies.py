"""The stored forms of a body."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.body import Block, Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Rule, Run, Runs, Style
from storage import open_storage
from storage.bodies import dump_body, is_current, load_body
from tests.contract.world import World, article

RUNS: st.SearchStrategy[Runs] = st.lists(
    st.builds(
        Run,
        st.text(min_size=1, max_size=5),
        st.frozensets(st.sampled_from(Style), max_size=3),
        st.sampled_from(("", "https://e.kz/1")),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, RUNS),
    st.builds(Heading, RUNS, st.integers(1, 6)),
    st.builds(Quote, RUNS, st.text(max_size=5)),
    st.builds(Item, RUNS, st.integers(0, 5), st.none() | st.integers(-5, 100)),
    st.builds(Code, st.text(min_size=1, max_size=5), st.text(max_size=5)),
    st.builds(Row, st.lists(RUNS | st.just(()), max_size=3).map(tuple), st.booleans()),
    st.builds(PhotoPlace, st.just("https://e.kz/a.jpg")),
    st.builds(Embed, st.just("https://e.kz/v"), st.text(max_size=5)),
    st.just(Rule()),
)
FIRST = [
    ["heading", "Раздел", ""],
    ["text", "Слова", ""],
    ["row", "а |  | б", ""],
    ["photo", "", "https://e.kz/a.jpg"],
    ["video", "", "https://youtu.be/abc"],
]
"""As the first version of the program wrote it."""
READ = (
    Heading((Run("Раздел"),)),
    Paragraph((Run("Слова"),)),
    Row(((Run("а"),), (), (Run("б"),))),
    PhotoPlace("https://e.kz/a.jpg"),
    Embed("https://youtu.be/abc"),
)


@given(st.lists(BLOCKS, max_size=5).map(tuple))
def test_a_body_is_loaded_as_it_was_stored(body: tuple[Block, ...]) -> None:
    assert load_body(dump_body(body)) == body
    assert is_current(dump_body(body))


def test_the_first_shape_is_read() -> None:
    stored = json.dumps(FIRST)
    assert load_body(stored) == READ
    assert not is_current(stored)
    assert load_body("[]") == ()


@pytest.mark.parametrize("later", [{"text": "Слова"}, {}])
async def test_a_better_reading_of_an_old_article_is_no_edit(tmp_path: Path, later: dict[str, object]) -> None:
    storage = await open_storage(f"sqlite:///{tmp_path}/news.db")
    world = World(storage)
    await world.begin()
    (article_id,) = (await world.publish(article("а", text="Слова"))).new
    async with storage.database.write() as transaction:  # type: ignore[attr-defined]
        await transaction.run("UPDATE articles SET body = $1, content_hash = $2", json.dumps(FIRST), b"old")
    assert (await world.publish(article("а", **later))).changed == ()
    found = await storage.news.article(article_id)
    assert found
    assert (found.body, found.revision) == ((Paragraph((Run("Слова"),)),) if later else READ, 1)
    assert (await world.publish(article("а", title="б", **later))).changed == (article_id,)
    await storage.close()
