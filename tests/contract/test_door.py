"""The door to everything that editors do: by person and chat, at this very moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiogram.types import CallbackQuery, Chat, Message, User

from bot.model.ids import ChatId
from bot.model.newsroom import Role
from handlers.admin.editors import IsEditor
from tests.contract.world import EDITOR, World

THEN = datetime(2026, 11, 23, tzinfo=UTC)
THIRD = ChatId(3)


def message(person: int | None, chat: int, kind: str = "private") -> Message:
    user = None if person is None else User(id=person, is_bot=False, first_name="Дана")
    return Message(message_id=1, date=THEN, chat=Chat(id=chat, type=kind), from_user=user, text="/admin")


def tap(person: int, on: Message | None) -> CallbackQuery:
    user = User(id=person, is_bot=False, first_name="Дана")
    return CallbackQuery(id="1", from_user=user, chat_instance="1", message=on, data="ah")


@pytest.mark.parametrize(
    ("event", "owner", "passes"),
    [
        (message(EDITOR, EDITOR), False, True),
        (message(EDITOR, EDITOR), True, True),
        (message(THIRD, THIRD), False, True),
        (message(THIRD, THIRD), True, False),
        (message(9, 9), False, False),
        (message(EDITOR, -100, "supergroup"), False, False),
        (message(EDITOR, -100, "group"), False, False),
        (message(None, -100, "channel"), False, False),
        (message(EDITOR, 9), False, False),
        (tap(EDITOR, message(EDITOR, EDITOR)), False, True),
        (tap(9, message(EDITOR, EDITOR)), False, False),
        (tap(EDITOR, message(EDITOR, -100, "supergroup")), False, False),
        (tap(EDITOR, None), False, False),
    ],
)
async def test_who_may(world: World, event: Message | CallbackQuery, owner: bool, passes: bool) -> None:
    await world.storage.editors.set_role(THIRD, Role.EDITOR, "", EDITOR, world.now)
    assert bool(await IsEditor(owner=owner)(event, world.storage)) is passes


async def test_a_removed_editor_is_out_at_once(world: World) -> None:
    await world.storage.editors.set_role(THIRD, Role.EDITOR, "", EDITOR, world.now)
    assert await IsEditor()(message(THIRD, THIRD), world.storage)
    await world.storage.editors.remove(THIRD, EDITOR, world.now)
    assert not await IsEditor()(message(THIRD, THIRD), world.storage)


async def test_the_name_is_learned_for_the_log(world: World) -> None:
    await IsEditor()(message(EDITOR, EDITOR), world.storage)
    editor = await world.storage.editors.get(EDITOR)
    assert editor
    assert editor.name == "Дана"
