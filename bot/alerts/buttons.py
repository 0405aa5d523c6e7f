"""The buttons under the message about a broadcast, and those that choose its audience. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.alerts.standing import Standing
from bot.callbacks import (
    BroadcastAct,
    BroadcastAudience,
    BroadcastsPage,
    ControlBroadcast,
    DropBroadcast,
    SendBroadcast,
)
from bot.keyboards import NAME_LIMIT
from bot.model.articles import Category
from bot.model.broadcasts import Audience, Broadcast, BroadcastKind, BroadcastState
from bot.model.ids import CategoryId
from bot.model.language import Language
from bot.texts import Texts

Act = BroadcastAct
TITLE_LIMIT = 30
"""Characters of a broadcast's text on a button of a list."""
MOST_CATEGORIES = 40
"""Telegram takes 100 buttons."""


def under(standing: Standing, language: Language, texts: Texts) -> InlineKeyboardMarkup | None:
    broadcast = standing.broadcast

    def of(key: str, act: Act) -> InlineKeyboardButton:
        return _act(texts.get(language, key), act, broadcast)

    if broadcast.state is BroadcastState.DRAFT:
        rows = _draft(broadcast, language, texts, of)
    elif broadcast.state is BroadcastState.CANCELLED:
        return None
    elif broadcast.ended_at is not None:
        rows = _ended(broadcast, of)
    elif standing.waits:
        rows = [[_drop(broadcast, language, texts)]]
    elif broadcast.state is BroadcastState.STOPPED:
        rows = [[of("button.recall", Act.RECALL)]] if _can_change(broadcast) else []
    else:
        pause = of("button.resume", Act.RESUME) if broadcast.paused else of("button.pause", Act.PAUSE)
        rows = [[pause, of("button.stop", Act.STOP)]]
        if _can_change(broadcast):
            rows.append([of("button.correct", Act.CORRECT), of("button.recall", Act.RECALL)])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _draft(
    broadcast: Broadcast, language: Language, texts: Texts, of: Callable[[str, Act], InlineKeyboardButton]
) -> list[list[InlineKeyboardButton]]:
    """The cancel button stands first, where a hasty thumb lands."""
    rows = [[_drop(broadcast, language, texts), of("button.revise", Act.REVISE)]]
    if broadcast.kind is BroadcastKind.ALERT:
        rows.append([of("button.audience", Act.AUDIENCE), of("button.trial", Act.TRIAL)])
    if broadcast.kind in (BroadcastKind.ALERT, BroadcastKind.REPLY):
        rows.append([of("button.at_time", Act.TIME)])
        if broadcast.planned_at:
            rows[-1].append(of("button.at_once", Act.AT_ONCE))
    if broadcast.article_id is not None:
        as_card = broadcast.announcement.card is not None
        rows.append([of("button.as_text", Act.TEXT) if as_card else of("button.as_card", Act.CARD)])
    send = SendBroadcast(broadcast=broadcast.id, revision=broadcast.revision)
    key = "button.send_planned" if broadcast.planned_at else "button.send_now"
    rows.append([_button(texts.get(language, key), send)])
    return rows


def _ended(broadcast: Broadcast, of: Callable[[str, Act], InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    rows = []
    if _can_change(broadcast):
        rows.append([of("button.correct", Act.CORRECT), of("button.recall", Act.RECALL)])
        if broadcast.kind is BroadcastKind.ALERT:
            rows.append([of("button.reply", Act.REPLY)])
    if broadcast.kind in (BroadcastKind.ALERT, BroadcastKind.REPLY):
        rows.append([of("button.missing", Act.MISSING), of("button.one_reader", Act.ONE_READER)])
        rows.append([of("button.table", Act.TABLE)])
    return rows


def _can_change(broadcast: Broadcast) -> bool:
    return broadcast.kind in (BroadcastKind.ALERT, BroadcastKind.REPLY) and broadcast.recalled_at is None


def reopen(broadcast: Broadcast, language: Language, texts: Texts) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_act(texts.get(language, "button.open"), Act.OPEN, broadcast)]])


def recall(broadcast: Broadcast, language: Language, texts: Texts) -> InlineKeyboardMarkup:
    """Asked once more, since it can't be undone."""
    rows = [
        [_act(texts.get(language, "button.not_recall"), Act.KEEP, broadcast)],
        [_act(texts.get(language, "button.recall_all"), Act.SURELY_RECALL, broadcast)],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def audience(
    broadcast: Broadcast, categories: Sequence[Category], language: Language, texts: Texts
) -> InlineKeyboardMarkup:
    wanted = broadcast.audience

    def choice(name: str, part: str, value: str, chosen: bool) -> InlineKeyboardButton:
        name = name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1].rstrip() + "…"
        label = texts.get(language, "button.category_on", name=name) if chosen else name
        data = BroadcastAudience(
            broadcast=broadcast.id, revision=broadcast.revision, part=part, value=value, on=not chosen
        )
        return _button(label, data)

    everybody = choice(texts.get(language, "audience.all"), "a", "", wanted == Audience())
    languages = [choice(texts.get(one, "language.name"), "l", one.value, one in wanted.languages) for one in Language]
    sections = [
        choice(one.name(language), "c", str(one.id), one.id in wanted.categories)
        for one in categories[:MOST_CATEGORIES]
    ]
    back = _act(texts.get(language, "button.done"), Act.BACK, broadcast)
    pairs = [sections[index : index + 2] for index in range(0, len(sections), 2)]
    return InlineKeyboardMarkup(inline_keyboard=[[everybody], languages, *pairs, [back]])


def chosen(wanted: Audience, part: str, value: str, on: bool) -> Audience | None:
    """The audience after that button; None: there is no such choice."""
    if part == "a":
        return Audience()
    if part == "l" and value in {one.value for one in Language}:
        kept = [one for one in wanted.languages if one != value]
        return replace(wanted, languages=(*kept, Language(value)) if on else tuple(kept))
    if part == "c" and value.isdigit():
        others = [one for one in wanted.categories if one != int(value)]
        return replace(wanted, categories=(*others, CategoryId(int(value))) if on else tuple(others))
    return None


def listed(
    going: Sequence[Broadcast], ended: Sequence[Broadcast], page: int, more: bool, language: Language, texts: Texts
) -> InlineKeyboardMarkup:
    """Drafts and what is leaving, then a page of what has left."""
    rows = [[_act(_title(one, language, texts), Act.OPEN, one)] for one in (*going, *ended)]
    turn = []
    if page > 0:
        turn.append(_button(texts.get(language, "button.previous"), BroadcastsPage(page=page - 1)))
    if more:
        turn.append(_button(texts.get(language, "button.next"), BroadcastsPage(page=page + 1)))
    return InlineKeyboardMarkup(inline_keyboard=[*rows, turn] if turn else rows)


_ENDED = {BroadcastKind.CORRECTION: "correction", BroadcastKind.RECALL: "recall", BroadcastKind.REPLY: "reply"}


def _title(broadcast: Broadcast, language: Language, texts: Texts) -> str:
    words = " ".join(broadcast.announcement.text.split())
    cut = words if len(words) <= TITLE_LIMIT else words[: TITLE_LIMIT - 1].rstrip() + "…"
    state = "stopped" if broadcast.state is BroadcastState.STOPPED else "leaving"
    if broadcast.state is BroadcastState.DRAFT:
        state = "draft"
    elif broadcast.ended_at is not None:
        state = _ENDED.get(broadcast.kind, "trial" if broadcast.audience.editors else "ended")
    elif broadcast.planned_at is not None:
        state = "planned"
    return texts.get(language, f"list.{state}", id=broadcast.id, parent=broadcast.parent_id, text=cut)


def _drop(broadcast: Broadcast, language: Language, texts: Texts) -> InlineKeyboardButton:
    return _button(texts.get(language, "button.cancel"), DropBroadcast(broadcast=broadcast.id))


def _act(text: str, act: Act, broadcast: Broadcast) -> InlineKeyboardButton:
    return _button(text, ControlBroadcast(act=act, broadcast=broadcast.id, revision=broadcast.revision))


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())
