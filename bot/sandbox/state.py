"""The world of the sandbox, in memory: people, their chats with the bot, updates, files, what was called."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT_ID = 4242424242
UPDATE_LIFETIME = 24 * 3600.0
QUERY_LIFETIME = 15.0
"""Seconds in which a tap must be answered."""
MOST_EVENTS = 5_000


class ApiError(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(why: str) -> ApiError:
    return ApiError(400, f"Bad Request: {why}")


@dataclass(slots=True)
class Person:
    id: int
    first_name: str
    language_code: str
    role: str = "reader"
    started: bool = False
    blocked: bool = False
    silent: bool = False
    """One of a crowd: nobody looks at the chat, so only ids of its messages are kept."""

    def user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }

    def chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.first_name}


DEFAULT_PERSONAS = (
    Person(710000001, "Иван", "ru"),
    Person(710000002, "Айгүл", "kk"),
    Person(710000003, "Emma", "en"),
    Person(710000009, "Дана", "ru", role="editor"),
)


@dataclass(slots=True)
class Query:
    id: str
    person: int
    asked_at: float
    answered: bool = False
    text: str = ""
    show_alert: bool = False


@dataclass(slots=True)
class File:
    file_id: str
    unique_id: str
    data: bytes
    width: int
    height: int
    mime: str

    def sizes(self) -> list[Json]:
        size = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "width": self.width,
            "height": self.height,
            "file_size": len(self.data),
        }
        return [size]


@dataclass(slots=True)
class World:
    """Everything that happened. Nothing of it outlives the process."""

    clock: Callable[[], float] = time.time
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, dict[int, Json]] = field(default_factory=dict)
    """By chat, its messages as a Bot API Message, by id; deleted ones are gone."""
    updates: deque[Json] = field(default_factory=deque)
    new_update: asyncio.Event = field(default_factory=asyncio.Event)
    queries: dict[str, Query] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    commands: dict[tuple[str, int, str], list[Json]] = field(default_factory=dict)
    """By (scope, chat, language)."""
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """The bot's own name and descriptions, by (which, language)."""
    journal: list[Json] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    listeners: set[asyncio.Queue[Json]] = field(default_factory=set)
    _update_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(100_001))
    _message_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _events: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, person: Person) -> Person:
        self.people[person.id] = person
        self.chats.setdefault(person.id, {})
        self.tell({"type": "user", "chat_id": person.id, "user": describe(person)})
        return person

    def bot(self) -> Json:
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": self.texts.get(("name", ""), "Newsbot"),
            "username": "sandbox_newsbot",
        }

    def update(self, kind: str, content: Json) -> None:
        update = {"update_id": next(self._update_ids), kind: content}
        self.updates.append({**update, "_at": self.clock()})
        self.new_update.set()

    def next_message_id(self) -> int:
        """Private chats share one sequence, so a gap in a chat's ids tells nothing."""
        return next(self._message_ids)

    def keep(self, message: Json) -> None:
        """A new message in a chat."""
        chat_id = message["chat"]["id"]
        person = self.people[chat_id]
        if person.silent:
            self.chats[chat_id][message["message_id"]] = {}
            return
        self.chats[chat_id][message["message_id"]] = message
        self.tell({"type": "message", "chat_id": chat_id, "message": message})

    def tell(self, event: Json) -> None:
        """To every open page."""
        event["seq"] = next(self._events)
        for listener in list(self.listeners):
            if listener.qsize() < MOST_EVENTS:
                listener.put_nowait(event)

    def note_call(self, method: str, chat_id: Any, error: ApiError | None, result: Any, summary: str) -> None:
        """One line of the journal for each call of the bot."""
        message = result[0] if isinstance(result, list) and result else result
        self.journal.append(
            {
                "n": len(self.journal) + 1,
                "time": self.clock(),
                "method": method,
                "chat_id": chat_id,
                "ok": error is None,
                "error_code": error.code if error else None,
                "description": error.description if error else None,
                "message_id": message.get("message_id") if isinstance(message, dict) else None,
                "summary": summary[:80],
            }
        )
        self.counts["calls"] += 1
        self.counts["errors"] += error is not None
        self.counts["sent"] += error is None and method in ("sendMessage", "sendPhoto", "sendMediaGroup", "copyMessage")


def describe(person: Person) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "role": person.role,
        "blocked": person.blocked,
        "started": person.started,
    }
