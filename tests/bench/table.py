"""`python -m tests.bench.table`: what each of the real feeds gives, a line each."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.feeds.parse import parse
from tests.real_feeds import real_feeds

HEAD = "entries photos captions credits videos no-lead no-date no-link"


def main() -> None:
    print(f"{'feed':42} {HEAD}  problems")
    totals = [0] * 8
    for path in real_feeds():
        feed = parse(path.read_bytes(), "", "", ZoneInfo("Asia/Almaty"), datetime.now(UTC))
        photos = [photo for article in feed.articles for photo in article.photos]
        figures = [
            len(feed.articles),
            sum(bool(article.photos) for article in feed.articles),
            sum(bool(photo.caption) for photo in photos),
            sum(bool(photo.credit) for photo in photos),
            sum(bool(article.attachments) for article in feed.articles),
            sum(not article.lead for article in feed.articles),
            sum(article.published_at is None for article in feed.articles),
            sum(not article.link for article in feed.articles),
        ]
        totals = [one + other for one, other in zip(totals, figures, strict=True)]
        cells = " ".join(f"{figure:{len(name)}}" for name, figure in zip(HEAD.split(), figures, strict=True))
        print(f"{path.name[:42]:42} {cells}  {'; '.join(feed.problems)[:60]}")
    cells = " ".join(f"{figure:{len(name)}}" for name, figure in zip(HEAD.split(), totals, strict=True))
    print(f"{'all':42} {cells}")


if __name__ == "__main__":
    main()
