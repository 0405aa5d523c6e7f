"""What the bot called: one line for each call, in columns of some 40 bytes, so that millions can be kept."""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bot.sandbox.answers import ApiError, Json

SUMMARY = 80
"""Letters of a message's text that are kept."""
POSTS = frozenset(
    ("sendmessage", "sendphoto", "sendvideo", "sendanimation", "sendaudio", "senddocument", "sendvoice",
     "sendmediagroup", "sendrichmessage", "copymessage", "copymessages", "forwardmessage", "forwardmessages")
)  # fmt: skip
MOST_IDS = 100
"""Ids of readers that are named when copies are counted."""


@dataclass(slots=True)
class _Column:
    """Few different values, kept once each."""

    values: list[Any] = field(default_factory=list)
    rows: array[int] = field(default_factory=lambda: array("I"))
    _numbers: dict[Any, int] = field(default_factory=dict)

    def append(self, value: Any) -> None:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        self.rows.append(number)

    def __getitem__(self, row: int) -> Any:
        return self.values[self.rows[row]]


class Journal:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._times, self._messages, self._chats = array("d"), array("q"), array("q")
        self._methods, self._errors, self._contents = _Column(), _Column(), _Column()
        self._names: dict[int, str] = {}
        """Chats that were called by @name, by row."""
        self.counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._times)

    def note(self, method: str, chat_id: Any, error: ApiError | None, result: Any, content: str) -> None:
        """`content`: the whole text, by which copies of a message are known."""
        message = result[0] if isinstance(result, list) and result else result
        number = message.get("message_id") if isinstance(message, dict) else None
        if isinstance(chat_id, str):
            self._names[len(self._times)] = chat_id
        self._times.append(self._clock())
        self._methods.append(method)
        self._chats.append(chat_id if isinstance(chat_id, int) and abs(chat_id) < 2**62 else 0)
        self._messages.append(number if isinstance(number, int) else 0)
        self._errors.append((error.code, error.description) if error else None)
        self._contents.append((content[:SUMMARY], hash(content)))
        self.counts["calls"] += 1
        self.counts["errors"] += error is not None
        self.counts["sent"] += error is None and method.lower() in POSTS

    def lines(self, since: int = 0, method: str = "", *, errors: bool = False, last: int = 0) -> list[Json]:
        """`errors`: only calls that were refused; `last`: only so many of the newest, 0 for all. Oldest first."""
        method = method.lower()
        wanted = {number for number, name in enumerate(self._methods.values) if not method or name.lower() == method}
        refused = {number for number, error in enumerate(self._errors.values) if error or not errors}
        methods, outcomes = self._methods.rows, self._errors.rows
        newest_first = (
            row
            for row in range(len(self) - 1, max(since, 0) - 1, -1)
            if methods[row] in wanted and outcomes[row] in refused
        )
        return [self._line(row) for row in islice(newest_first, last or None)][::-1]

    def _line(self, row: int) -> Json:
        code, description = self._errors[row] or (None, None)
        return {
            "n": row + 1,
            "time": self._times[row],
            "method": self._methods[row],
            "chat_id": self._names.get(row, self._chats[row] or None),
            "ok": code is None,
            "error_code": code,
            "description": description,
            "message_id": self._messages[row] or None,
            "summary": self._contents[row][0],
        }

    def copies(self, readers: Iterable[int], *, since: int = 0, text: str = "") -> list[Json]:
        """For each message whose beginning has `text` in it: how many of the readers got it how often."""
        known = readers if isinstance(readers, range) else frozenset(readers)
        total = len(known)
        none = self._errors.values.index(None) if None in self._errors.values else -1
        posts = {number for number, name in enumerate(self._methods.values) if name.lower() in POSTS}
        found: dict[int, Counter[int]] = {}
        wanted = {number for number, (begin, _) in enumerate(self._contents.values) if text in begin}
        for row in range(max(since, 0), len(self)):
            if self._errors.rows[row] == none and self._methods.rows[row] in posts and self._chats[row] in known:
                content = self._contents.rows[row]
                if content in wanted:
                    found.setdefault(content, Counter())[self._chats[row]] += 1
        return [
            {
                "summary": self._contents.values[content][0],
                "readers": len(by_reader),
                "copies": {str(times): readers for times, readers in sorted(Counter(by_reader.values()).items())},
                "duplicates": by_reader.total() - len(by_reader),
                "missing": total - len(by_reader),
                "twice": [reader for reader, times in by_reader.items() if times > 1][:MOST_IDS],
                "without": _first(reader for reader in known if reader not in by_reader),
            }
            for content, by_reader in found.items()
        ]

    def per_second(self, seconds: int = 60) -> list[Json]:
        """Messages sent in each of the last seconds, the newest last."""
        now = int(self._clock())
        counted: Counter[int] = Counter()
        for row in range(len(self) - 1, -1, -1):
            second = int(self._times[row])
            if second <= now - seconds:
                break
            if self._errors[row] is None and self._methods[row].lower() in POSTS:
                counted[second] += 1
        return [{"time": at, "sent": counted[at]} for at in range(now - seconds + 1, now + 1)]


def _first(ids: Iterable[int]) -> list[int]:
    return [number for number, _ in zip(ids, range(MOST_IDS), strict=False)]
