"""For whom and when something is rendered: the reader's language, the newsroom's zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.model.articles import Article
from bot.model.language import Language
from bot.texts import Texts

FRESH = timedelta(hours=3)
"""A younger article needs no date: it came just now."""
LATEST = 2**31
"""Seconds since 1970 that Telegram's moments can hold; they begin at 1."""


@dataclass(frozen=True, slots=True)
class Edition:
    language: Language
    texts: Texts
    now: datetime
    zone: tzinfo

    def get(self, key: str, **args: object) -> str:
        return self.texts.get(self.language, key, **args)

    def count(self, key: str, n: int) -> str:
        return self.texts.count(self.language, key, n)

    def around(self, key: str, name: str) -> tuple[str, str]:
        return self.texts.around(self.language, key, name)

    def moment(self, moment: datetime) -> str:
        """Like "24 November, 09:00"; with the year when it is another."""
        day = self._dated(self.texts.day(self.language, moment, self.zone), moment)
        return f"{day}, {moment.astimezone(self.zone):%H:%M}"

    def days(self, first: datetime, last: datetime) -> str:
        """Like "24 November", "23–24 November", "30 November – 2 December", with the year when it is another."""
        begin, end = first.astimezone(self.zone).date(), last.astimezone(self.zone).date()
        said = self.texts.day(self.language, last, self.zone)
        if begin == end:
            return self._dated(said, last)
        if (begin.year, begin.month) == (end.year, end.month):
            return self._dated(f"{begin.day}–{said}", last)
        earlier = self.texts.day(self.language, first, self.zone)
        if begin.year == end.year:
            return self._dated(f"{earlier} – {said}", last)
        return f"{self._dated(earlier, first)} – {self._dated(said, last)}"

    def _dated(self, said: str, moment: datetime) -> str:
        year = moment.astimezone(self.zone).year
        return said if year == self.now.astimezone(self.zone).year else self.get("date.year", date=said, year=year)


def shows_date(article: Article, now: datetime) -> bool:
    """Whether a card says when the article was published: not while it is fresh."""
    return now - article.published_at > FRESH


def unix(moment: datetime) -> int | None:
    """For Telegram, which shows a moment in the reader's own zone; None outside of what it can hold."""
    seconds = int(moment.timestamp())
    return seconds if 0 < seconds < LATEST else None
