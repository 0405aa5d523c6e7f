"""Feeds broken at random, the same ones each time for a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

HOSTILE = (
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&#x0;",
    b"&nbsp;",
    b"\xff\xfe",
    b"\x00",
    b"<item>",
    b"</item>",
    b"</channel>",
    b"<div>" * 50,
    b"&lt;" * 20,
    b"\xd0",
    b'<!DOCTYPE x [<!ENTITY a "b">]>',
    b'encoding="utf-16"',
    b"9" * 400,
)


def mutated(feeds: Sequence[bytes], count: int, seed: int = 1) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        body = bytearray(chance.choice(feeds))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(body) + 1)
            match chance.randrange(5):
                case 0:
                    del body[at : at + chance.randint(1, 400)]
                case 1:
                    body[at:at] = chance.choice(HOSTILE)
                case 2:
                    body[at : at + 1] = bytes((chance.randrange(256),))
                case 3:
                    body[at:at] = body[: chance.randint(1, 2000)]
                case _:
                    body = body[: max(1, at)]
        yield bytes(body)
