"""Who is an editor. To anybody else the editors' commands and buttons do not exist."""

from __future__ import annotations

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.model.newsroom import Editor, Role
from storage.base import Storage

NAME_LIMIT = 64


class IsEditor(Filter):
    """An editor in his own chat with the bot: what he was allowed a moment ago does not count, nor does what others
    can see. Handlers get `editor`."""

    def __init__(self, *, owner: bool = False) -> None:
        self._owner = owner

    async def __call__(self, event: Message | CallbackQuery, storage: Storage) -> bool | dict[str, Editor]:
        person = event.from_user
        chat = event.chat if isinstance(event, Message) else event.message and event.message.chat
        if person is None or not chat or chat.type != "private" or chat.id != person.id:
            return False
        editor = await storage.editors.get(person.id)
        if editor is None or (self._owner and editor.role is not Role.OWNER):
            return False
        if editor.name != (name := person.full_name[:NAME_LIMIT]):
            await storage.editors.set_name(person.id, name)
        return {"editor": editor}
