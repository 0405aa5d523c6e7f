"""Editors: who is one, added and removed by owners only."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, MessageOriginUser

from bot.callbacks import AdminHome, EditorAct, ManageEditor
from bot.commands import forget_editor, register_editor
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.newsroom import Editor, Prompt, Purpose, Role
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.buttons import rows
from handlers.admin.editors import NAME_LIMIT, IsEditor
from handlers.admin.prompts import Answers, ask
from handlers.screen import show_text
from storage.base import Storage


def router() -> Router:
    router = Router(name="staff")
    router.callback_query.register(manage, ManageEditor.filter(), IsEditor(owner=True))
    router.message.register(added, IsEditor(owner=True), Answers(Purpose.EDITOR))
    return router


async def manage(
    query: CallbackQuery,
    callback_data: ManageEditor,
    bot: Bot,
    storage: Storage,
    texts: Texts,
    reader: Reader,
    editor: Editor,
) -> None:
    act, who, now = callback_data.act, ChatId(callback_data.user), datetime.now(UTC)
    if act is EditorAct.ADD and isinstance(query.message, Message):
        await query.answer()
        await ask(query.message, Purpose.EDITOR, 0, storage, texts, reader.language)
        return
    if act in (EditorAct.MAKE_EDITOR, EditorAct.MAKE_OWNER):
        role = Role.OWNER if act is EditorAct.MAKE_OWNER else Role.EDITOR
        known = await storage.editors.get(who)
        # A button makes nobody an editor who is none any more.
        done = known is not None and await storage.editors.set_role(who, role, known.name, editor.user_id, now)
        await query.answer(texts.get(reader.language, "staff.changed" if done else "staff.unchanged"))
    elif act is EditorAct.REMOVE:
        done = await storage.editors.remove(who, editor.user_id, now)
        if done:
            await forget_editor(bot, who)
        await query.answer(texts.get(reader.language, "staff.removed" if done else "staff.unchanged"))
    else:
        await query.answer()
    chosen = await storage.editors.get(who) if act is not EditorAct.REMOVE and who else None
    if chosen:
        await show_text(query, _about(chosen, texts, reader.language), _choices(chosen, texts, reader.language))
    else:
        everybody = await storage.editors.all()
        await show_text(query, texts.get(reader.language, "staff.title"), _list(everybody, texts, reader.language))


def _about(editor: Editor, texts: Texts, language: Language) -> str:
    role = texts.get(language, f"role.{editor.role.value}")
    line = f"{escape(editor.name) or editor.user_id} ({editor.user_id}): {role}"
    return f"{line}\n{texts.get(language, 'staff.named')}" if editor.named else line


def _choices(editor: Editor, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    back = [(texts.get(language, "button.done"), ManageEditor(act=EditorAct.LIST, user=0))]
    if editor.named:
        return rows(back)
    owner = editor.role is Role.OWNER
    act = EditorAct.MAKE_EDITOR if owner else EditorAct.MAKE_OWNER
    other = texts.get(language, "button.make_editor" if owner else "button.make_owner")
    remove = texts.get(language, "button.dismiss")
    return rows(
        [(other, ManageEditor(act=act, user=editor.user_id))],
        [(remove, ManageEditor(act=EditorAct.REMOVE, user=editor.user_id))],
        back,
    )


def _list(editors: list[Editor], texts: Texts, language: Language) -> InlineKeyboardMarkup:
    people = [
        [
            (
                f"{one.name or one.user_id} · {texts.get(language, f'role.{one.role.value}')}",
                ManageEditor(act=EditorAct.OPEN, user=one.user_id),
            )
        ]
        for one in editors[:80]
    ]
    return rows(
        *people,
        [(texts.get(language, "button.add_editor"), ManageEditor(act=EditorAct.ADD, user=0))],
        [(texts.get(language, "admin.back"), AdminHome())],
    )


async def added(
    message: Message, bot: Bot, storage: Storage, texts: Texts, reader: Reader, editor: Editor, prompt: Prompt
) -> None:
    """By number, contact, or a message of theirs that was forwarded."""
    who, name = _named(message)
    if who is None:
        await message.answer(texts.get(reader.language, "reader.unclear"))
        return
    await storage.editors.asks_no_more(editor.user_id)
    known = await storage.editors.get(who)
    done = known is None and await storage.editors.set_role(
        who, Role.EDITOR, name[:NAME_LIMIT], editor.user_id, datetime.now(UTC)
    )
    if done:
        await register_editor(bot, texts, who)
    key = "staff.added" if done else "staff.unchanged"
    await message.answer(
        texts.get(reader.language, key), reply_markup=_list(await storage.editors.all(), texts, reader.language)
    )


def _named(message: Message) -> tuple[ChatId | None, str]:
    if isinstance(message.forward_origin, MessageOriginUser):
        user = message.forward_origin.sender_user
        return (None, "") if user.is_bot else (ChatId(user.id), user.full_name)
    if message.contact and message.contact.user_id:
        return ChatId(message.contact.user_id), message.contact.first_name
    words = (message.text or "").strip()
    return (ChatId(int(words)), "") if words.isascii() and words.isdigit() and len(words) < 18 else (None, "")
