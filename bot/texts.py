"""What people read: gettext catalogues, one a language, edited with any .po editor.

Keys, not English sentences, stand in the code; the three catalogues have the same ones (tests/unit/test_texts.py).
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from importlib import resources

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.model.language import Language


class Texts:
    """All catalogues, read once. Unknown keys raise KeyError: a text that is missing is a bug, not a blank."""

    def __init__(self, catalogues: Mapping[Language, gettext.NullTranslations], default: Language) -> None:
        self._catalogues = catalogues
        self.default = default

    @classmethod
    def load(cls, default: Language) -> Texts:
        return cls({language: _catalogue(language) for language in Language}, default)

    def get(self, language: Language, key: str, /, **args: object) -> str:
        """The text with its arguments put in as they are; whoever makes HTML of it escapes them first."""
        text = self._catalogues[language].gettext(key)
        if text == key:
            raise KeyError(f"{language}: {key}")
        return text.format(**args) if args else text

    def around(self, language: Language, key: str, name: str, /) -> tuple[str, str]:
        """What the text says before and after its argument of that name."""
        before, _, after = self.get(language, key, **{name: "\0"}).partition("\0")
        return before, after

    def count(self, language: Language, key: str, n: int, /, **args: object) -> str:
        """The plural form for n; `{n}` in it is the number as that language writes it."""
        text = self._catalogues[language].ngettext(key, key, n)
        if text == key:
            raise KeyError(f"{language}: {key}")
        return text.format(n=self.number(language, n), **args)

    def number(self, language: Language, n: int) -> str:
        return format_decimal(n, locale=language.value)

    def date(self, language: Language, moment: datetime, zone: tzinfo) -> str:
        """Day, month and time in that zone."""
        return format_datetime(moment, "d MMMM, HH:mm", tzinfo=zone, locale=language.value)

    def language_name(self, language: Language, code: str) -> str:
        """What that language calls the language of this code; the code itself when it is none."""
        try:
            return Locale.parse(code.replace("-", "_")).get_language_name(language.value) or code
        except (UnknownLocaleError, ValueError):
            return code

    def day(self, language: Language, moment: datetime, zone: tzinfo) -> str:
        """Day and month in that zone."""
        return format_datetime(moment, "d MMMM", tzinfo=zone, locale=language.value)

    def duration(self, language: Language, span: timedelta) -> str:
        """In its largest unit, short, from seconds to days; a line does not break within it."""
        told = format_timedelta(span, granularity="second", threshold=2, format="short", locale=language.value)
        return told.replace(" ", "\u00a0")

    def language_of(self, code: str | None) -> Language:
        """Ours for Telegram's language_code ("ru", "en-US"), else the default."""
        try:
            return Language((code or "").split("-")[0].lower())
        except ValueError:
            return self.default


def _catalogue(language: Language) -> gettext.NullTranslations:
    """Compiled in memory, so that no .mo file has to be made, shipped or kept in step."""
    source = resources.files("bot") / "locales" / language.value / "LC_MESSAGES" / "newsbot.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language.value))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
