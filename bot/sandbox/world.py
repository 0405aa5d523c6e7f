"""The world of the sandbox, in memory: people, chats, files, what waits for the bot, what it called."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.sandbox.answers import Json
from bot.sandbox.chats import Chat, own_numbers
from bot.sandbox.crowd import Crowd
from bot.sandbox.inline import Inline
from bot.sandbox.journal import Journal
from bot.sandbox.people import Person
from bot.sandbox.updates import Updates

BOT_ID = 4242424242
USERNAME = "sandbox_newsbot"
QUERY_LIFETIME = 15.0
"""Seconds in which a tap must be answered."""
MOST_EVENTS = 5_000
MOST_WARNINGS = 200
FIRST_GROUP = -4_000_000_001
FIRST_SUPERGROUP = -1_002_000_000_001


@dataclass(slots=True)
class Query:
    """A tap on a button."""

    id: str
    person: int
    chat: int
    asked_at: float
    answered: bool = False
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(slots=True)
class World:
    """Everything that happened. Nothing of it outlives the process."""

    clock: Callable[[], float] = time.time
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    inline_places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By inline_message_id, chat and message."""
    commands: dict[tuple[str, int, int, str], list[Json]] = field(default_factory=dict)
    """By (scope, chat, member, language)."""
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """The bot's own name and descriptions, by (which, language)."""
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})
    private_topics: bool = False
    """Whether the bot has topics in private chats, which its owner would switch on with BotFather."""
    inline_mode: bool = True
    warnings: deque[Json] = field(default_factory=lambda: deque(maxlen=MOST_WARNINGS))
    """What Telegram would do silently, and a newsroom would wonder about."""
    listeners: set[asyncio.Queue[Json]] = field(default_factory=set)
    crowd: Crowd = field(init=False)
    journal: Journal = field(init=False)
    updates: Updates = field(init=False)
    inline: Inline = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    """Private chats and groups share one row of message ids, so a gap in a chat's ids tells nothing."""
    _events: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _groups: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_GROUP, -1))
    _supergroups: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_SUPERGROUP, -1))

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.bot(), self.numbers)
        self.journal = Journal(self.clock)
        self.updates = Updates(self.clock)
        self.inline = Inline(self.clock)

    def bot(self) -> Json:
        name = self.texts.get(("name", "")) or "Newsbot"
        return {"id": BOT_ID, "is_bot": True, "first_name": name, "username": USERNAME}

    def add(self, person: Person) -> Person:
        self.people[person.id] = person
        self.chats[person.id] = Chat(
            person.id, "private", self.numbers, title=person.first_name, username=person.username
        )
        self.tell({"type": "user", "chat_id": person.id, "user": person.described()})
        return person

    def person(self, person_id: int) -> Person | None:
        return self.people.get(person_id) or self.crowd.person(person_id)

    def user(self, user_id: int) -> Json:
        """A User of the Bot API, also of the bot itself."""
        if user_id == BOT_ID:
            return self.bot()
        person = self.person(user_id)
        return person.user() if person else {"id": user_id, "is_bot": False, "first_name": "Deleted Account"}

    def new_chat(self, kind: str, title: str, *, username: str = "", is_forum: bool = False) -> Chat:
        basic = kind == "group"
        chat = Chat(
            next(self._groups if basic else self._supergroups),
            kind,
            self.numbers if basic else own_numbers(),
            title=title,
            username=username,
            is_forum=is_forum,
        )
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat_id: object) -> Chat | None:
        """By id, or by the @name of a public one."""
        if isinstance(chat_id, int):
            if chat := self.chats.get(chat_id):
                return chat
            person = self.crowd.person(chat_id)
            return self.crowd.chat(person) if person else None
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            name = chat_id[1:].lower()
            return next(
                (chat for chat in self.chats.values() if chat.kind != "private" and chat.username.lower() == name), None
            )
        return None

    def keep(self, chat: Chat, message: Json) -> None:
        """A new message in a chat."""
        chat.keep(message)
        if chat.id in self.chats:
            self.tell({"type": "message", "chat_id": chat.id, "message": message})

    def tell(self, event: Json) -> None:
        """To every open page."""
        if not self.listeners:
            return
        event["seq"] = next(self._events)
        for listener in list(self.listeners):
            if listener.qsize() < MOST_EVENTS:
                listener.put_nowait(event)

    def warn(self, chat_id: int, about: str) -> None:
        self.warnings.append({"time": self.clock(), "chat_id": chat_id, "warning": about})
        self.tell({"type": "warning", "chat_id": chat_id, "warning": about})
