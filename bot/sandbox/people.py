"""Who talks to the bot."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.answers import Json


@dataclass(slots=True)
class Person:
    id: int
    first_name: str
    language_code: str
    role: str = "reader"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    """The account is gone for good."""
    silent: bool = False
    """One of a crowd: nobody looks at the chat."""
    username: str = ""

    def user(self) -> Json:
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return {**user, "language_code": self.language_code}

    def described(self) -> Json:
        """As the page and the tests see them."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
            "role": self.role,
            "blocked": self.blocked,
            "started": self.started,
            "deactivated": self.deactivated,
        }


DEFAULT_PERSONAS = (
    Person(710000001, "Иван", "ru"),
    Person(710000002, "Айгүл", "kk"),
    Person(710000003, "Emma", "en"),
    Person(710000009, "Дана", "ru", role="editor"),
)
