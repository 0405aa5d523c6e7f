"""What `newsbot doctor` has found, and how it is written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    GOOD = "✓"
    NOTE = "!"
    """Works, and may surprise."""
    WRONG = "✗"
    """Something that people expect does not happen."""


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    level: Level
    what: str
    advice: str = ""
    """What to do about it; for whatever is not good."""


def good(part: str, what: str) -> Finding:
    return Finding(part, Level.GOOD, what)


def note(part: str, what: str, advice: str) -> Finding:
    return Finding(part, Level.NOTE, what, advice)


def wrong(part: str, what: str, advice: str) -> Finding:
    return Finding(part, Level.WRONG, what, advice)


def written(findings: Iterable[Finding]) -> str:
    """A line each, and one below it that begins with → when there is something to do."""
    lines = []
    for one in findings:
        lines.append(f"{one.level.value} {one.part:12} {one.what}")
        if one.advice:
            lines.append(f"{'':14} → {one.advice}")
    return "\n".join(lines)


def summary(findings: Iterable[Finding]) -> str:
    levels = [one.level for one in findings]
    wrongs, notes = levels.count(Level.WRONG), levels.count(Level.NOTE)
    if wrongs:
        return f"{wrongs} to mend" + (f", {notes} to know" if notes else "")
    return f"All is well; {notes} to know" if notes else "All is well"
