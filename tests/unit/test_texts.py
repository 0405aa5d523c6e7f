"""The catalogues: the same keys and arguments everywhere, every key used, no Russian in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.model.language import Language
from bot.texts import Texts

ROOT = Path(__file__).parent.parent.parent
CODE = [
    *ROOT.glob("bot/*.py"),
    *ROOT.glob("bot/alerts/*.py"),
    *ROOT.glob("bot/charts/*.py"),
    *ROOT.glob("bot/delivery/**/*.py"),
    *ROOT.glob("handlers/**/*.py"),
]


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


PLURALS = {Language.RU: 3, Language.KK: 2, Language.EN: 2}


@pytest.mark.parametrize("language", Language)
def test_nothing_is_missing_and_nothing_is_empty(language: Language) -> None:
    ours = entries(language)
    assert ours.keys() == entries(Language.RU).keys()
    assert [key for key, forms in ours.items() if not all(form.strip() for form in forms)] == []
    assert {len(forms) for forms in ours.values()} == {1, PLURALS[language]}, "as many plural forms as it has"
    plural = {key for key, forms in ours.items() if len(forms) > 1}
    assert plural == {key for key, forms in entries(Language.RU).items() if len(forms) > 1}


@pytest.mark.parametrize("language", Language)
def test_no_key_is_there_twice_and_none_is_marked_as_doubtful(language: Language) -> None:
    path = resources.files("bot") / "locales" / language.value / "LC_MESSAGES" / "newsbot.po"
    source = path.read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert "#, fuzzy" not in source
    assert set(keys) == entries(language).keys()


@pytest.mark.parametrize("language", Language)
def test_every_plural_is_used_as_one(language: Language) -> None:
    """A text with plural forms has its number, and `count` finds one for any."""
    texts = Texts.load(language)
    for key, forms in entries(language).items():
        if len(forms) > 1:
            args = {name: "x" for name in re.findall(r"\{(\w+)\}", forms[0]) if name != "n"}
            for n in (0, 1, 2, 5, 11, 21, 101, 112, 1000):
                assert texts.number(language, n) in texts.count(language, key, n, **args)


@pytest.mark.parametrize("language", Language)
def test_html_is_balanced_and_allowed(language: Language) -> None:
    for key, forms in entries(language).items():
        for form in forms:
            tags = re.findall(r"<(/?)(\w+)>", form)
            assert {name for _, name in tags} <= {"b", "i"}, key
            opened = [name for slash, name in tags if not slash]
            assert sorted(opened) == sorted(name for slash, name in tags if slash), f"{language} {key}"


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


@pytest.mark.parametrize("language", Language)
def test_help_tells_each_command_once(language: Language) -> None:
    told = re.findall(r"^(/[a-z]+)", "\n".join(entries(language)["help.text"]), re.MULTILINE)
    assert len(told) == len(set(told)) > 5


def test_every_key_is_used() -> None:
    code = "\n".join(path.read_text() for path in CODE)
    used = set(re.findall(r'"([a-z]+\.[a-z_]+)"', code)) | set(re.findall(r"'([a-z]+\.[a-z_]+)'", code))
    prefixes = set(re.findall(r'f"([a-z]+\.)\{', code))
    unused = [key for key in entries(Language.RU) if key not in used and not key.startswith(tuple(prefixes))]
    assert unused == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_that_people_read_stands_in_the_code(path: Path) -> None:
    source = path.read_text()
    assert not re.search("[а-яёәғқңөұүһі]", source, re.IGNORECASE)
    assert [text for text in shown(ast.parse(source)) if re.search(r"[^\W\d_]{2}", text)] == []


SHOWN = {"answer", "answer_document", "send_message", "edit_text", "Screen", "button", "InlineKeyboardButton"}
"""Calls whose arguments are seen by people."""
PARTS = {"text", "caption", "html", "title", "description"}


def shown(tree: ast.AST) -> Iterator[str]:
    """Literals that stand as such in the place of a text for people."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SHOWN:
            given = [*node.args[:2], *(word.value for word in node.keywords if word.arg in PARTS)]
            for value in given:
                yield from literals(value)


def literals(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield from (
            part.value for part in value.values if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )


def test_literals_in_the_place_of_texts_are_found() -> None:
    code = "message.answer('Hello'); Screen(f'<b>{x}</b> news', k); button(texts.get(language, 'a.b'), Data(x='y'))"
    assert list(shown(ast.parse(code))) == ["Hello", "<b>", "</b> news"]


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
