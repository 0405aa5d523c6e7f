"""Categories: their names in each language, emoji, order, which are shown, which are one."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from aiogram import Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.callbacks import AdminHome, ManageSection, SectionAct
from bot.model.ids import CategoryId
from bot.model.language import Language
from bot.model.newsroom import Editor, Prompt, Purpose, Section
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.buttons import rows
from handlers.admin.prompts import Answers, ask
from handlers.screen import show_text
from storage.base import Storage

PER_PAGE = 20
NAME_LIMIT = 40
EMOJI_LIMIT = 8
Act = SectionAct
NAMES = {Purpose.NAME_RU: Language.RU, Purpose.NAME_KK: Language.KK, Purpose.NAME_EN: Language.EN}


def router() -> Router:
    router = Router(name="sections")
    router.callback_query.register(manage, ManageSection.filter())
    router.message.register(answered, Answers(*NAMES, Purpose.EMOJI))
    return router


async def manage(
    query: CallbackQuery,
    callback_data: ManageSection,
    storage: Storage,
    texts: Texts,
    reader: Reader,
    editor: Editor,
) -> None:
    act, number, value = callback_data.act, CategoryId(callback_data.category), callback_data.value
    by, now, language = editor.user_id, datetime.now(UTC), reader.language
    if act in (Act.RENAME, Act.EMOJI) and isinstance(query.message, Message):
        purposes = {one.value: purpose for purpose, one in NAMES.items()}
        purpose = Purpose.EMOJI if act is Act.EMOJI else purposes.get(value, Purpose.NAME_RU)
        await query.answer()
        await ask(query.message, purpose, number, storage, texts, language)
        return
    match act:
        case Act.UP | Act.DOWN:
            await storage.sections.move(number, act is Act.UP, by, now)
        case Act.HIDE | Act.SHOW:
            await storage.sections.hide(number, act is Act.HIDE, by, now)
        case Act.SURELY_MERGE if value.isdigit() and int(value) != number:
            await storage.sections.merge(number, CategoryId(int(value)), by, now)
            number = CategoryId(int(value))
    await query.answer()
    everything = await storage.sections.all()
    section = next((one for one in everything if one.id == number), None)
    page = int(value) if value.isdigit() else 0
    if act is Act.LIST or section is None:
        text = texts.get(language, "sections.title" if everything else "sections.none")
        await show_text(query, text, _list(everything, page, texts, language))
    elif act is Act.MERGE:
        others = [one for one in everything if one.id != number]
        asked = texts.get(language, "sections.merge", name=escape(section.name(language)))
        await show_text(query, asked, _targets(section, others, texts, language))
    elif act is Act.MERGE_INTO and (into := next((one for one in everything if str(one.id) == value), None)):
        await show_text(query, *_surely(section, into, texts, language))
    else:
        await show_text(query, _about(section, texts, language), _choices(section, texts, language))


async def answered(
    message: Message, storage: Storage, texts: Texts, reader: Reader, editor: Editor, prompt: Prompt
) -> None:
    words = " ".join((message.text or "").split())
    number, now, language = CategoryId(prompt.subject), datetime.now(UTC), reader.language
    if prompt.purpose is Purpose.EMOJI:
        emoji = "" if words in ("-", "–", "—") else words
        fits = len(emoji) <= EMOJI_LIMIT and not any(letter.isalnum() for letter in emoji)
        done = fits and await storage.sections.set_emoji(number, emoji, editor.user_id, now)
    else:
        fits = 0 < len(words) <= NAME_LIMIT
        done = fits and await storage.sections.rename(number, NAMES[prompt.purpose], words, editor.user_id, now)
    if not done:
        await message.answer(texts.get(language, "sections.unfit"))
        return
    await storage.editors.asks_no_more(editor.user_id)
    section = next((one for one in await storage.sections.all() if one.id == number), None)
    if section:
        keyboard = _choices(section, texts, language)
        await message.answer(_about(section, texts, language), parse_mode="HTML", reply_markup=keyboard)


def _about(section: Section, texts: Texts, language: Language) -> str:
    lines = [f"{section.emoji} {escape(section.name(language))}".strip()]
    lines += [f"{texts.get(one, 'language.name')}: {escape(section.names.get(one, '–'))}" for one in Language]
    if section.hidden:
        lines.append(texts.get(language, "sections.hidden"))
    return "\n".join(lines)


def _choices(section: Section, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    def of(key: str, act: SectionAct, value: str = "") -> tuple[str, ManageSection]:
        return texts.get(language, key), ManageSection(act=act, category=section.id, value=value)

    names = [
        (f"✏️ {texts.get(one, 'language.name')}", ManageSection(act=Act.RENAME, category=section.id, value=one.value))
        for one in Language
    ]
    shown = of("button.show", Act.SHOW) if section.hidden else of("button.hide", Act.HIDE)
    return rows(
        names,
        [of("button.emoji", Act.EMOJI), shown],
        [of("button.up", Act.UP), of("button.down", Act.DOWN)],
        [of("button.merge", Act.MERGE)],
        [of("button.done", Act.LIST)],
    )


def _list(found: list[Section], page: int, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    shown = found[page * PER_PAGE : (page + 1) * PER_PAGE]
    lines = [[(_label(one, texts, language), ManageSection(act=Act.OPEN, category=one.id))] for one in shown]
    turn = []
    if page > 0:
        back = ManageSection(act=Act.LIST, category=0, value=str(page - 1))
        turn.append((texts.get(language, "button.previous"), back))
    if len(found) > (page + 1) * PER_PAGE:
        on = ManageSection(act=Act.LIST, category=0, value=str(page + 1))
        turn.append((texts.get(language, "button.next"), on))
    return rows(*lines, turn, [(texts.get(language, "admin.back"), AdminHome())])


def _label(section: Section, texts: Texts, language: Language) -> str:
    name = f"{section.emoji} {section.name(language)}".strip()
    return texts.get(language, "sections.hidden_name", name=name) if section.hidden else name


def _targets(section: Section, others: list[Section], texts: Texts, language: Language) -> InlineKeyboardMarkup:
    into = [
        [(one.name(language), ManageSection(act=Act.MERGE_INTO, category=section.id, value=str(one.id)))]
        for one in others[:90]
    ]
    return rows(*into, [(texts.get(language, "button.cancel"), ManageSection(act=Act.OPEN, category=section.id))])


def _surely(section: Section, into: Section, texts: Texts, language: Language) -> tuple[str, InlineKeyboardMarkup]:
    """Asked once more, since it can't be undone."""
    names = {"name": section.name(language), "into": into.name(language)}
    merge = ManageSection(act=Act.SURELY_MERGE, category=section.id, value=str(into.id))
    return texts.get(language, "sections.surely_merge", **{key: escape(name) for key, name in names.items()}), rows(
        [(texts.get(language, "button.cancel"), ManageSection(act=Act.OPEN, category=section.id))],
        [(texts.get(language, "button.surely_merge"), merge)],
    )
