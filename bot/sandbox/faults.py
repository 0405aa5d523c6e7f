"""Faults on demand, for the calls that match: errors, bans, cut connections, lost and torn answers, slowness."""

from __future__ import annotations

import itertools
import random
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.answers import ApiError, Json

ACTIONS = frozenset(("error", "drop", "partial", "garbage", "body", "delay", "hang", "ban"))
MOST_SPENT = 20
SLOW = ("delay", "hang")
"""These add to whatever else happens to a call."""
GARBAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"  # fmt: skip  # noqa: E501


@dataclass(slots=True)
class Fault:
    id: int
    methods: frozenset[str]
    """In lower case; empty: all."""
    chat: Any
    """An id, a list of ids, {"first", "last"} or {"every": n}; None: all."""
    text: str
    """A regular expression that the message's words must have; empty: any."""
    times: int | None
    after: int
    action: Json
    hits: int = 0

    def described(self) -> Json:
        return {
            "id": self.id,
            "method": sorted(self.methods) or "*",
            "chat_id": self.chat,
            "text": self.text,
            "times": self.times,
            "after": self.after,
            "hits": self.hits,
            "action": self.action,
        }

    def fits(self, method: str, chat_id: Any, words: Callable[[], str]) -> bool:
        if self.methods and method not in self.methods:
            return False
        return _fits_chat(self.chat, chat_id) and (not self.text or re.search(self.text, words()) is not None)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one call. `delay` is before it is executed, `hang` afterwards; seconds."""

    action: Json
    delay: float = 0.0
    hang: float = 0.0


NONE = Trouble({})


@dataclass(slots=True)
class Faults:
    random: random.Random = field(default_factory=random.Random)
    active: list[Fault] = field(default_factory=list)
    spent: deque[Fault] = field(default_factory=lambda: deque(maxlen=MOST_SPENT))
    """Those that have hit as often as they should, the newest last."""
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, given: Json) -> Fault:
        """Raises ValueError for what is no fault."""
        action = given.get("action")
        if not isinstance(action, dict) or len(set(action) & ACTIONS) != 1:
            raise ValueError(f"an action is one of {sorted(ACTIONS)}")
        for name in ("drop", "garbage"):
            if action.get(name) not in (None, "before", "after"):
                raise ValueError(f"{name} is before or after")
        if "error" in action:
            as_error(action)
        named = given.get("method", "*")
        names = [named] if isinstance(named, str) else [str(one) for one in named]
        times = given.get("times", 1)
        fault = Fault(
            next(self._ids),
            frozenset(name.lower() for name in names if name != "*"),
            given.get("chat_id"),
            str(given.get("text") or ""),
            None if times is None else int(times),
            int(given.get("after", 0)),
            action,
        )
        try:
            re.compile(fault.text)
        except re.error as error:
            raise ValueError(f"text is no regular expression: {error}") from None
        self.active.append(fault)
        return fault

    def remove(self, fault_id: int) -> None:
        self.active = [fault for fault in self.active if fault.id != fault_id]

    def next_for(self, method: str, chat_id: Any, words: Callable[[], str]) -> Trouble:
        """What happens to this call: everything that slows it, and the first of the other faults that fits."""
        if not self.active:
            return NONE
        method = method.lower()
        action: Json = {}
        slow = dict.fromkeys(SLOW, 0.0)
        for fault in list(self.active):
            kind = next(iter(fault.action.keys() & ACTIONS))
            if (action and kind not in SLOW) or not fault.fits(method, chat_id, words):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.hits += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.active.remove(fault)
                    self.spent.append(fault)
            if kind in SLOW:
                jitter = float(fault.action.get("jitter", 0))
                slow[kind] += float(fault.action[kind]) + self.random.uniform(0, jitter)
            else:
                action = fault.action
        return Trouble(action, slow["delay"], slow["hang"])


def _fits_chat(wanted: Any, chat_id: Any) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, list):
        return chat_id in wanted
    if isinstance(wanted, dict):
        if not isinstance(chat_id, int):
            return False
        if "every" in wanted:
            return chat_id % int(wanted["every"]) == 0
        return int(wanted.get("first", chat_id)) <= chat_id <= int(wanted.get("last", chat_id))
    return bool(wanted == chat_id)


def as_error(action: Json) -> ApiError | None:
    """Raises ValueError for an error without its code and description."""
    error = action.get("error")
    if not error:
        return None
    if not isinstance(error, dict) or not {"error_code", "description"} <= error.keys():
        raise ValueError("an error has error_code and description")
    return ApiError(int(error["error_code"]), str(error["description"]), error.get("parameters"))
