"""What goes wrong between the bot and Telegram during a run: drawn by dice, scripted in the sandbox.

One thing can't be had of any sender: two calls for one reader of which neither was executed nor answered look exactly
like two that both arrived, and breaking news is sent no third time. So what is lost before it is executed falls on
breaking news once per reader at most, which `once` sees to; everything else falls where it falls.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from typing import Any

from bot.sandbox.client import SandboxClient
from tests.crash.witness import SENDING

Fault = dict[str, Any]

ROUND_TRIP = 0.15
"""Seconds that every answer takes, so that some sixty calls are in flight whenever the process is killed."""
ROUTINE_ALONE = "sendPhoto"
"""Articles have photos and alerts none; bundles go as text, like alerts."""

LOST_BEFORE: Fault = {"drop": "before"}
FAILED: Fault = {"error": {"error_code": 500, "description": "Internal Server Error: restart"}}
LOST_AFTER: Fault = {"drop": "after"}
TOO_LATE: Fault = {"hang": 30}
WAIT: Fault = {
    "error": {
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
}
NAMES = {
    "cut before it was executed": LOST_BEFORE,
    "executed, the reply lost": LOST_AFTER,
    "executed, answered too late": TOO_LATE,
    "500": FAILED,
    "429": WAIT,
}
UNKNOWN = (LOST_BEFORE, FAILED, LOST_AFTER, TOO_LATE)
"""After these the bot can't know whether the message arrived."""
SLOW = {"sendPhoto": ("delay", "hang"), "sendMessage": ("delay", "hang", "hang", "hang")}
"""Whether calls take their time before they are executed or after: a kill catches them undone or done."""


class Trouble:
    def __init__(self, chat: SandboxClient, crowd: range, dice: random.Random) -> None:
        self._chat, self._crowd, self._dice = chat, crowd, dice
        self._set: dict[int, Fault] = {}
        self._once = set(crowd)
        self.met: Counter[str] = Counter()
        """Faults that calls ran into, by name."""

    @property
    def lost_replies(self) -> int:
        return sum(self.met[name] for name, action in NAMES.items() if action in UNKNOWN)

    async def brew(self, *, spare: Collection[int]) -> None:
        """Another set of troubles for the next start. `spare`: readers for whom breaking news has one chance left."""
        await self._clear()
        dice = self._dice
        for action in (LOST_BEFORE, FAILED, LOST_AFTER, TOO_LATE):
            await self._add(ROUTINE_ALONE, action, 0.35, after=dice.randint(0, 120))
        for action in (LOST_AFTER, TOO_LATE):
            await self._add("sendMessage", action, 0.35, after=dice.randint(0, 200))
        for method in SENDING:
            await self._add(method, WAIT, 0.15, after=dice.randint(0, 200))
            await self._add(method, WAIT, 0.05, after=dice.randint(0, 200), times=20)
        for _ in range(2):
            reader = dice.choice(self._crowd)
            if reader in self._once and reader not in spare:
                self._once.discard(reader)
                await self._add("sendMessage", dice.choice((LOST_BEFORE, FAILED)), 1.0, chat_id=reader)
        # The first fault that fits a call is the only one, so what befalls all of them comes last.
        for method, ways in SLOW.items():
            await self._chat.fault(method, {dice.choice(ways): ROUND_TRIP}, times=None)

    async def end(self) -> None:
        """From now on answers only take their time."""
        await self._clear()
        for method in SENDING:
            await self._chat.fault(method, {"hang": ROUND_TRIP}, times=None)

    async def _clear(self) -> None:
        """Count what was met, and take away the rest."""
        left = {fault["id"]: fault for fault in (await self._chat.call("GET", "/faults"))["faults"]}
        for number, fault in self._set.items():
            name = next(name for name, action in NAMES.items() if action == fault["action"])
            self.met[name] += fault["times"] - (left[number]["times"] if number in left else 0)
        self._set.clear()
        await self._chat.call("DELETE", "/faults")

    async def _add(self, method: str, action: Fault, chance: float, *, times: int = 1, **more: int) -> None:
        if self._dice.random() < chance:
            fault = {"method": method, "action": action, "times": times, **more}
            number = (await self._chat.call("POST", "/faults", json=fault))["id"]
            self._set[number] = fault
