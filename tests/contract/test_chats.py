"""Groups and channels, their topics, and a new id."""

from __future__ import annotations

from bot.model.chats import ChatKind, SharedChat, Topic
from bot.model.deliveries import DeliveryState
from bot.model.ids import CategoryId, ChatId
from bot.model.language import Language
from bot.model.readers import Mode
from tests.contract.world import World, article

GROUP, BIGGER, PERSON = ChatId(-500), ChatId(-1001), ChatId(7)


async def group(world: World, chat_id: ChatId = GROUP, *, forum: bool = False) -> CategoryId:
    """A group that takes Политика."""
    await world.reader(PERSON, everything=False)
    kind = ChatKind.SUPERGROUP if forum else ChatKind.GROUP
    chat = SharedChat(chat_id, kind, "Редакция", forum, PERSON)
    assert await world.storage.chats.arrive(chat, Language.KK, world.now)
    section = (await world.storage.news.categories(world.now))[0].id
    await world.storage.readers.set_category(chat_id, section, Mode.NOW, world.now)
    world.later()
    return section


async def test_arriving_twice_and_leaving(world: World) -> None:
    await group(world)
    chats = world.storage.chats
    again = SharedChat(GROUP, ChatKind.GROUP, "Новое имя")
    assert not await chats.arrive(again, Language.EN, world.now)
    assert await chats.get(GROUP) == SharedChat(GROUP, ChatKind.GROUP, "Новое имя", added_by=PERSON)
    reader = await world.storage.readers.get(GROUP)
    assert reader
    assert reader.language is Language.KK
    assert [one.id for one in await chats.added_by(PERSON)] == [GROUP]
    await world.storage.readers.set_unreachable(GROUP, True, world.now)
    assert await chats.added_by(PERSON) == []
    assert await chats.arrive(again, Language.EN, world.now), "back again"
    await chats.retitle(GROUP, "Ещё раз")
    assert (await chats.added_by(PERSON))[0].title == "Ещё раз"


async def test_a_new_id_keeps_choices_topics_and_what_waits(world: World) -> None:
    section = await group(world, forum=True)
    chats = world.storage.chats
    await chats.name_topic(GROUP, 17, "О политике")
    await chats.set_topic(GROUP, section, 17)
    await world.publish(article("закон"))
    await world.fill()
    for _ in range(2):
        await chats.move(GROUP, BIGGER)
    assert await chats.get(GROUP) is None
    moved = await chats.get(BIGGER)
    assert moved == SharedChat(BIGGER, ChatKind.SUPERGROUP, "Редакция", True, PERSON)
    assert await chats.topics(BIGGER) == [Topic(17, "О политике", frozenset({section}))]
    assert [(one.chat_id, one.thread_id) for one in await world.claim()] == [(BIGGER, 17)]


async def test_each_topic_gets_its_section_and_a_lost_one_gives_way_to_the_chat(world: World) -> None:
    politics = await group(world, forum=True)
    await world.publish(article("матч", "Спорт"))
    world.later()
    sport = next(one.id for one in await world.storage.news.categories(world.now) if one.name("ru") == "Спорт")
    await world.storage.readers.set_category(GROUP, sport, Mode.NOW, world.now)
    chats = world.storage.chats
    await chats.name_topic(GROUP, 17, "О политике")
    await chats.set_topic(GROUP, politics, 17)
    await chats.set_topic(GROUP, sport, 404)
    world.later()
    for number in range(3):
        await world.publish(article(f"закон {number}"), article(f"гол {number}", "Спорт"))
    await world.fill()
    world.later(30)
    begun = await world.begin_all()
    assert sorted((one.thread_id or 0, len(one.bundled)) for one in begun) == [(0, 3), (17, 3)], "a bundle for each"
    there = next(one for one in begun if one.thread_id)
    await world.settle(there, DeliveryState.SENT, lost_topic=17)
    assert await chats.topics(GROUP) == []
    world.later()
    await world.publish(article("ещё закон"))
    await world.fill()
    assert [one.thread_id for one in await world.claim()] == [None]


async def test_a_topic_of_an_unknown_chat_is_ignored(world: World) -> None:
    await world.storage.chats.name_topic(ChatId(-9), 1, "Тема")
    assert await world.storage.chats.topics(ChatId(-9)) == []
