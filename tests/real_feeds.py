"""Real feeds as publishers served them. They are their publishers', so they are not part of the project: tests read
them from a folder beside it (or the one that REAL_FEEDS names), when it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("REAL_FEEDS") or Path(__file__).parent.parent.parent / "shared" / "feeds")

needs_real_feeds = pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder with real feeds beside the project")


def real_feeds() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*") if path.suffix in (".xml", ".json"))
