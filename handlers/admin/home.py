"""/admin: the door to categories, editors and the audit log."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardMarkup, Message

from bot.callbacks import (
    AdminHome,
    AuditPage,
    AuditTable,
    EditorAct,
    FeedAct,
    ManageEditor,
    ManageFeed,
    ManageSection,
    SectionAct,
)
from bot.config import Settings
from bot.model.newsroom import Act, Editor, Entry, Role
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.buttons import rows
from handlers.screen import show_text
from storage.base import Storage

PER_PAGE = 10
DETAIL = 80


def router() -> Router:
    router = Router(name="admin")
    router.message.register(open_home, Command("admin"))
    router.callback_query.register(back_home, AdminHome.filter())
    router.callback_query.register(show_log, AuditPage.filter())
    router.callback_query.register(send_log, AuditTable.filter())
    return router


async def open_home(message: Message, texts: Texts, reader: Reader, editor: Editor) -> None:
    await message.answer(texts.get(reader.language, "admin.title"), reply_markup=_home(texts, reader, editor))


async def back_home(query: CallbackQuery, texts: Texts, reader: Reader, editor: Editor) -> None:
    await query.answer()
    await show_text(query, texts.get(reader.language, "admin.title"), _home(texts, reader, editor))


def _home(texts: Texts, reader: Reader, editor: Editor) -> InlineKeyboardMarkup:
    language = reader.language
    staff = (texts.get(language, "admin.editors"), ManageEditor(act=EditorAct.LIST, user=0))
    return rows(
        [(texts.get(language, "admin.sections"), ManageSection(act=SectionAct.LIST, category=0))],
        [(texts.get(language, "admin.feeds"), ManageFeed(act=FeedAct.LIST, feed=0))],
        [staff] if editor.role is Role.OWNER else [],
        [(texts.get(language, "admin.log"), AuditPage(before=0))],
    )


async def show_log(
    query: CallbackQuery, callback_data: AuditPage, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    await query.answer()
    entries = await storage.audit.page(before=callback_data.before or None, limit=PER_PAGE + 1)
    lines = [texts.get(reader.language, "log.title")]
    lines += [_line(entry, texts, settings, reader) for entry in entries[:PER_PAGE]]
    older = []
    if len(entries) > PER_PAGE:
        older = [(texts.get(reader.language, "button.next"), AuditPage(before=entries[PER_PAGE - 1].id))]
    keyboard = rows(
        [(texts.get(reader.language, "button.table"), AuditTable())],
        older,
        [(texts.get(reader.language, "admin.back"), AdminHome())],
    )
    await show_text(query, escape("\n".join(lines), quote=False), keyboard)


def _line(entry: Entry, texts: Texts, settings: Settings, reader: Reader) -> str:
    moment = texts.date(reader.language, entry.at, settings.timezone)
    deed = texts.get(reader.language, f"act.{entry.action.name.lower()}")
    words = " ".join(entry.detail.split())
    detail = words if len(words) <= DETAIL else words[: DETAIL - 1] + "…"
    refused = "" if entry.done else f" ({texts.get(reader.language, 'log.refused')})"
    return f"{moment} · {entry.name or entry.user_id} · {deed} {entry.subject}{refused} {detail}".rstrip()


async def send_log(query: CallbackQuery, storage: Storage, texts: Texts, reader: Reader, editor: Editor) -> None:
    await query.answer(texts.get(reader.language, "table.coming"))
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["number", "when", "user", "name", "action", "subject", "detail", "done"])
    before: int | None = None
    while entries := await storage.audit.page(before=before, limit=1000):
        for one in entries:
            when = one.at.isoformat(timespec="seconds")
            row = [one.id, when, one.user_id, one.name, one.action, one.subject, one.detail, int(one.done)]
            table.writerow([_harmless(value) for value in row])
        before = entries[-1].id
    await storage.audit.note(editor.user_id, Act.EXPORTED, "", datetime.now(UTC), detail="audit")
    if isinstance(query.message, Message):
        document = BufferedInputFile(written.getvalue().encode("utf-8-sig"), "audit.csv")
        await query.message.answer_document(document)


def _harmless(value: object) -> object:
    """Nothing that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
