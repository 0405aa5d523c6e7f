"""Groups, supergroups, forums and channels: what the bot hears of, and what it may do there."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Chat, ChatFullInfo, ChatMemberUnion, Message, Update
from pydantic import TypeAdapter

from tests.sandbox.conftest import Api, Refused, picture

BOT = 4242424242


async def updates(api: Api) -> list[dict[str, Any]]:
    """What is new for the bot, taken note of."""
    found = await api.getUpdates()
    if found:
        await api.getUpdates(offset=found[-1]["update_id"] + 1)
    for update in found:
        Update.model_validate(update)
    return found


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [next(key for key in update if key != "update_id") for update in found]


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.description.removeprefix("Bad Request: ")


@pytest.fixture
async def group(chat: Any, ivan: Any) -> Any:
    emma = await chat.user("Emma")
    return await chat.group("Редакция", creator=ivan.id, members=[emma.id], bot="member")


async def test_the_bot_is_added_promoted_and_removed(api: Api, chat: Any, ivan: Any) -> None:
    group = await chat.group("Редакция", creator=ivan.id)
    assert await updates(api) == []
    assert await refusal(api.sendMessage(chat_id=group.id, text="x")) == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    await group.sets("bot", "member", by=ivan.id)
    found = await updates(api)
    assert kinds(found) == ["my_chat_member", "message"]
    change = found[0]["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("left", "member")
    assert change["from"]["id"] == ivan.id
    assert found[1]["message"]["new_chat_members"][0]["id"] == BOT

    await group.sets("bot", "administrator", rights={"can_pin_messages": True, "can_delete_messages": True})
    [update] = await updates(api)
    rights = update["my_chat_member"]["new_chat_member"]
    assert (rights["can_pin_messages"], rights["can_promote_members"]) == (True, False)

    await group.sets("bot", "kicked")
    assert (await updates(api))[0]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    why = await refusal(api.sendMessage(chat_id=group.id, text="x"))
    assert why == "Forbidden: bot was kicked from the supergroup chat"
    assert await refusal(api.getChat(chat_id=group.id)) == why


@pytest.mark.parametrize("kind", ["group", "channel"])
async def test_kicked_and_deleted(api: Api, chat: Any, ivan: Any, kind: str) -> None:
    place = await chat.group("Чат", kind, creator=ivan.id, bot="administrator")
    await place.sets("bot", "kicked")
    assert (
        await refusal(api.sendMessage(chat_id=place.id, text="x")) == f"Forbidden: bot was kicked from the {kind} chat"
    )
    await place.sets("bot", "left")
    assert await refusal(api.sendMessage(chat_id=place.id, text="x")) == (
        f"Forbidden: bot is not a member of the {kind} chat"
    )
    await place.sets("bot", "administrator")
    await place.removes()
    expected = "Forbidden: the group chat was deleted" if kind == "group" else "chat not found"
    assert await refusal(api.sendMessage(chat_id=place.id, text="x")) == expected


async def test_who_is_there(api: Api, chat: Any, ivan: Any, group: Any) -> None:
    emma, dana = await chat.user("Emma"), await chat.user("Дана")
    await group.sets(dana, "administrator")
    await group.sets(emma, "restricted", rights={"can_send_messages": True})
    assert await api.getChatMemberCount(chat_id=group.id) == 4
    everyone = {
        person: await api.getChatMember(chat_id=group.id, user_id=person) for person in (ivan.id, emma.id, dana.id, BOT)
    }
    assert [member["status"] for member in everyone.values()] == ["creator", "restricted", "administrator", "member"]
    for member in everyone.values():
        TypeAdapter(ChatMemberUnion).validate_python(member)
    stranger = await chat.user("Айгүл")
    assert (await api.getChatMember(chat_id=group.id, user_id=stranger.id))["status"] == "left"
    assert "invalid user_id" in await refusal(api.getChatMember(chat_id=group.id, user_id=5))
    admins = await api.getChatAdministrators(chat_id=group.id)
    assert {member["user"]["id"] for member in admins} == {ivan.id, dana.id}
    about = await api.getChat(chat_id=group.id)
    ChatFullInfo.model_validate(about)
    assert about["permissions"]["can_send_messages"] is True
    assert await api.getChatMemberCount(chat_id=ivan.id) == 2
    await api.leaveChat(chat_id=group.id)
    assert (await group.about())["bot"]["status"] == "left"


async def test_the_bot_hears_what_is_meant_for_it(api: Api, chat: Any, ivan: Any, group: Any) -> None:
    await updates(api)
    sent = await api.sendMessage(chat_id=group.id, text="здравствуйте")
    for text in ("просто разговор", "/help@other_bot", "почта a@b.kz"):
        await ivan.sends(text, chat_id=group.id)
    assert await updates(api) == []
    for text in ("/help", "/help@sandbox_newsbot", "эй, @Sandbox_Newsbot!"):
        await ivan.sends(text, chat_id=group.id)
        [update] = await updates(api)
        assert update["message"]["chat"] == {"id": group.id, "title": "Редакция", "type": "supergroup"}
    await ivan.sends("ответ", chat_id=group.id, reply_to_message_id=sent["message_id"])
    assert len(await updates(api)) == 1
    await group.sets("bot", "administrator")
    await updates(api)
    await ivan.sends("теперь слышно всё", chat_id=group.id)
    assert len(await updates(api)) == 1
    with pytest.raises(AssertionError, match="not in this chat"):
        await (await chat.user("Дана")).sends("x", chat_id=group.id)


async def test_chat_member_updates_have_to_be_asked_for(api: Api, chat: Any, group: Any) -> None:
    dana = await chat.user("Дана")
    await group.sets("bot", "administrator")
    await group.sets(dana, "member")
    assert "chat_member" not in kinds(await updates(api))
    await api.getUpdates(allowed_updates=["chat_member"])
    await group.sets(dana, "kicked")
    [update] = await updates(api)
    assert update["chat_member"]["new_chat_member"]["user"]["id"] == dana.id


async def test_anybody_in_a_group_may_tap(api: Api, chat: Any, ivan: Any, group: Any) -> None:
    await updates(api)
    keyboard = {"inline_keyboard": [[{"text": "да", "callback_data": "1"}]]}
    sent = await api.sendMessage(chat_id=group.id, text="x", reply_markup=keyboard)
    place = {"chat_id": group.id, "message_id": sent["message_id"], "data": "1"}
    emma = await chat.user("Emma")
    query = await chat.call("POST", f"/users/{emma.id}/tap", json=place)
    [update] = await updates(api)
    assert update["callback_query"]["from"]["id"] == emma.id
    assert update["callback_query"]["message"]["chat"]["id"] == group.id
    await api.answerCallbackQuery(callback_query_id=query["callback_query_id"], text="ok")
    with pytest.raises(AssertionError, match="not in this chat"):
        await chat.call("POST", f"/users/{(await chat.user('Дана')).id}/tap", json=place)


async def test_rights_to_send(api: Api, ivan: Any, group: Any) -> None:
    photo = (await api.sendPhoto(chat_id=ivan.id, photo=picture()))["photo"][-1]["file_id"]
    rich = {"html": "<p>x</p>"}
    with_photo = {"blocks": [{"type": "photo", "photo": {"type": "photo", "media": photo}}]}
    await group.permits(can_send_photos=False)
    assert await refusal(api.sendPhoto(chat_id=group.id, photo=photo)) == "not enough rights to send photos to the chat"
    await api.sendMessage(chat_id=group.id, text="текст можно")
    await api.sendRichMessage(chat_id=group.id, rich_message=rich)
    why = await refusal(api.sendRichMessage(chat_id=group.id, rich_message=with_photo))
    assert why == "not enough rights to send the rich message to the chat"
    await group.permits(can_send_messages=False, can_send_photos=True)
    assert await refusal(api.sendMessage(chat_id=group.id, text="x")) == (
        "not enough rights to send text messages to the chat"
    )
    await api.sendPhoto(chat_id=group.id, photo=photo)
    everything = ["messages", "audios", "documents", "photos", "videos", "voice_notes", "other_messages"]
    await group.permits(**{f"can_send_{what}": False for what in everything})
    assert await refusal(api.sendMessage(chat_id=group.id, text="x")) == "have no rights to send a message"
    await group.sets("bot", "administrator")
    await api.sendMessage(chat_id=group.id, text="администратор может всё")


async def test_rights_over_messages(api: Api, ivan: Any, group: Any) -> None:
    theirs = await ivan.sends("чужое", chat_id=group.id)
    own = await api.sendMessage(chat_id=group.id, text="своё")
    place = {"chat_id": group.id, "message_id": theirs["message_id"]}
    assert await refusal(api.deleteMessage(**place)) == "message can't be deleted"
    assert await refusal(api.pinChatMessage(**place)) == "not enough rights to manage pinned messages in the chat"
    assert await refusal(api.editMessageText(**place, text="x")) == "message can't be edited"
    assert await api.deleteMessage(chat_id=group.id, message_id=own["message_id"]) is True
    await group.sets("bot", "administrator")
    assert await api.pinChatMessage(**place) is True
    assert await api.deleteMessage(**place) is True


async def test_channels(api: Api, chat: Any, ivan: Any) -> None:
    channel = await chat.group("Новости", "channel", creator=ivan.id, username="news_kz")
    await channel.sets("bot", "member")
    await updates(api)
    why = "need administrator rights in the channel chat"
    assert await refusal(api.sendMessage(chat_id=channel.id, text="x")) == why
    assert await refusal(api.getChatAdministrators(chat_id=channel.id)) == "member list is inaccessible"
    await channel.sets("bot", "administrator", rights={"can_post_messages": True})
    await updates(api)
    post = await api.sendMessage(chat_id="@news_kz", text="пост")
    Message.model_validate(post)
    assert post["sender_chat"]["id"] == channel.id
    assert "from" not in post
    assert (await api.editMessageText(chat_id=channel.id, message_id=post["message_id"], text="правка"))[
        "text"
    ] == "правка"
    assert await updates(api) == []

    theirs = await ivan.sends("пост редактора", chat_id=channel.id)
    [update] = await updates(api)
    assert update["channel_post"]["text"] == "пост редактора"
    assert update["channel_post"]["sender_chat"]["username"] == "news_kz"
    place = {"chat_id": channel.id, "message_id": theirs["message_id"]}
    assert await refusal(api.editMessageText(**place, text="x")) == "message can't be edited"
    await channel.sets("bot", "administrator", rights={"can_post_messages": True, "can_edit_messages": True})
    await api.editMessageText(**place, text="исправлено")
    assert (await channel.messages())[-1]["text"] == "исправлено"
    forwarded = await api.forwardMessage(chat_id=ivan.id, from_chat_id=channel.id, message_id=post["message_id"])
    assert forwarded["forward_origin"]["chat"]["id"] == channel.id
    Message.model_validate(forwarded)


async def test_a_group_becomes_a_supergroup(api: Api, chat: Any, ivan: Any) -> None:
    group = await chat.group("Чат", "group", creator=ivan.id, bot="member")
    await updates(api)
    new = await group.migrates()
    found = await updates(api)
    assert [update["message"].get("migrate_to_chat_id") for update in found] == [new.id, None]
    assert found[1]["message"]["migrate_from_chat_id"] == group.id
    with pytest.raises(Refused, match="group chat was upgraded to a supergroup chat") as caught:
        await api.sendMessage(chat_id=group.id, text="x")
    assert (caught.value.code, caught.value.parameters) == (400, {"migrate_to_chat_id": new.id})
    assert (await api.sendMessage(chat_id=new.id, text="x"))["chat"]["type"] == "supergroup"


async def test_topics(api: Api, chat: Any, ivan: Any) -> None:
    forum = await chat.group("Форум", creator=ivan.id, is_forum=True, bot="member")
    await updates(api)
    assert await refusal(api.createForumTopic(chat_id=forum.id, name="Спорт")) == "not enough rights to create a topic"
    await forum.sets("bot", "administrator", rights={"can_manage_topics": True, "can_delete_messages": True})
    topic = await api.createForumTopic(chat_id=forum.id, name="Спорт")
    thread = topic["message_thread_id"]
    sent = await api.sendMessage(chat_id=forum.id, text="матч", message_thread_id=thread)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    Message.model_validate(sent)
    general = await api.sendMessage(chat_id=forum.id, text="общее")
    assert "message_thread_id" not in general
    for wrong in (1, 999):
        why = await refusal(api.sendMessage(chat_id=forum.id, text="x", message_thread_id=wrong))
        assert why == "message thread not found"
    await api.editForumTopic(chat_id=forum.id, message_thread_id=thread, name="Футбол")
    await api.closeForumTopic(chat_id=forum.id, message_thread_id=thread)
    await api.sendMessage(chat_id=forum.id, text="администратору можно", message_thread_id=thread)
    await forum.sets("bot", "member")
    why = await refusal(api.sendMessage(chat_id=forum.id, text="x", message_thread_id=thread))
    assert why == "TOPIC_CLOSED"
    await forum.deletes_topic(thread)
    why = await refusal(api.sendMessage(chat_id=forum.id, text="x", message_thread_id=thread))
    assert why == "message thread not found"
    assert [message["text"] for message in await forum.messages() if "text" in message] == ["общее"]


async def test_topics_in_private_chats_have_to_be_switched_on(api: Api, chat: Any, ivan: Any) -> None:
    assert await refusal(api.createForumTopic(chat_id=ivan.id, name="Спорт")) == "the chat is not a forum"
    await chat.settings(private_topics=True)
    assert (await api.getMe())["has_topics_enabled"] is True
    topic = await api.createForumTopic(chat_id=ivan.id, name="Спорт")
    sent = await api.sendMessage(chat_id=ivan.id, text="матч", message_thread_id=topic["message_thread_id"])
    assert sent["is_topic_message"] is True


async def test_commands_by_scope(api: Api, chat: Any, ivan: Any, group: Any) -> None:
    def menu(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": name}]

    await api.setMyCommands(commands=menu("default"))
    await api.setMyCommands(commands=menu("russian"), language_code="ru")
    await api.setMyCommands(commands=menu("groups"), scope={"type": "all_group_chats"})
    await api.setMyCommands(commands=menu("admins"), scope={"type": "all_chat_administrators"})
    await api.setMyCommands(commands=menu("own"), scope={"type": "chat", "chat_id": ivan.id})
    emma = await chat.user("Emma")

    async def sees(person: Any, chat_id: int | None = None) -> str:
        more = f"?chat_id={chat_id}" if chat_id else ""
        return (await chat.call("GET", f"/users/{person.id}/commands{more}"))["commands"][0]["command"]

    assert [await sees(ivan), await sees(emma)] == ["own", "default"]
    assert [await sees(ivan, group.id), await sees(emma, group.id)] == ["admins", "groups"]
    assert (
        await refusal(api.setMyCommands(commands=menu("x"), scope={"type": "chat", "chat_id": 5})) == "chat not found"
    )
    assert await refusal(api.setMyCommands(commands=menu("With-Capitals"))) == "BOT_COMMAND_INVALID"
    assert Chat.model_validate(await api.getChat(chat_id=ivan.id)).type == "private"
