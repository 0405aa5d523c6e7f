"""Rows of readers as what the program calls them."""

from __future__ import annotations

from bot.model.readers import Peace, Rhythm
from storage.engine import Row


def peace_of(row: Row) -> Peace:
    return Peace(
        zone=row["zone"],
        quiet=None if row["quiet_from"] is None else (row["quiet_from"], row["quiet_to"]),
        breaking_wakes=bool(row["breaking_wakes"]),
        digest=Rhythm(row["digest"]),
        digest_at=row["digest_at"],
        daily_limit=row["daily_limit"],
        silent=bool(row["silent"]),
        languages=frozenset(row["news_languages"].split(",")) if row["news_languages"] else frozenset(),
        city=row["city"],
    )
