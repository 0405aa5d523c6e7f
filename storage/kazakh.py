"""A light suffix stripper for Kazakh, for which there is no stemmer: plural, possession, case and the commonest endings
of verbs. Pure.

Kazakh puts one ending behind another (мектеп·тер·і·нде), and each has a form for what it may follow: this keeps most
words' own letters from being taken for an ending. Derived words (әкім·дік, қазақстан·дық) are words of their own and
stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

FOLDED = str.maketrans("әғқңөұүһі", "агкноуухи")
"""How Kazakh is written on a keyboard that has only Russian letters."""

VOWELS = "аәеёиоөұүыіэюя"
OPEN = VOWELS.translate({ord(letter): None for letter in "ыіи"})
NASALS = "мнң"
LIQUIDS = "лрйу"
BUZZING = "зж"
VOICELESS = "пкқтсфхһцчшщбвгғд"
"""With the voiced ones that end only foreign words and take the same endings."""
CONSONANTS = NASALS + LIQUIDS + BUZZING + VOICELESS
VOICED = VOWELS + NASALS + LIQUIDS + BUZZING

SHORTEST = 3
"""Letters that an ending must leave, unless these are a root that is known."""
ROOTS = frozenset(
    (
        "ел үй ай ат су ұл іс ес ән от өт ет аудан сауда теңге шілде алтын жақын бүгін кейін қаржы қауіп шахтер "
        "бол қал кел айт"
    ).split()
)
"""Short ones, and some that end like an ending, all of them daily bread of newspapers: nothing is taken from these."""
SHORTENED = {"халқ": "халық", "орн": "орын", "ерк": "ерік", "мойн": "мойын", "ауз": "ауыз", "даус": "дауыс"} | {
    "қауп": "қауіп",
    "ғұмр": "ғұмыр",
}
"""Roots that lose a vowel before an ending that begins with one."""
HARDENED = {"б": "п", "г": "к", "ғ": "қ"}
"""Last letters that such an ending softens."""
LANDS = ("үнді", "пәкі", "дағы")
"""The countries in -стан whose name has a vowel before it, as жұмыс·тан (from work) has."""


def _endings() -> dict[str, str]:
    """Ending → the letters that it may follow."""
    table = {
        "лар лер": VOWELS + "рйу",
        "дар дер": NASALS + "л" + BUZZING,
        "тар тер қа ке тың тің ты ті та те тағы тегі тан тен пен қан кен": VOICELESS,
        "дың дің": LIQUIDS + BUZZING,
        "ды ді": CONSONANTS.replace(VOICELESS, "") + "ауе",
        "ға ге да де дағы дегі ған ген": VOICED,
        # Not after vowels, since that is most often жүрег·і, министрліг·і.
        "ғы гі": NASALS + LIQUIDS + BUZZING,
        "дан ден": VOWELS + LIQUIDS + BUZZING,
        "ның нің": VOWELS + NASALS,
        "ны ні мыз міз ңыз ңіз йды йді йтын йтін": VOWELS,
        "нан нен": NASALS + "ыі",
        "мен": VOWELS + LIQUIDS + NASALS,
        "бен": BUZZING,
        # After "his, her, their".
        "на не нда нде ндағы ндегі": "ыі",
        "сы сі сын сін": OPEN,
        "ы і ын ін ымыз іміз ыңыз іңіз атын етін ып іп": CONSONANTS,
        # бар·ады, but хабарла·ды, баста·ды.
        "ады еді": CONSONANTS.translate({ord(letter): None for letter in "лдт"}),
        "у": CONSONANTS + "ае",
    }
    return {ending: after for endings, after in table.items() for ending in endings.split()}


class Stripper:
    """For one way of writing: with all Kazakh letters, or `FOLDED`."""

    def __init__(self, *, folded: bool = False) -> None:
        def written(text: str) -> str:
            return text.translate(FOLDED) if folded else text

        self._endings: dict[str, str] = {}
        for ending, after in _endings().items():
            self._endings[written(ending)] = self._endings.get(written(ending), "") + written(after)
        self._roots = frozenset(map(written, ROOTS))
        self._shortened = {written(short): written(whole) for short, whole in SHORTENED.items()}
        self._hardened: Mapping[str, str] = {written(soft): written(hard) for soft, hard in HARDENED.items()}
        self._lands = tuple(map(written, LANDS))
        self._agent = written("ші"), "шы"
        self._longest = max(map(len, self._endings))

    def strip(self, word: str) -> str:
        """The word, in lower case, without its endings; stripping the result again changes nothing."""
        while (shorter := self._without_ending(word)) != word:
            word = shorter
        return word

    def _without_ending(self, word: str) -> str:
        if word in self._roots or self._is_land(word):
            return word
        cuts = [(word[:-length], word[-length:]) for length in range(min(self._longest, len(word) - 2), 0, -1)]
        fitting = [rest for rest, ending in cuts if self._fits(rest, ending)]
        if not fitting:
            return self._whole(word)
        return next((rest for rest in fitting if rest in self._roots), self._whole(fitting[0]))

    def _fits(self, rest: str, ending: str) -> bool:
        if len(rest) < SHORTEST and rest not in self._roots:
            return False
        after = self._endings.get(ending)
        if after is None:
            return False
        # облыс·ы, but басшы·сы: who does something ends in a vowel of its own.
        agent = ending[0] == "с" and rest.endswith(self._agent)
        return rest[-1] in after or agent or rest in self._roots

    def _is_land(self, word: str) -> bool:
        return word.endswith("стан") and (word[-5:-4] not in ("ы", "і", "и") or word.startswith(self._lands))

    def _whole(self, root: str) -> str:
        if root in self._shortened:
            return self._shortened[root]
        return root[:-1] + self._hardened.get(root[-1], root[-1])
