"""/groups: what comes into groups and channels, picked by their administrators in their own chat with the bot.

Whether somebody is an administrator is asked of Telegram at each tap: rights may have been taken a moment ago.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from aiogram import Bot, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.callbacks import (
    GroupAll,
    GroupLanguage,
    GroupSection,
    OpenGroup,
    OpenGroups,
    OpenSettings,
    OpenTopics,
    PickTopic,
    SetTopic,
)
from bot.keyboards import page_of, section_label
from bot.model.articles import Category
from bot.model.chats import ChatKind, SharedChat
from bot.model.ids import CategoryId, ChatId
from bot.model.language import Language
from bot.model.readers import Mode, Reader
from bot.texts import Texts
from handlers.screen import Screen, button, keyboard
from storage.base import Storage

CHANNEL_RIGHTS = "post_messages+edit_messages+delete_messages"
IN_CHARGE = ("creator", "administrator")


def router() -> Router:
    router = Router(name="groups")
    router.message.register(show_groups, Command("groups"))
    router.callback_query.register(open_groups, OpenGroups.filter())
    router.callback_query.register(open_group, OpenGroup.filter())
    router.callback_query.register(choose, GroupSection.filter())
    router.callback_query.register(choose_all, GroupAll.filter())
    router.callback_query.register(choose_language, GroupLanguage.filter())
    router.callback_query.register(open_topics, OpenTopics.filter())
    router.callback_query.register(pick_topic, PickTopic.filter())
    router.callback_query.register(set_topic, SetTopic.filter())
    return router


async def is_administrator(bot: Bot, chat_id: int, person: int) -> bool:
    """False also when the chat does not let the bot know."""
    try:
        member = await bot.get_chat_member(chat_id, person)
    except AiogramError:
        return False
    return member.status in IN_CHARGE


async def show_groups(message: Message, bot: Bot, storage: Storage, texts: Texts, reader: Reader) -> None:
    await (await _groups(bot, storage, texts, reader)).answer(message)


async def open_groups(query: CallbackQuery, bot: Bot, storage: Storage, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await (await _groups(bot, storage, texts, reader)).replace(query)


async def open_group(
    query: CallbackQuery, callback_data: OpenGroup, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    await query.answer()
    screen = await group_of(ChatId(callback_data.chat), bot, storage, texts, reader, callback_data.page)
    await screen.replace(query)


async def choose(
    query: CallbackQuery, callback_data: GroupSection, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    chat = await _for_administrator(query, callback_data.chat, bot, storage, texts, reader)
    if chat is None:
        return
    category = CategoryId(callback_data.category)
    await storage.readers.set_category(chat.id, category, callback_data.mode, datetime.now(UTC))
    await query.answer()
    await (await group_screen(chat, callback_data.page, bot, storage, texts, reader)).replace(query)


async def choose_all(
    query: CallbackQuery, callback_data: GroupAll, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    chat = await _for_administrator(query, callback_data.chat, bot, storage, texts, reader)
    if chat is None:
        return
    await storage.readers.set_everything(chat.id, callback_data.mode, datetime.now(UTC))
    await query.answer()
    await (await group_screen(chat, callback_data.page, bot, storage, texts, reader)).replace(query)


async def choose_language(
    query: CallbackQuery, callback_data: GroupLanguage, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    chat = await _for_administrator(query, callback_data.chat, bot, storage, texts, reader)
    if chat is None:
        return
    await storage.readers.set_language(chat.id, callback_data.language)
    await query.answer()
    await (await group_screen(chat, 0, bot, storage, texts, reader)).replace(query)


async def open_topics(
    query: CallbackQuery, callback_data: OpenTopics, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    chat = await _for_administrator(query, callback_data.chat, bot, storage, texts, reader)
    if chat is None:
        return
    await query.answer()
    await (await _topics(chat, callback_data.page, storage, texts, reader)).replace(query)


async def pick_topic(
    query: CallbackQuery, callback_data: PickTopic, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    chat = await _for_administrator(query, callback_data.chat, bot, storage, texts, reader)
    if chat is None:
        return
    await query.answer()
    language, category = reader.language, CategoryId(callback_data.category)
    topics = await storage.chats.topics(chat.id)
    here = next((topic.thread_id for topic in topics if category in topic.categories), 0)
    choices = [(0, texts.get(language, "groups.no_topic")), *((topic.thread_id, topic.name) for topic in topics)]
    rows = [
        [
            button(
                texts.get(language, "button.category_on", name=name) if thread == here else name,
                SetTopic(chat=chat.id, category=category, thread=thread),
            )
        ]
        for thread, name in choices
    ]
    rows.append([button(texts.get(language, "button.back"), OpenTopics(chat=chat.id, page=0))])
    found = await storage.news.categories(datetime.now(UTC))
    name = next((one.name(language) for one in found if one.id == category), "")
    await Screen(texts.get(language, "groups.pick_topic", name=escape(name)), keyboard(rows)).replace(query)


async def set_topic(
    query: CallbackQuery, callback_data: SetTopic, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> None:
    chat = await _for_administrator(query, callback_data.chat, bot, storage, texts, reader)
    if chat is None:
        return
    await storage.chats.set_topic(chat.id, CategoryId(callback_data.category), callback_data.thread or None)
    await query.answer()
    await (await _topics(chat, 0, storage, texts, reader)).replace(query)


async def group_of(chat_id: ChatId, bot: Bot, storage: Storage, texts: Texts, reader: Reader, page: int = 0) -> Screen:
    """The screen of a group or channel, for its administrators; for others what stands in their way."""
    if not await is_administrator(bot, chat_id, reader.chat_id):
        return _refused(texts, reader)
    chat = await _renewed(chat_id, bot, storage, reader)
    return _refused(texts, reader) if chat is None else await group_screen(chat, page, bot, storage, texts, reader)


async def group_screen(chat: SharedChat, page: int, bot: Bot, storage: Storage, texts: Texts, reader: Reader) -> Screen:
    """Texts in the reader's language; the chat's own is one of the choices."""
    language = reader.language
    its = await storage.readers.get(chat.id)
    if its is None:
        return _refused(texts, reader)
    found = await storage.news.categories(datetime.now(UTC))
    shown, page, pages = page_of(found, language, page)
    mode = Mode.OFF if its.everything else Mode.NOW
    everything = "button.everything_on" if its.everything else "button.everything"
    buttons = [_section(category, chat, its, page, language, texts) for category in shown]
    rows = [[button(texts.get(language, everything), GroupAll(chat=chat.id, mode=mode, page=page))]]
    rows += [buttons[index : index + 2] for index in range(0, len(buttons), 2)]
    rows.append(
        [
            button(texts.get(language, key), OpenGroup(chat=chat.id, page=number))
            for key, number in (("button.previous", page - 1), ("button.next", page + 1))
            if 0 <= number < pages
        ]
    )
    rows.append([_language(each, its.language, chat, texts) for each in Language])
    if chat.forum:
        rows.append([button(texts.get(language, "button.topics"), OpenTopics(chat=chat.id, page=0))])
    rows.append([button(texts.get(language, "button.back"), OpenGroups())])
    lines = [texts.get(language, "groups.title", chat=escape(chat.title))]
    if its.everything or its.categories:
        lines.append(texts.get(language, "groups.picked"))
    else:
        lines.append(texts.get(language, "groups.nothing_picked"))
    if not found:
        lines.append(texts.get(language, "categories.none_yet"))
    return Screen("\n\n".join(lines), keyboard(rows))


def _section(
    category: Category, chat: SharedChat, its: Reader, page: int, language: Language, texts: Texts
) -> InlineKeyboardButton:
    mode = its.mode(category.id)
    wanted = Mode.NOW if mode is Mode.OFF else Mode.OFF
    label = section_label(category, mode, language, texts)
    return button(label, GroupSection(chat=chat.id, category=category.id, mode=wanted, page=page))


def _language(each: Language, chosen: Language, chat: SharedChat, texts: Texts) -> InlineKeyboardButton:
    name = texts.get(each, "language.name")
    label = texts.get(each, "button.chosen_language", name=name) if each is chosen else name
    return button(label, GroupLanguage(chat=chat.id, language=each))


async def _groups(bot: Bot, storage: Storage, texts: Texts, reader: Reader) -> Screen:
    language = reader.language
    mine = await storage.chats.added_by(reader.chat_id)
    rows = [[button(chat.title[:60], OpenGroup(chat=chat.id, page=0))] for chat in mine[:20]]
    username = (await bot.me()).username
    for key, query in (
        ("button.add_to_group", "startgroup=pick"),
        ("button.add_to_channel", f"startchannel&admin={CHANNEL_RIGHTS}"),
    ):
        rows.append([InlineKeyboardButton(text=texts.get(language, key), url=f"https://t.me/{username}?{query}")])
    rows.append([button(texts.get(language, "button.back"), OpenSettings())])
    return Screen(texts.get(language, "groups.mine" if mine else "groups.none"), keyboard(rows))


async def _topics(chat: SharedChat, page: int, storage: Storage, texts: Texts, reader: Reader) -> Screen:
    language = reader.language
    its = await storage.readers.get(chat.id)
    found = await storage.news.categories(datetime.now(UTC))
    chosen = [one for one in found if its and its.wants(one.id)]
    shown, page, pages = page_of(chosen, language, page)
    names = {category: topic.name for topic in await storage.chats.topics(chat.id) for category in topic.categories}
    rows = []
    for one in shown:
        topic = names.get(one.id) or texts.get(language, "groups.no_topic")
        label = texts.get(language, "button.topic_of", name=one.name(language), topic=topic)
        rows.append([button(label[:60], PickTopic(chat=chat.id, category=one.id))])
    rows.append(
        [
            button(texts.get(language, key), OpenTopics(chat=chat.id, page=number))
            for key, number in (("button.previous", page - 1), ("button.next", page + 1))
            if 0 <= number < pages
        ]
    )
    rows.append([button(texts.get(language, "button.back"), OpenGroup(chat=chat.id, page=0))])
    return Screen(texts.get(language, "groups.topics", chat=escape(chat.title)), keyboard(rows))


async def _for_administrator(
    query: CallbackQuery, chat_id: int, bot: Bot, storage: Storage, texts: Texts, reader: Reader
) -> SharedChat | None:
    """The chat, when the person who taps may decide for it; else the tap is answered with why not."""
    chat = await storage.chats.get(ChatId(chat_id))
    if chat is not None and await is_administrator(bot, chat_id, reader.chat_id):
        return chat
    await query.answer(texts.get(reader.language, "groups.not_yours"), show_alert=True)
    return None


async def _renewed(chat_id: ChatId, bot: Bot, storage: Storage, reader: Reader) -> SharedChat | None:
    """With its title of now. A chat that the bot is in without having been told becomes known. None: it is in none."""
    known = await storage.chats.get(chat_id)
    try:
        now = await bot.get_chat(chat_id)
    except AiogramError:
        return known
    if now.type == "private":
        return None
    chat = SharedChat(
        chat_id, ChatKind(now.type), now.title or "", bool(now.is_forum), known.added_by if known else None
    )
    if chat != known:
        await storage.chats.arrive(chat, reader.language, datetime.now(UTC))
    return chat


def _refused(texts: Texts, reader: Reader) -> Screen:
    back = button(texts.get(reader.language, "button.back"), OpenGroups())
    return Screen(texts.get(reader.language, "groups.not_yours"), keyboard([[back]]))
