"""Crowds of silent readers. A hundred thousand of them cost next to nothing until something is sent to them, and then
some 200 bytes a message: what was sent is kept once, and for each reader only that they have it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.answers import Json
from bot.sandbox.chats import Chat
from bot.sandbox.people import Person

FIRST = 900_000_000
MOST = 1_000_000
_MIXED = 2_654_435_761
_BOUND = 2**32


@dataclass(frozen=True, slots=True)
class Part:
    """Readers added at once; `blocked` and `deactivated` are shares of them, the same ones each time."""

    ids: range
    blocked: float
    deactivated: float

    def person(self, person_id: int) -> Person:
        lot = person_id * _MIXED % _BOUND / _BOUND
        gone = lot < self.deactivated
        blocked = not gone and lot < self.deactivated + self.blocked
        return Person(person_id, "Reader", "ru", started=True, blocked=blocked, deactivated=gone, silent=True)


@dataclass(slots=True)
class Crowd:
    bot: Json
    numbers: Iterator[int]
    parts: list[Part] = field(default_factory=list)
    _changed: dict[int, Person] = field(default_factory=dict)
    _sent: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """By message: chat, date, content. Ids of private chats are one row, so they tell the chat, too."""
    _contents: list[Json] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(len(part.ids) for part in self.parts)

    def add(self, count: int, *, first: int = 0, blocked: float = 0.0, deactivated: float = 0.0) -> int:
        """The first id of their unbroken row."""
        first = first or max([FIRST, *(part.ids.stop for part in self.parts)])
        self.parts.append(Part(range(first, first + count), blocked, deactivated))
        return first

    def person(self, person_id: int) -> Person | None:
        if changed := self._changed.get(person_id):
            return changed
        part = next((part for part in self.parts if person_id in part.ids), None)
        return part.person(person_id) if part else None

    def change(self, person: Person) -> None:
        """One of them has done something that has to be remembered."""
        self._changed[person.id] = person

    def chat(self, person: Person) -> Chat:
        return _QuietChat(person.id, "private", self.numbers, title=person.first_name, crowd=self)

    def find(self, chat_id: int, message_id: int) -> Json | None:
        chat, date, number = self._sent.get(message_id, (0, 0, 0))
        if chat != chat_id:
            return None
        described = {"id": chat_id, "first_name": "Reader", "type": "private"}
        return {"message_id": message_id, "from": self.bot, "chat": described, "date": date, **self._contents[number]}

    def keep(self, message: Json) -> None:
        """`from` and `chat` follow from the chat, unless a reader wrote it."""
        left_out = ("message_id", "chat", "date") if "from" in message and not message["from"]["is_bot"] else _LEFT_OUT
        content = {key: value for key, value in message.items() if key not in left_out}
        key = json.dumps(content)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self._contents)
            self._contents.append(content)
        self._sent[message["message_id"]] = (message["chat"]["id"], message["date"], number)

    def remove(self, message_id: int) -> None:
        self._sent.pop(message_id, None)

    def messages(self, chat_id: int) -> list[Json]:
        """Slow: all messages are looked through."""
        ids = [message_id for message_id, (chat, _, _) in self._sent.items() if chat == chat_id]
        return [message for message_id in ids if (message := self.find(chat_id, message_id))]


_LEFT_OUT = ("message_id", "from", "chat", "date")


@dataclass(slots=True)
class _QuietChat(Chat):
    """A view of one reader's chat, made for one call."""

    crowd: Crowd = field(kw_only=True)

    def find(self, message_id: int) -> Json | None:
        return self.crowd.find(self.id, message_id)

    def keep(self, message: Json) -> None:
        self.crowd.keep(message)

    def remove(self, message_id: int) -> None:
        self.crowd.remove(message_id)

    def all(self) -> list[Json]:
        return self.crowd.messages(self.id)
