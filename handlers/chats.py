"""Being blocked and let in again by a person; coming into groups and channels, leaving them, losing and getting rights;
new ids, titles and topics. What a group gets is picked in handlers.groups."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineKeyboardButton,
    Message,
)
from aiogram.types.chat_member_union import ChatMemberUnion

from bot.deeplinks import link_to
from bot.model.chats import ChatKind, SharedChat
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.texts import Texts
from handlers.groups import group_screen, is_administrator
from handlers.screen import Screen, keyboard
from storage.base import Storage

log = structlog.get_logger()

COMMANDS = ("start", "categories", "settings", "help", "topic")
"""That a group's administrator may type there."""


def router() -> Router:
    router = Router(name="chats")
    router.my_chat_member.register(blocked_or_not, F.chat.type == "private")
    router.my_chat_member.register(membership_changed)
    shared = Router(name="shared chats")
    shared.message.filter(F.chat.type != "private")
    shared.message.register(migrated, F.migrate_to_chat_id | F.migrate_from_chat_id)
    shared.message.register(retitled, F.new_chat_title)
    shared.message.register(topic_named, F.forum_topic_created | F.forum_topic_edited)
    shared.message.register(asked_there, Command(*COMMANDS))
    router.include_router(shared)
    return router


async def blocked_or_not(event: ChatMemberUpdated, storage: Storage) -> None:
    blocked = event.new_chat_member.status in ("kicked", "left")
    await storage.readers.set_unreachable(ChatId(event.chat.id), blocked, datetime.now(UTC))


async def membership_changed(event: ChatMemberUpdated, bot: Bot, storage: Storage, texts: Texts) -> None:
    chat_id, now = ChatId(event.chat.id), datetime.now(UTC)
    if not _present(event.new_chat_member):
        await storage.readers.set_unreachable(chat_id, True, now)
        return
    person = None if event.from_user.is_bot else ChatId(event.from_user.id)
    reader = await storage.readers.get(person) if person else None
    language = reader.language if reader else texts.language_of(event.from_user.language_code)
    came = not _present(event.old_chat_member)
    chat = SharedChat(
        chat_id,
        ChatKind(event.chat.type),
        event.chat.title or "",
        bool(event.chat.is_forum),
        person if came else None,
    )
    fresh = await storage.chats.arrive(chat, language, now)
    writes = may_write(event.new_chat_member)
    if fresh:
        if chat.kind is not ChatKind.CHANNEL and writes:
            await _invite(bot, chat_id, None, language, texts)
        if reader and not reader.unreachable:
            with suppress(AiogramError):
                screen = await group_screen(chat, 0, bot, storage, texts, reader)
                await bot.send_message(reader.chat_id, screen.html, parse_mode="HTML", reply_markup=screen.keyboard)
    elif may_write(event.old_chat_member) and not writes:
        await _tell_who_added(chat_id, "groups.lost_rights", bot, storage, texts)


async def migrated(message: Message, storage: Storage) -> None:
    """Both chats tell of it, in any order; twice is once."""
    if message.migrate_to_chat_id:
        await storage.chats.move(ChatId(message.chat.id), ChatId(message.migrate_to_chat_id))
    elif message.migrate_from_chat_id:
        await storage.chats.move(ChatId(message.migrate_from_chat_id), ChatId(message.chat.id))


async def retitled(message: Message, storage: Storage) -> None:
    await storage.chats.retitle(ChatId(message.chat.id), message.new_chat_title or "")


async def topic_named(message: Message, storage: Storage) -> None:
    told = message.forum_topic_created or message.forum_topic_edited
    if message.message_thread_id and told and told.name:
        await storage.chats.name_topic(ChatId(message.chat.id), message.message_thread_id, told.name)


async def asked_there(message: Message, command: CommandObject, bot: Bot, storage: Storage, texts: Texts) -> None:
    """Only administrators get an answer: where to pick. In a topic it also makes the topic known."""
    chat_id = ChatId(message.chat.id)
    anonymous = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    person = message.from_user
    if not anonymous and (person is None or not await is_administrator(bot, chat_id, person.id)):
        return
    thread = message.message_thread_id if message.is_topic_message else None
    if thread:
        await storage.chats.name_topic(chat_id, thread, _topic_name(message, thread, command.args))
    reader = await storage.readers.get(chat_id)
    await _invite(bot, chat_id, thread, reader.language if reader else texts.default, texts)


def may_write(member: ChatMemberUnion) -> bool:
    """In a channel an administrator's right; in a group what everybody may who is not restricted."""
    if isinstance(member, ChatMemberAdministrator):
        return member.can_post_messages is not False
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return _present(member)


def _present(member: ChatMemberUnion) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in ("left", "kicked")


def _topic_name(message: Message, thread: int, typed: str | None) -> str:
    """Telegram tells a topic's name only with the message that opened it, to which others in it mostly reply."""
    opened = message.reply_to_message and message.reply_to_message.forum_topic_created
    return opened.name if opened else (typed or f"#{thread}")


async def _invite(bot: Bot, chat_id: ChatId, thread: int | None, language: Language, texts: Texts) -> None:
    """A button that opens the bot, where sections are picked for this chat."""
    me = await bot.me()
    link = link_to(me.username or "", group=chat_id)
    pick = InlineKeyboardButton(text=texts.get(language, "button.pick_here"), url=link)
    screen = Screen(texts.get(language, "groups.invite"), keyboard([[pick]]))
    try:
        await bot.send_message(
            chat_id, screen.html, parse_mode="HTML", reply_markup=screen.keyboard, message_thread_id=thread
        )
    except AiogramError as error:
        log.info("a group could not be told where to pick", chat=chat_id, error=str(error))


async def _tell_who_added(chat_id: ChatId, key: str, bot: Bot, storage: Storage, texts: Texts) -> None:
    chat = await storage.chats.get(chat_id)
    reader = await storage.readers.get(chat.added_by) if chat and chat.added_by else None
    if chat and reader and not reader.unreachable:
        with suppress(AiogramError):
            await bot.send_message(reader.chat_id, texts.get(reader.language, key, chat=chat.title))
