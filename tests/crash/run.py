"""Bots that run and are killed, one after the other, over one database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.ledger import Copy, Ledger, Row
from tests.crash.process import WarmBot, WarmParent
from tests.crash.witness import Witness

LONGEST_POSTPONEMENT = 30.0


@dataclass
class Kills:
    """What the kills met."""

    moments: Counter[str] = field(default_factory=Counter)
    under_way: set[Copy] = field(default_factory=set)
    """At any of them."""
    most: int = 0
    """Messages under way at one of them."""
    postponed: int = 0

    def note(self, moment: str, under_way: set[Copy]) -> None:
        self.moments[moment] += 1
        self.under_way |= under_way
        # A chat has one message under way at a time, which may be a bundle.
        self.most = max(self.most, len({copy.chat_id for copy in under_way}))


class Run:
    """`start`, then `kill` and `start` again and again, then `stop`. `patience`: seconds that an answer may take."""

    def __init__(
        self, parent: WarmParent, settings: dict[str, str], folder: Path, witness: Witness, *, patience: float
    ) -> None:
        self._parent, self._settings, self._folder, self._patience = parent, settings, folder, patience
        self.witness = witness
        self.ledger = Ledger(folder / "newsbot.db")
        self.kills = Kills()
        self.in_danger: set[Copy] = set()
        """Breaking news that did not arrive the first time, as the last kill left it."""
        self._bot: WarmBot | None = None
        self._calls = 0
        self._left: set[Copy] = set()
        """Under way at the last kill."""

    @property
    def log(self) -> str:
        return (self._folder / "bot.log").read_text()

    async def start(self) -> None:
        await self.witness.look()
        self._calls = self.witness.calls
        self._bot = await self._parent.start(self._settings, self._folder, patience=self._patience)

    async def stop(self) -> None:
        assert self._bot
        self._bot.terminate()
        assert await self._bot.ends() == 0, self.log

    async def kill(self) -> None:
        """At this moment, unless that could take breaking news from a reader to whom it is on its second way: then as
        soon as it has arrived."""
        assert self._bot
        async with asyncio.timeout(LONGEST_POSTPONEMENT):
            caught = await self._caught(self._bot)
            self.kills.postponed += not caught
            while not caught:
                self._bot.thaw()
                await asyncio.sleep(0.02)
                caught = await self._caught(self._bot)
        await self._bot.kill()

    async def _caught(self, bot: WarmBot) -> bool:
        """Whether it stands still at a moment at which it may be killed; such a moment is noted."""
        bot.freeze()
        await self.witness.look()
        try:
            if self.ledger.last_chance() - self.witness.arrived:
                return False
            begun = self.ledger.rows("d.state IN ('pending', 'sending') AND d.attempt > 0")
        except sqlite3.OperationalError:
            # Nobody can read a database that is being opened after a crash; nothing is under way then.
            self.kills.note("opening the database", set())
            return True
        under_way = {row.copy for row in begun if row.state == "sending"}
        self.kills.note(self._moment(begun, under_way), under_way)
        self.in_danger = {row.copy for row in begun if row.breaking} - self.witness.arrived
        self._left = under_way
        return True

    def _moment(self, begun: list[Row], under_way: set[Copy]) -> str:
        if self.witness.calls == self._calls:
            return "starting"
        if self.ledger.filling():
            return "filling"
        if self._left & {row.copy for row in begun}:
            return "recovering"
        return "sending" if under_way else "between calls"


async def until(true: Callable[[], bool], *, within: float, every: float = 0.05) -> bool:
    """Whether it came true in time."""
    try:
        async with asyncio.timeout(within):
            while not true():
                await asyncio.sleep(every)
    except TimeoutError:
        return False
    return True
