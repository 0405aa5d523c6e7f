"""All about one person: handed out, and forgotten at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.model.broadcasts import Announcement
from bot.model.chats import ChatKind, SharedChat
from bot.model.deliveries import DeliveryState
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.newsroom import Prompt, Purpose, Role, View
from bot.model.readers import Peace, Phrase
from storage.base import Storage
from tests.contract.world import EDITOR, World, article

READER, OTHER = ChatId(778899001122), ChatId(6)


async def live(world: World) -> None:
    """Everything that one reader can leave behind."""
    storage, now = world.storage, world.now
    for chat in (READER, OTHER):
        await world.reader(chat)
        await storage.wordlists.add(chat, Phrase("мост", True), now)
        await storage.readers.set_peace(chat, Peace(quiet=(60, 120), city="almaty", zone="Asia/Almaty"), now, UTC)
        section = (await storage.news.categories(now))[0].id
        reader = await storage.readers.get(chat)
        assert reader
        await storage.readers.set_category(chat, section, reader.mode(section), now)
    await storage.chats.arrive(SharedChat(ChatId(-5), ChatKind.GROUP, "Группа", added_by=READER), Language.RU, now)
    world.later()
    await world.publish(article("первая"), article("вторая"))
    await world.broadcast()
    await world.fill()
    for one in await world.begin_all():
        await world.settle(one, DeliveryState.SENT)
    await storage.bookmarks.set(READER, await world.begun_article(), True, now)
    world.later()
    await world.publish(article("ещё не отправлена"))
    await world.fill()


async def cells(storage: Storage, chat_id: int) -> set[str]:
    """The tables in which that number stands anywhere."""
    found = set()
    async with storage.database.read() as transaction:  # type: ignore[attr-defined]
        tables = await transaction.rows(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
            if storage.shared
            else "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        for table in [row["name"] for row in tables]:
            for row in await transaction.rows(f"SELECT * FROM {table}"):  # noqa: S608
                if any(value == chat_id for value in tuple(row)):
                    found.add(table)
    return found


async def test_after_forgetting_the_number_stands_nowhere(world: World) -> None:
    await live(world)
    before = await cells(world.storage, READER)
    assert before >= {"readers", "reader_words", "reader_categories", "bookmarks", "deliveries", "chats"}
    others = await world.storage.personal.export(OTHER, world.now)
    for _ in range(2):
        await world.storage.personal.forget(READER, world.now)
    assert await cells(world.storage, READER) == set()
    assert await world.storage.readers.get(READER) is None
    assert await world.storage.personal.export(OTHER, world.now) == others, "nobody else's is touched"
    assert {one.chat_id for one in await world.claim("two")} <= {OTHER, ChatId(-5)}, "what waited is gone with it"


async def test_who_comes_back_is_new(world: World) -> None:
    await live(world)
    await world.storage.personal.forget(READER, world.now)
    reader, new = await world.storage.readers.arrive(READER, Language.EN, world.now)
    assert new
    assert (reader.everything, reader.modes, reader.peace) == (False, {}, Peace())
    world.later()
    await world.publish(article("свежая"))
    await world.fill()
    assert READER not in {one.chat_id for one in await world.claim("two")}


async def test_the_export_has_everything_and_is_json(world: World) -> None:
    await live(world)
    kept = await world.storage.personal.export(READER, world.now)
    again = json.loads(json.dumps(kept, ensure_ascii=False))
    assert again["settings"]["quiet_hours"] == {"from": "01:00", "to": "02:00"}
    assert again["settings"]["city"] == "almaty"
    assert [one["phrase"] for one in again["words"]] == ["мост"]
    assert [one["title"] for one in again["bookmarks"]] == ["вторая"]
    assert {one["about"] for one in again["messages"]} == {"первая", "вторая", "Срочно", "ещё не отправлена"}
    assert [one["title"] for one in again["groups_and_channels"]] == ["Группа"]
    assert await world.storage.personal.export(ChatId(404), world.now) == {}


async def test_the_export_names_every_column_of_a_reader(world: World) -> None:
    """A column that is added later has to be told of, too."""
    await live(world)
    kept = (await world.storage.personal.export(READER, world.now))["settings"]
    async with world.storage.database.read() as transaction:  # type: ignore[attr-defined]
        row = await transaction.row("SELECT * FROM readers WHERE chat_id = $1", READER)
    ours = {"special"}  # follows from the others
    assert len(set(row.keys()) - ours) == sum(len(one) if isinstance(one, dict) else 1 for one in told(kept))


def told(settings: dict) -> list[object]:
    """Of settings that stand for two columns, as many."""
    pairs = ("quiet_hours", "digest", "posts_counted")
    return [{1: 1, 2: 2} if key in pairs else value for key, value in settings.items() if not isinstance(value, list)]


async def test_searches_and_bookmarks_taken_off_are_handed_out(world: World) -> None:
    await live(world)
    await world.storage.search.remember(READER, "новый мост", world.now)
    await world.storage.bookmarks.remove(READER, (await world.storage.bookmarks.page(READER)).articles[0].id, world.now)
    kept = await world.storage.personal.export(READER, world.now)
    assert [one["words"] for one in kept["searches"]] == ["новый мост"]
    assert ([one["title"] for one in kept["removed_bookmarks"]], kept["bookmarks"]) == (["вторая"], [])
    assert kept["newsroom"] is None
    assert not await world.storage.personal.recorded(READER)
    await world.storage.personal.forget(READER, world.now)
    assert await cells(world.storage, READER) == set()


async def test_what_the_newsroom_has_of_an_editor_is_handed_out_and_stays(world: World) -> None:
    await live(world)
    storage, now = world.storage, world.now
    await storage.editors.set_role(READER, Role.EDITOR, "Дана", EDITOR, now)
    draft = await storage.broadcasts.draft(READER, Announcement("Мост закрыт"), now)
    await world.confirm(draft, by=READER, needed=2)
    await storage.broadcasts.show(View(draft.id, READER, 70, draft.revision))
    await storage.editors.ask(READER, 71, Prompt(Purpose.TIME, draft.id), now)
    kept = json.loads(json.dumps(await storage.personal.export(READER, now)))["newsroom"]
    assert (kept["role"]["role"], kept["role"]["name"]) == ("editor", "Дана")
    assert [one["action"] for one in kept["log"]] == ["appointed", "drafted", "approved"]
    assert kept["log"][0]["by"] == EDITOR
    assert [one["text"] for one in kept["breaking_news"]] == ["Мост закрыт"]
    assert [one["breaking_news"] for one in kept["approvals"]] == [draft.id]
    assert [one["purpose"] for one in kept["questions"]] == ["time"]
    await storage.personal.forget(READER, now)
    assert await cells(storage, READER) == {"editors", "audit", "broadcasts", "broadcast_approvals"}
    await storage.editors.remove(READER, EDITOR, now)
    assert await storage.personal.recorded(READER), "the log stays, of one who was an editor, too"
    await storage.readers.arrive(READER, Language.RU, now)
    again = (await storage.personal.export(READER, now))["newsroom"]
    assert again["role"] is None
    assert [one["action"] for one in again["log"]] == ["appointed", "drafted", "approved", "dismissed"]


async def test_a_group_goes_on_without_who_added_it(world: World) -> None:
    await live(world)
    await world.storage.personal.forget(READER, world.now)
    assert await world.storage.chats.get(ChatId(-5)) == SharedChat(ChatId(-5), ChatKind.GROUP, "Группа")


async def test_two_changes_of_peace_at_once_keep_both(world: World) -> None:
    chat = await world.reader(5)
    change = world.storage.readers.change_peace
    await change(chat, lambda peace: replace(peace, silent=True), world.now, UTC)
    reader = await change(chat, lambda peace: replace(peace, daily_limit=3), world.now, UTC)
    assert (reader.peace.silent, reader.peace.daily_limit) == (True, 3)


@pytest.mark.parametrize("days", [0, 3])
async def test_campaigns(world: World, days: int) -> None:
    campaigns = world.storage.campaigns
    for fresh in (True, False, True):
        await campaigns.count("insta", fresh, world.now)
    await campaigns.count("site", True, world.now)
    later = world.now + timedelta(days=days)
    await campaigns.count("insta", True, later)
    found = await campaigns.since(later)
    assert found[0].tag == "insta"
    assert (found[0].starts, found[0].fresh) == ((4, 3) if days == 0 else (1, 1))
    for number in range(300):
        await campaigns.count(f"made-up-{number}", True, later)
    assert len([one for one in await campaigns.since(later) if one.day == later.date()]) == 200
    await campaigns.count("insta", True, later)
    assert next(one for one in await campaigns.since(later) if one.tag == "insta").starts == (5 if days == 0 else 2)
