"""Names in another alphabet: what somebody may mean who types Tokayev, Токаев or, on a keyboard without the Kazakh
letters, жаналык. Pure, and meant for a second attempt, when what was typed stands nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.kazakh import FOLDED, Stripper
from storage.stems import split, stem

_folded = Stripper(folded=True)
_LATIN_VOWELS = "aeiou"

_LETTERS = dict(
    zip("abcdefghijklmnopqrstuvwxyz", "а б к д е ф г х и ж к л м н о п к р с т у в в кс ы з".split(), strict=True)
)
_GROUPS = {
    **dict(zip("shch dzh sch tch zh kh ts ch sh ph ck".split(), "щ дж ш ч ж х ц ч ш ф к".split(), strict=True)),
    **dict(zip("ya yu yo ye oo ee".split(), "я ю е е у и".split(), strict=True)),
}
_LATIN = re.compile("|".join([*_GROUPS, "(?<=[aeiou])y", "[a-z]"]))
_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщыэюя",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya".split(),
        strict=True,
    )
)


def folded(text: str) -> list[str]:
    """Of its words with Kazakh letters, how their stems look on a Russian keyboard."""
    words = [part for word in split(text) for part in word]
    return [_folded.strip(plain) for word in words if (plain := word.translate(FOLDED)) != word]


def spellings(word: str) -> tuple[str, ...]:
    """The stems of what a normal word may be in another alphabet."""
    if word.isascii():
        found = [reading for cyrillic in _to_cyrillic(word) for reading in (stem(cyrillic), _folded.strip(cyrillic))]
    else:
        plain = word.translate(FOLDED)
        found = [stem(plain), _folded.strip(plain), *_to_latin(plain), *_to_latin(stem(plain))]
    return tuple(dict.fromkeys(one for one in found if one))


def _to_cyrillic(word: str) -> Iterable[str]:
    for latin in dict.fromkeys((word, re.sub(r"([^aeiou])\1", r"\1", word))):
        cyrillic = _LATIN.sub(lambda found: _GROUPS.get(found[0]) or _letter(found), latin)
        yield cyrillic
        if cyrillic.endswith("ы") and len(latin) > 1:
            # Zelensky, Dmitry
            yield cyrillic[:-1] + "ий"


def _letter(found: re.Match[str]) -> str:
    if found[0] == "y" and found.start() and found.string[found.start() - 1] in _LATIN_VOWELS:
        return "й"
    return _LETTERS[found[0]]


def _to_latin(word: str) -> Iterable[str]:
    """As Russia's and Kazakhstan's passports and newspapers write it: Tokayev, Tokaev; Zhomart, Jomart."""
    latin = "".join(_CYRILLIC.get(letter, "" if letter in "ъь" else letter) for letter in re.sub("[иы]й$", "ы", word))
    yield re.sub(r"(?<=[aeiou])e|^e(?!x)", "ye", latin)
    yield latin
    yield latin.replace("zh", "j").replace("kh", "h")
