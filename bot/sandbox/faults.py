"""Faults on demand: errors, cut connections, lost, slow and unreadable answers, for the calls that match."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.state import ApiError, Json

ACTIONS = {"error", "drop", "delay", "hang", "body"}


@dataclass(slots=True)
class Fault:
    id: int
    method: str
    chat_id: int | None
    times: int | None
    after: int
    action: Json


@dataclass(slots=True)
class Faults:
    active: list[Fault] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, given: Json) -> Fault:
        """Raises ValueError for what is no fault."""
        action = given.get("action")
        if not isinstance(action, dict) or len(set(action) & ACTIONS) != 1:
            raise ValueError(f"an action is one of {sorted(ACTIONS)}")
        if action.get("drop") not in (None, "before", "after"):
            raise ValueError("drop is before or after")
        fault = Fault(
            next(self._ids),
            str(given.get("method", "*")).lower(),
            given.get("chat_id"),
            given.get("times", 1),
            int(given.get("after", 0)),
            action,
        )
        self.active.append(fault)
        return fault

    def next_for(self, method: str, chat_id: Any) -> Json:
        """What to do to this call; {} for nothing."""
        for fault in self.active:
            if fault.method not in ("*", method.lower()) or fault.chat_id not in (None, chat_id):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.active.remove(fault)
            return fault.action
        return {}


def as_error(action: Json) -> ApiError | None:
    error = action.get("error")
    if not error:
        return None
    return ApiError(int(error["error_code"]), str(error["description"]), error.get("parameters"))
