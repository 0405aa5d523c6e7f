"""Words → stems, by which texts are searched and compared. Pure.

A text's own language decides how its words are read (`stems`); of words that somebody types nobody knows the language,
so they have a few `readings`. Russian and English go through Snowball, Kazakh through storage.kazakh. What the index
holds was made by this module: when a rule changes, a migration sets articles.indexed to 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import snowballstemmer

from storage.kazakh import Stripper

LONGEST = 40
"""Letters of a word that count; what is longer is no word but an address or a number."""
WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u00ad])+(?:['’ʼ](?:[^\W_]|[\u0300-\u036f\u00ad])+)*")
HYPHENS = frozenset("-‐‑")
CACHED = 1 << 16
"""Words whose stem is kept, some 10 MB: a newspaper's vocabulary. Without it a Russian word costs 70 µs."""

_INVISIBLE = re.compile(r"[\u0300-\u036f\u00ad]")
_PLAIN = {ord("ё"): "е", ord("’"): "'", ord("ʼ"): "'"} | {
    code: base
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFKD", chr(code))[0].lower()).isascii() and base.isalpha()
}
"""Letters with marks: Pelé is found by Pele."""
_CYRILLIC = re.compile("[а-яәғқңөұүһі]")
_LOOKALIKES = str.maketrans("aceopxykiəh", "асеорхукіәһ")
"""Latin letters that stand in Kazakh words, because many keyboards have no і, ә, һ."""
_KAZAKH = re.compile("[әғқңөұүһі]")
_CONSONANT = re.compile("[бвгджзйклмнпрстфхцчшщ]$")
_FLEETING_AFTER_VOWEL = re.compile("(?<=[аеиоуыэюя])е(?=[кц]$)")
_FLEETING = re.compile("(?<=.[бвгджзйклмнпрстфхцчшщ])(?:о(?=к$)|[еь](?=[кц]$))")
_NAME = re.compile("(?:[ая][нл]|[ое]в)$")

_russian = snowballstemmer.stemmer("russian")
_english = snowballstemmer.stemmer("english")
_kazakh = Stripper()

NOUNS = {
    **{noun: noun for noun in "аким аудит визит ислам кредит лимит обзор обмен режим".split()},
    **{name: name for name in "вадим карим касым максим рахим салим".split()},
    **{form: noun for noun in ("объем", "подъем", "прием") for form in (noun, f"{noun}у")},
    **{noun + ending: noun for noun in "арен елен замен измен отмен".split() for ending in ("", "а", "ы")},
    **dict.fromkeys("день дня дню днем дне дни дней дням днями днях".split(), "день"),
    **{
        people + ending: people
        for people in "граждан россиян крестьян горожан".split()
        for ending in ("", "ин", "ина", "ину", "ином", "ине", "е", "ам", "ами", "ах")
    },
    **{"киев": "киев", "денег": "деньг", "земель": "земл", "песен": "песн"},
    **{f"{stem}я": stem for stem in "аба алта кита костана никола обыча случа трамва урожа шанха".split()},
}
"""Forms that Snowball takes for those of other words, so that they would part from all others of their own."""


def stems(text: str, language: str = "") -> list[str]:
    """The stems of its words in their order, in lower case; numbers stay. `language`: the text's ("kk": all its
    Cyrillic words are Kazakh; else those with Kazakh letters are). A hyphenated word gives its parts; joined into one
    it follows after all others, where it separates no neighbours."""
    kazakh = language == "kk"
    parts: list[str] = []
    joined: list[str] = []
    for word in split(text):
        parts += [stem(part, kazakh) for part in word]
        if len(word) > 1:
            joined.append(stem("".join(word)[:LONGEST], kazakh))
    return parts + joined


def readings(text: str) -> tuple[tuple[str, ...], ...]:
    """The stems of what somebody typed, without joined ones, as they stand in a text of another language and in a
    Kazakh one; () when there is no word in it."""
    words = [part for word in split(text) for part in word]
    found = [tuple(stem(word, kazakh) for word in words) for kazakh in (False, True)]
    return tuple(dict.fromkeys(found)) if words else ()


def matches(phrase: Sequence[Sequence[str]], text: Sequence[str]) -> bool:
    """Whether one of the `readings` of a word or phrase stands in the `stems` of a text, unbroken."""
    for reading in phrase:
        first, size = reading[0], len(reading)
        for start, one in enumerate(text):
            if one == first and tuple(text[start : start + size]) == tuple(reading):
                return True
    return False


def split(text: str) -> Iterator[tuple[str, ...]]:
    """Its words, normal; a hyphenated one as its parts."""
    parts: list[str] = []
    end = 0
    for found in WORD.finditer(text):
        if parts and not (found.start() == end + 1 and text[end] in HYPHENS):
            yield tuple(parts)
            parts = []
        if word := normal(found[0]):
            parts.append(word)
        end = found.end()
    if parts:
        yield tuple(parts)


def normal(word: str) -> str:
    """As it is compared: lower case, ё as е, without stress marks, accents and soft hyphens, in one alphabet."""
    word = _INVISIBLE.sub("", unicodedata.normalize("NFC", word).lower()).translate(_PLAIN)
    return (word.translate(_LOOKALIKES) if _CYRILLIC.search(word) else word)[:LONGEST]


@lru_cache(CACHED)
def stem(word: str, kazakh: bool = False) -> str:
    """Of a normal word, in a text that is or is not Kazakh."""
    if _CYRILLIC.search(word):
        word = word.replace("'", "")
        return _kazakh.strip(word) if kazakh or _KAZAKH.search(word) else _russian_stem(word)
    return str(_english.stemWord(word)).replace("'", "") if word[0].isascii() else word


def _russian_stem(word: str) -> str:
    """Snowball's, made the same for all forms of a noun: it takes Казахстан and Токаев for a verb and a plural, but
    not Казахстану and Токаева. A stem that ends in a consonant may itself be such a word, so it is stemmed again."""
    found = NOUNS.get(word) or str(_russian.stemWord(word))
    while found not in NOUNS and _CONSONANT.search(found):
        again = str(_russian.stemWord(found))
        if again == found or len(again) < (3 if _NAME.search(found) else 4):
            break
        found = again
    found = NOUNS.get(found, found)
    # рынок, рынк·а; владелец, владельц·а; китаец, китайц·а; девуш·ек, девушк·а
    found = _FLEETING.sub("", _FLEETING_AFTER_VOWEL.sub("й", found))
    # музе·я, хокке·я, but муз·ей, хокк·ей
    return found[:-1] if found.endswith("е") and len(found) > 3 else found
