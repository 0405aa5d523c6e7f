"""The progress bar: on a terminal, how much is done, how fast, how long yet; elsewhere nothing."""

from __future__ import annotations

import io

import pytest

from bot.progress import Progress, size


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(stream: io.StringIO) -> list[str]:
    return [line.rstrip() for line in stream.getvalue().split("\r\x1b[K")]


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_how_much_how_fast_and_how_long_yet() -> None:
    stream, clock = Terminal(), 0.0
    with Progress("bytes", stream=stream, monotonic=lambda: clock) as progress:
        progress("copying", 0, 200_000_000)
        clock = 2.0
        progress("copying", 50_000_000, 200_000_000)
        clock = 8.0
        progress("copying", 200_000_000, 200_000_000)
    assert drawn(stream) == [
        "",
        "copying     ░░░░░░░░░░░░░░░░░░░░    0%  0 B of 200 MB",
        "copying     █████░░░░░░░░░░░░░░░   25%  50.0 MB of 200 MB  25.0 MB/s  6 s left",
        "copying     ████████████████████  100%  200 MB of 200 MB  25.0 MB/s",
        "",
    ]


def test_pieces_and_long_times() -> None:
    stream, clock = Terminal(), 0.0
    progress = Progress("pieces", stream=stream, monotonic=lambda: clock)
    progress("moving", 0, 10_000)
    clock = 10.0
    progress("moving", 10, 10_000)
    assert drawn(stream)[-1].endswith("10 of 10000  1.0/s  2:46 h left")
    clock = 100.0
    progress("moving", 1000, 10_000)
    assert drawn(stream)[-1].endswith("1000 of 10000  10.0/s  15:00 min left")


def test_it_is_not_drawn_more_often_than_can_be_read() -> None:
    stream, clock = Terminal(), 0.0
    progress = Progress("bytes", stream=stream, monotonic=lambda: clock)
    for done in range(1001):
        progress("copying", done, 1000)
        clock += 0.001
    assert 10 <= len(drawn(stream)) <= 13


def test_a_step_with_nothing_in_it_is_done() -> None:
    stream = Terminal()
    Progress("pieces", stream=stream)("moving", 0, 0)
    assert "100%" in drawn(stream)[-1]


def test_a_narrow_terminal_gets_no_second_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    Progress("bytes", stream=stream)("copying", 1, 2)
    assert len(drawn(stream)[-1]) == 29


def test_a_pipe_stays_quiet() -> None:
    stream = io.StringIO()
    with Progress("bytes", stream=stream) as progress:
        progress("copying", 1, 2)
        progress.clear()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("count", "written"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_499, "999 kB"), (1_000_000, "1.0 MB"), (99_400_000, "99.4 MB"),
     (100_000_000, "100 MB"), (2_345_678_901, "2.3 GB"), (5 * 10**15, "5000 TB")],
)  # fmt: skip
def test_sizes_as_people_write_them(count: int, written: str) -> None:
    assert size(count) == written
