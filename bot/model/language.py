"""The languages of the bot itself."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The languages in which the bot speaks. Articles may be in any language (a plain code or "")."""

    RU = "ru"
    KK = "kk"
    EN = "en"
