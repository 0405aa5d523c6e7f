"""People of the sandbox who read Russian, Kazakh and English, and the words that each of them sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.model.language import Language
from bot.sandbox.client import SandboxClient, SandboxUser
from bot.texts import Texts

NAMES = {Language.RU: "Иван", Language.KK: "Айгүл", Language.EN: "Emma"}
TEXTS = Texts.load(Language.RU)


@dataclass(frozen=True)
class Person:
    user: SandboxUser
    language: Language

    def text(self, key: str, **args: object) -> str:
        return TEXTS.get(self.language, key, **args)

    def count(self, key: str, n: int) -> str:
        return TEXTS.count(self.language, key, n)

    def words(self, key: str, **args: object) -> str:
        """As a pattern: the text without its tags."""
        return re.escape(re.sub(r"</?\w+>", "", self.text(key, **args)))

    async def sees(self, key: str, **args: object) -> dict[str, Any]:
        return await self.user.sees(self.words(key, **args))

    async def taps(self, key: str, *, on: dict[str, Any] | None = None, **args: object) -> str:
        """The button of that key; returns the notice."""
        return await self.user.taps(f"^{re.escape(self.text(key, **args))}", on=on)

    async def last(self) -> dict[str, Any]:
        return (await self.user.messages())[-1]

    async def starts(self, payload: str = "") -> dict[str, Any]:
        await self.user.starts(payload)
        return await self.sees("start.greeting", newsroom="Газета")


async def person(chat: SandboxClient, language: Language) -> Person:
    return Person(await chat.user(NAMES[language]), language)


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
