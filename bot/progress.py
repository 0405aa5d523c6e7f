"""A progress bar for commands that take long: how much is done, how fast, and how long it still takes.

Only on a terminal; in a pipe or a log file there is nothing of it.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Literal, TextIO

BAR = 20
DRAW = 0.1
"""Seconds between two drawings."""
WORTH = 0.5
"""Seconds of work after which something can be said of its speed."""
UNITS = ("B", "kB", "MB", "GB", "TB")


class Progress:
    """Call it with what is being done, how much of it is, and how much there is. `with` clears the line in the end;
    `clear` does it before something else is printed."""

    def __init__(
        self,
        unit: Literal["bytes", "pieces"],
        *,
        stream: TextIO | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unit, self._stream, self._monotonic = unit, stream or sys.stderr, monotonic
        self._shown = self._stream.isatty()
        self._step, self._began, self._drawn = "", 0.0, float("-inf")

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __call__(self, step: str, done: int, total: int) -> None:
        if not self._shown:
            return
        now = self._monotonic()
        if step != self._step:
            self._step, self._began = step, now
        elif now - self._drawn < DRAW and done < total:
            return
        self._drawn = now
        width = shutil.get_terminal_size().columns - 1
        line = _line(step, done, total, now - self._began, self._unit)
        self._stream.write(f"\r\x1b[K{line[:width]}")
        self._stream.flush()

    def clear(self) -> None:
        if self._shown and self._step:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _line(step: str, done: int, total: int, seconds: float, unit: str) -> str:
    share = min(1.0, done / total) if total else 1.0
    full = round(BAR * share)
    parts = [f"{step:10}", "█" * full + "░" * (BAR - full), f"{share:4.0%}"]
    parts.append(f"{size(done)} of {size(total)}" if unit == "bytes" else f"{done} of {total}")
    if done and seconds >= WORTH:
        rate = done / seconds
        parts.append(f"{size(round(rate))}/s" if unit == "bytes" else f"{rate:.1f}/s")
        if done < total:
            parts.append(f"{_duration((total - done) / rate)} left")
    return "  ".join(parts)


def size(count: int) -> str:
    """Bytes as people write them."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {UNITS[unit]}" if unit < 2 or value >= 99.5 else f"{value:.1f} {UNITS[unit]}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60}:{whole % 60:02} min" if whole < 3600 else f"{whole // 3600}:{whole // 60 % 60:02} h"
