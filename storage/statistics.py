"""The newsroom's statistics. Each look costs a read through all readers, and nothing when nobody looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta, tzinfo

from bot.model.deliveries import DeliveryState
from bot.model.language import Language
from bot.model.numbers import Day, Numbers, Period, Top
from storage.engine import Database, Transaction
from storage.figures import progress
from storage.moments import EPOCH, to_ms

DAYS = 30
TOP = 5
SECTIONS = 8
CAMPAIGNS = 5
DAY_MS = 86_400_000
RECEIVING = "left_at IS NULL AND unreachable_at IS NULL"
GONE = "coalesce(min(left_at, unreachable_at), left_at, unreachable_at)"


class SqliteStatistics:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def numbers(self, now: datetime, zone: tzinfo) -> Numbers:
        async with self._database.read() as transaction:
            languages = {
                Language(row[0]): row[1]
                for row in await transaction.rows(
                    f"SELECT language, count(*) FROM readers WHERE {RECEIVING} GROUP BY language ORDER BY 2 DESC"  # noqa: S608
                )
            }
            everything = await transaction.value(
                f"SELECT count(*) FROM readers WHERE {RECEIVING} AND everything_since IS NOT NULL"  # noqa: S608
            )
            since = (now - EPOCH).days - DAYS + 1
            came = await transaction.row(
                "SELECT coalesce(sum(starts), 0) AS starts, coalesce(sum(fresh), 0) AS fresh FROM campaigns "
                "WHERE day >= $1",
                since,
            )
            assert came
            return Numbers(
                days=await _days(transaction, now, zone),
                languages=languages,
                everything=int(everything),
                sections=await _sections(transaction),
                day=await _period(transaction, to_ms(now - timedelta(days=1))),
                week=await _period(transaction, to_ms(now - timedelta(days=7))),
                campaigns=await _campaigns(transaction, since),
                starts=int(came["starts"]),
                fresh=int(came["fresh"]),
            )


async def _days(transaction: Transaction, now: datetime, zone: tzinfo) -> tuple[Day, ...]:
    offset = now.astimezone(zone).utcoffset() or timedelta(0)
    shift = offset // timedelta(milliseconds=1)
    today = (to_ms(now) + shift) // DAY_MS
    first = today - DAYS + 1

    async def by_day(moment: str) -> Counter[int]:
        rows = await transaction.rows(
            f"SELECT max((({moment}) + $1) / $2, $3), count(*) FROM readers WHERE ({moment}) IS NOT NULL GROUP BY 1",  # noqa: S608
            shift,
            DAY_MS,
            first - 1,
        )
        return Counter({row[0]: row[1] for row in rows})

    joined, left = await by_day("created_at"), await by_day(GONE)
    opened = {
        row["day"]: int(row["opened"])
        for row in await transaction.rows(
            "SELECT day, sum(openings) AS opened FROM openings WHERE day >= $1 GROUP BY day", first
        )
    }
    readers = joined[first - 1] - left[first - 1]
    days = []
    for number in range(first, today + 1):
        readers += joined[number] - left[number]
        day = datetime.fromtimestamp(number * 86_400, UTC).date()
        days.append(Day(day, readers, joined[number], left[number], opened.get(number, 0)))
    return tuple(days)


async def _sections(transaction: Transaction) -> tuple[tuple[dict[str, str], int], ...]:
    chosen = await transaction.rows(
        "SELECT rc.category_id, count(*) FROM reader_categories rc JOIN readers r ON r.chat_id = rc.chat_id "
        "JOIN categories c ON c.id = rc.category_id AND c.hidden = 0 "
        "WHERE rc.mode != 'off' AND r.left_at IS NULL AND r.unreachable_at IS NULL "
        "GROUP BY rc.category_id ORDER BY 2 DESC, 1 LIMIT $1",
        SECTIONS,
    )
    found = []
    for one in chosen:
        names = await transaction.rows("SELECT language, name FROM category_names WHERE category_id = $1", one[0])
        found.append(({row["language"]: row["name"] for row in names}, int(one[1])))
    return tuple(found)


async def _campaigns(transaction: Transaction, since: int) -> tuple[tuple[str, int, int], ...]:
    rows = await transaction.rows(
        "SELECT tag, sum(starts) AS starts, sum(fresh) AS fresh FROM campaigns WHERE day >= $1 GROUP BY tag "
        "ORDER BY starts DESC, fresh DESC, tag LIMIT $2",
        since,
        CAMPAIGNS,
    )
    return tuple((row["tag"], int(row["starts"]), int(row["fresh"])) for row in rows)


async def _period(transaction: Transaction, since: int) -> Period:
    ended: dict[DeliveryState, dict[int, int]] = defaultdict(dict)
    for row in await transaction.rows(
        "SELECT f.seconds, sum(f.deliveries) FROM articles a JOIN figures f ON f.subject = 'a' || a.id "
        "WHERE a.first_seen_at >= $1 AND f.state = 'sent' GROUP BY f.seconds ORDER BY f.seconds",
        since,
    ):
        ended[DeliveryState.SENT][row[0]] = row[1]
    delivered = sum(ended[DeliveryState.SENT].values())
    times = progress("", delivered, ended)
    top = await transaction.rows(
        "SELECT a.title, a.link, (SELECT coalesce(sum(o.openings), 0) FROM openings o WHERE o.article_id = a.id) AS "
        "opened, (SELECT count(*) FROM bookmarks b WHERE b.article_id = a.id) AS saves, "
        "(SELECT coalesce(sum(f.deliveries), 0) FROM figures f WHERE f.subject = 'a' || a.id AND f.state = 'sent') "
        "AS delivered FROM articles a WHERE a.first_seen_at >= $1 AND a.withheld_at IS NULL "
        "ORDER BY opened DESC, saves DESC, delivered DESC, a.id DESC LIMIT $2",
        since,
        TOP,
    )
    return Period(
        articles=int(await transaction.value("SELECT count(*) FROM articles WHERE first_seen_at >= $1", since)),
        delivered=delivered,
        opened=int(
            await transaction.value(
                "SELECT coalesce(sum(o.openings), 0) FROM articles a JOIN openings o ON o.article_id = a.id "
                "WHERE a.first_seen_at >= $1",
                since,
            )
        ),
        saves=int(await transaction.value("SELECT count(*) FROM bookmarks WHERE saved_at >= $1", since)),
        top=tuple(
            Top(row["title"], row["link"], int(row["opened"]), row["saves"], int(row["delivered"])) for row in top
        ),
        half=times.half,
        most=times.most,
    )
