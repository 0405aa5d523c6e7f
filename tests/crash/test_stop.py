"""SIGTERM in the middle of a delivery: what is on its way arrives and is recorded; the next start sends the rest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from tests.crash.ledger import Ledger
from tests.crash.process import WarmParent, environment
from tests.crash.run import until
from tests.crash.witness import SENDING, Witness
from tests.crowd import subscribe
from tests.newspaper import Newspaper

READERS = 1000
HEADLINE = "Новость, выпуск 1."
INTERRUPTED = 130


class Delivery:
    """An article on its way to a crowd, whose answers take so many seconds."""

    def __init__(
        self, parent: WarmParent, sandbox: Sandbox, newspaper: Newspaper, chat: SandboxClient, folder: Path
    ) -> None:
        self._parent, self._newspaper, self._chat, self._folder = parent, newspaper, chat, folder
        self._settings = environment(sandbox, newspaper, folder, MESSAGES_PER_SECOND="300")
        self.ledger = Ledger(folder / "newsbot.db")

    async def start(self, *, round_trip: float) -> None:
        self.crowd = await subscribe(self._chat, READERS, self._folder)
        self.witness = Witness(self._chat, self.crowd)
        self._newspaper.publish("До начала")
        await self.go_on()
        assert await until(self.ledger.has_baseline, within=30), self.bot.log
        for method in SENDING:
            await self._chat.fault(method, {"hang": round_trip}, times=None)
        self._newspaper.publish(HEADLINE)
        # Far enough for the photo to be known, so that many are under way at a time.
        assert await self.witness.until(50, within=60), self.bot.log

    async def go_on(self) -> None:
        self.bot = await self._parent.start(self._settings, self._folder)

    async def finish(self) -> Counter[int]:
        """Let a new bot carry it to its end; how many readers got how many copies."""
        await self._chat.call("DELETE", "/faults")
        await self.go_on()
        assert await until(lambda: not self.ledger.filling() and not self.ledger.unsettled(), within=60), self.bot.log
        self.bot.terminate()
        assert await self.bot.ends() == 0
        copies = await self.witness.count([HEADLINE])
        return Counter(copies[reader, HEADLINE] for reader in self.crowd)


async def test_sigterm_cuts_nothing_short(
    parent: WarmParent, sandbox: Sandbox, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    delivery = Delivery(parent, sandbox, newspaper, chat, tmp_path)
    await delivery.start(round_trip=1.0)
    assert len(delivery.ledger.under_way()) > 20
    delivery.bot.terminate()
    assert await delivery.bot.ends() == 0, delivery.bot.log
    states = delivery.ledger.states()
    assert set(states) == {"sent", "pending"}, states
    assert states["sent"] == await delivery.witness.look()
    assert delivery.ledger.leased() == 0, "the next start need not wait for anything"
    assert "Traceback" not in delivery.bot.log
    assert await delivery.finish() == {1: READERS}


async def test_a_second_sigterm_ends_it_at_once(
    parent: WarmParent, sandbox: Sandbox, newspaper: Newspaper, chat: SandboxClient, tmp_path: Path
) -> None:
    """With calls in flight, whose answers it would otherwise wait for."""
    delivery = Delivery(parent, sandbox, newspaper, chat, tmp_path)
    await delivery.start(round_trip=6.0)
    delivery.bot.terminate()
    assert await until(lambda: "stopping" in delivery.bot.log, within=20)
    delivery.bot.terminate()
    assert await delivery.bot.ends() == INTERRUPTED, delivery.bot.log
    under_way = len(delivery.ledger.under_way())
    assert under_way > 0, "there was nothing to wait for"
    copies = await delivery.finish()
    assert max(copies) == 1
    assert delivery.ledger.states()["unknown"] == under_way
