"""The end of a run, as the witness and the ledger tell it: checked, and printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.crash.ledger import Copy, Row
from tests.crash.run import Kills
from tests.crash.trouble import Trouble
from tests.crash.witness import Witness

TIMED_OUT = "no answer within"
"""Of these there may be more than were scripted, on a busy machine."""


@dataclass(frozen=True)
class Counts:
    crowd: range
    articles: list[str]
    alerts: list[str]
    copies: Counter[Copy]
    ended: dict[Copy, Row]
    kills: Kills
    trouble: Trouble
    witness: Witness

    def check(self, most_under_way: int) -> None:
        """`most_under_way`: messages that a kill may catch."""
        for text in self.alerts:
            times = [self.copies[Copy(reader, text)] for reader in self.crowd]
            assert min(times) >= 1, f"{times.count(0)} readers never got «{text}»"
            assert max(times) <= 2, f"somebody got «{text}» {max(times)} times"
        for headline in self.articles:
            for reader in self.crowd:
                self._check_article(Copy(reader, headline))
        assert self.kills.most <= most_under_way
        scripted = [error for error in self._lost_replies() if TIMED_OUT not in error]
        assert len(scripted) <= self.trouble.lost_replies, scripted

    def _check_article(self, copy: Copy) -> None:
        times, row = self.copies[copy], self.ended.get(copy)
        assert row, f"{copy} was forgotten"
        assert times <= 1, f"it came {times} times: {row}"
        assert row.state in ("sent", "unknown"), row
        assert times == 1 or row.state == "unknown", f"on record as sent, but it never came: {row}"
        lost_its_reply = bool(row.error) and row.settled_at is not None
        assert row.state == "sent" or copy in self.kills.under_way or lost_its_reply, f"unknown for no reason: {row}"

    def _unknown(self) -> list[Row]:
        return [row for row in self.ended.values() if row.state == "unknown" and not row.breaking]

    def _lost_replies(self) -> list[str]:
        """What is on record of each message with an unknown end that no kill caught; it may have been a bundle."""
        rows = [row for row in self._unknown() if row.copy not in self.kills.under_way]
        return list({(row.copy.chat_id, row.settled_at): row.error for row in rows}.values())

    def printed(self, seconds: float) -> str:
        unknown = self._unknown()
        killed = sum(row.copy in self.kills.under_way for row in unknown)
        caught = sum(not self.ended[copy].breaking for copy in self.kills.under_way if copy in self.ended)
        missing = sum(self.copies[row.copy] == 0 for row in unknown)
        return "\n".join(
            (
                f"{self.kills.moments.total()} kills in {seconds:.0f} s: {_listed(self.kills.moments)}; "
                f"{self.kills.postponed} of them a moment later to spare a last chance",
                f"{len(self.crowd)} readers, {self.witness.alone} single messages and {self.witness.bundled} bundles; "
                f"troubles met: {_listed(self.trouble.met)}",
                f"{len(self.alerts)} alerts, copies: {self._histogram(self.alerts)}",
                f"{len(self.articles)} articles, copies: {self._histogram(self.articles)}",
                f"caught under way by a kill: {caught} deliveries of articles, in at most {self.kills.most} messages "
                "at a time",
                f"articles with an unknown end: {killed} of these; beyond, messages with a lost reply: "
                f"{_listed(Counter(self._lost_replies())) or 0}; {missing} articles never came",
            )
        )

    def _histogram(self, news: list[str]) -> str:
        counted = Counter(self.copies[Copy(reader, one)] for reader in self.crowd for one in news)
        return ", ".join(f"{times}×: {counted[times]}" for times in sorted(counted))


def _listed(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())
