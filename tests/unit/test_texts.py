"""The catalogues: the same keys and arguments everywhere, every key used, no Russian in the code."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.model import Language
from bot.texts import Texts

ROOT = Path(__file__).parent.parent.parent
CODE = [*ROOT.glob("bot/*.py"), *ROOT.glob("bot/delivery/**/*.py"), *ROOT.glob("handlers/**/*.py")]


def catalogue(language: Language) -> Catalog:
    path = resources.files("bot") / "locales" / language.value / "LC_MESSAGES" / "newsbot.po"
    with path.open("rb") as file:
        return read_po(file, locale=language.value)


CATALOGUES = {language: catalogue(language) for language in Language}


def entries(language: Language) -> dict[str, tuple[str, ...]]:
    """Key → its forms."""
    found = {}
    for message in CATALOGUES[language]:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


@pytest.mark.parametrize("language", Language)
def test_nothing_is_missing_and_nothing_is_empty(language: Language) -> None:
    ours = entries(language)
    assert ours.keys() == entries(Language.RU).keys()
    assert [key for key, forms in ours.items() if not all(forms)] == []
    assert len({len(forms) for forms in ours.values() if len(forms) > 1}) == 1, "as many plural forms as it has"


@pytest.mark.parametrize("language", Language)
def test_every_form_takes_the_same_arguments(language: Language) -> None:
    for key, forms in entries(language).items():
        expected = set(re.findall(r"\{(\w+)\}", entries(Language.RU)[key][0]))
        for form in forms:
            assert set(re.findall(r"\{(\w+)\}", form)) == expected, f"{language} {key}"


@pytest.mark.parametrize("language", Language)
def test_signs_stay_the_same_in_every_language(language: Language) -> None:
    for key, forms in entries(language).items():
        if key.startswith("button."):
            sign = re.sub(r"[\w\s{}().]", "", forms[0])
            assert sign == re.sub(r"[\w\s{}().]", "", entries(Language.RU)[key][0]), f"{language} {key}"


def test_every_key_is_used() -> None:
    code = "\n".join(path.read_text() for path in CODE)
    used = set(re.findall(r'"([a-z]+\.[a-z_]+)"', code)) | set(re.findall(r"'([a-z]+\.[a-z_]+)'", code))
    prefixes = {prefix for prefix in ("commands.",) if f'f"{prefix}' in code}
    unused = [key for key in entries(Language.RU) if key not in used and not key.startswith(tuple(prefixes))]
    assert unused == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_that_people_read_stands_in_the_code(path: Path) -> None:
    assert not re.search("[а-яёәғқңөұүһі]", path.read_text(), re.IGNORECASE)


def test_russian_and_kazakh_plurals() -> None:
    texts = Texts.load(Language.RU)
    russian = [texts.count(Language.RU, "breaking.audience", n) for n in (1, 2, 5, 21)]
    assert len({re.sub(r"[\d\s]", "", line) for line in russian}) == 3
    assert texts.number(Language.RU, 12345) == "12\u00a0345"
    with pytest.raises(KeyError):
        texts.get(Language.RU, "no.such_key")


def test_telegrams_language_codes() -> None:
    texts = Texts.load(Language.KK)
    codes = {"ru": "ru", "en-US": "en", "kk": "kk", "KK-kz": "kk", "de": "kk", "": "kk", None: "kk"}
    assert {code: texts.language_of(code).value for code in codes} == codes
