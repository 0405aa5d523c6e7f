"""Groups and channels: an administrator picks, topics, lost rights, leaving, and becoming a supergroup."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.language import Language
from tests.people import Person, labels, person


async def added(start_bot, newspaper, chat, language: Language, kind: str = "supergroup", **more: object):
    """A chat whose creator has just added the bot, and the person."""
    newspaper.publish("Старая", "Политика")
    newspaper.publish("Матч", "Спорт")
    await start_bot()
    reader = await person(chat, language)
    await reader.starts()
    group = await chat.group("Редакция", kind, creator=reader.user.id, **more)
    rights = {"can_post_messages": True} if kind == "channel" else None
    status = "administrator" if kind == "channel" else "member"
    await group.sets("bot", status, by=reader.user.id, **({"rights": rights} if rights else {}))
    return reader, group


async def screen_of(reader: Person) -> dict:
    return await reader.sees("groups.nothing_picked")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_an_administrator_picks_and_news_comes(start_bot, newspaper, chat, kind: str, language: Language) -> None:
    reader, group = await added(start_bot, newspaper, chat, language, kind)
    screen = await screen_of(reader)
    assert "Редакция" in screen["text"]
    if kind != "channel":
        invited = await group.sees(reader.words("groups.invite"))
        assert f"?start=g_{group.id}" in group.button(invited, "🗂")["url"]
    await reader.user.taps("Политика", on=screen)
    assert "✅ Политика · 1" in labels(await reader.last())
    newspaper.publish("Новый закон", "Политика")
    newspaper.publish("Второй матч", "Спорт")
    card = await group.sees("Новый закон")
    assert reader.text("button.save") in labels(card), "in the language of who added the bot"
    await asyncio.sleep(0.5)
    assert "Второй матч" not in str(await group.messages())
    await reader.user.sends("/groups")
    mine = await reader.sees("groups.mine")
    await reader.user.taps("Редакция", on=mine)
    await reader.user.taps("✅ Политика")
    await reader.sees("groups.nothing_picked")


@pytest.mark.parametrize("language", Language)
async def test_only_administrators_pick(start_bot, newspaper, chat, language: Language) -> None:
    reader, group = await added(start_bot, newspaper, chat, language)
    await screen_of(reader)
    stranger = Person(await chat.new_user("Чужой", language.value), language)
    await group.sets(stranger.user, "member")
    await stranger.user.starts(f"g_{group.id}")
    await stranger.sees("groups.not_yours")
    await group.sets(stranger.user, "administrator")
    await stranger.user.starts(f"g_{group.id}")
    screen = await screen_of(stranger)
    await group.sets(stranger.user, "member")
    assert await stranger.user.taps("Политика", on=screen) == stranger.text("groups.not_yours"), "rights taken since"


async def test_a_members_taps_under_a_post_are_their_own(start_bot, newspaper, chat, sandbox) -> None:
    ivan, group = await added(start_bot, newspaper, chat, Language.RU)
    await ivan.user.taps("Политика", on=await screen_of(ivan))
    newspaper.publish("Новый закон", "Политика")
    card = await group.sees("Новый закон")
    assert await ivan.user.taps("🔖", on=card) == ivan.text("save.saved")
    assert "🔖" in str(labels(await group.sees("Новый закон"))), "everybody sees the button: it stays"
    stranger = await chat.new_user("Новый", "en")
    await group.sets(stranger, "member")
    assert await stranger.taps("🔖", on=card) == ""
    tapped = next(iter(reversed(await chat.journal(method="answerCallbackQuery"))))
    assert tapped["ok"]
    await ivan.user.sends("/bookmarks")
    await ivan.user.sees("Закладки\n(.|\n)*Новый закон")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ["supergroup", "channel"])
async def test_reading_a_groups_post_goes_on_in_ones_own_chat(
    start_bot, newspaper, chat, kind: str, language: Language
) -> None:
    reader, group = await added(start_bot, newspaper, chat, language, kind)
    await reader.user.taps("Политика", on=await screen_of(reader))
    newspaper.publish("Новый закон", "Политика", body="<p>Закон вступит в силу весной.</p>" * 5)
    card = await group.sees("Новый закон")
    stranger = Person(await chat.new_user("Новый", language.value), language)
    await group.sets(stranger.user, "member")
    for sign in ("📖", "🖼", "👎"):
        button = group.button(card, sign)
        if button is None:
            continue
        query = await stranger.user._do(
            "tap", data=button["callback_data"], chat_id=group.id, message_id=card["message_id"]
        )
        assert await stranger.user.answer_to(query["callback_query_id"]) == ""
        told = await chat.call("GET", f"/callbacks/{query['callback_query_id']}")
        assert "?start=a_3" in told["url"], sign
    assert group.button(card, "📖")
    await stranger.user.starts("a_3")
    opened = await stranger.user.sees("Новый закон")
    await stranger.sees("start.greeting", newsroom="Газета")
    await stranger.taps("button.read", on=opened)
    await stranger.user.sees("вступит в силу")
    assert "вступит в силу" not in str(await group.messages())


@pytest.mark.parametrize("language", Language)
async def test_a_section_goes_into_its_topic(start_bot, newspaper, chat, language: Language) -> None:
    reader, group = await added(start_bot, newspaper, chat, language, is_forum=True)
    screen = await screen_of(reader)
    topic = await group.opens_topic("О политике")
    await reader.user.taps("Политика", on=screen)
    await reader.user.taps("Спорт", on=await reader.last())
    await reader.taps("button.topics")
    general = reader.text("groups.no_topic")
    assert f"Политика → {general}" in labels(await reader.last())
    await reader.user.taps("Политика →")
    await reader.user.taps("О политике")
    assert "Политика → О политике" in labels(await reader.last())
    newspaper.publish("Новый закон", "Политика")
    newspaper.publish("Второй матч", "Спорт")
    assert (await group.sees("Новый закон"))["message_thread_id"] == topic
    assert "message_thread_id" not in await group.sees("Второй матч")
    await group.deletes_topic(topic)
    newspaper.publish("Другой закон", "Политика")
    assert "message_thread_id" not in await group.sees("Другой закон"), "it goes to the chat itself"
    await reader.sees("chat.topic_lost", chat="Редакция")


async def test_an_older_topic_becomes_known_by_a_command_in_it(start_bot, newspaper, chat) -> None:
    newspaper.publish("Старая", "Политика")
    await start_bot()
    ivan = await person(chat, Language.RU)
    await ivan.starts()
    group = await chat.group("Форум", "supergroup", creator=ivan.user.id, is_forum=True)
    topic = await group.opens_topic("Старая тема")
    await group.sets("bot", "member", by=ivan.user.id)
    screen = await screen_of(ivan)
    await ivan.user.taps("Политика", on=screen)
    await ivan.user.sends("/topic", chat_id=group.id, message_thread_id=topic, reply_to_message_id=topic)
    other = await group.opens_topic("Другая")
    await ivan.user.sends("/topic Другая тема", chat_id=group.id, message_thread_id=other)
    await asyncio.sleep(0.5)
    await ivan.taps("button.topics")
    await ivan.user.taps("Политика →")
    assert {"Старая тема", "Другая тема"} <= set(labels(await ivan.last()))


async def test_a_group_that_becomes_a_supergroup_keeps_everything(start_bot, newspaper, chat) -> None:
    ivan, group = await added(start_bot, newspaper, chat, Language.RU, "group")
    await ivan.user.taps("Политика", on=await screen_of(ivan))
    bigger = await group.migrates()
    await asyncio.sleep(0.5)
    newspaper.publish("Новый закон", "Политика")
    await bigger.sees("Новый закон")
    await ivan.user.sends("/groups")
    await ivan.user.taps("Редакция")
    assert "✅ Политика · 2" in labels(await ivan.last())


@pytest.mark.parametrize("language", Language)
async def test_lost_rights_are_told_and_given_back_the_news_goes_on(
    start_bot, newspaper, chat, language: Language
) -> None:
    reader, group = await added(start_bot, newspaper, chat, language, "channel")
    await reader.user.taps("Политика", on=await screen_of(reader))
    await group.sets("bot", "administrator", rights={"can_post_messages": False}, by=reader.user.id)
    await reader.sees("groups.lost_rights", chat="Редакция")
    await group.sets("bot", "administrator", rights={"can_post_messages": True}, by=reader.user.id)
    newspaper.publish("Новый закон", "Политика")
    await group.sees("Новый закон")


async def test_thrown_out_nothing_is_sent_and_coming_back_all_is_there(start_bot, newspaper, chat) -> None:
    ivan, group = await added(start_bot, newspaper, chat, Language.RU)
    await ivan.user.taps("Политика", on=await screen_of(ivan))
    await group.sets("bot", "left", by=ivan.user.id)
    await asyncio.sleep(0.5)
    newspaper.publish("Не сюда", "Политика")
    await asyncio.sleep(1.5)
    assert not [call for call in await chat.journal(method="sendPhoto") if call["chat_id"] == group.id]
    await group.sets("bot", "member", by=ivan.user.id)
    await ivan.sees("groups.picked")
    newspaper.publish("Снова сюда", "Политика")
    await group.sees("Снова сюда")
