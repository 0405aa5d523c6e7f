"""Snapshots: texts that were reviewed once, in files beside the tests. `UPDATE_SNAPSHOTS=1 pytest …` writes them anew;
read the difference before it is committed."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "snapshots"


def check_snapshot(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.exists(), f"{path} has not been written yet: UPDATE_SNAPSHOTS=1"
    assert text == path.read_text("utf-8")
