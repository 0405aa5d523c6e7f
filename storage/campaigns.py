"""By way of which links readers came: counts by day, nobody's name."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.readers import Campaign
from storage.engine import Database
from storage.moments import EPOCH, to_ms

DAY = timedelta(days=1)
MOST_A_DAY = 200
"""Different links of one day that are counted: anybody can make up more."""


class SqliteCampaigns:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, tag: str, fresh: bool, now: datetime) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "INSERT INTO campaigns (tag, day, starts, fresh) SELECT $1, $2, 1, $3 WHERE $4 > "
                "(SELECT count(*) FROM campaigns WHERE day = $2) OR EXISTS "
                "(SELECT 1 FROM campaigns WHERE day = $2 AND tag = $1) "
                "ON CONFLICT (day, tag) DO UPDATE "
                "SET starts = campaigns.starts + 1, fresh = campaigns.fresh + excluded.fresh",
                tag,
                _day(now),
                int(fresh),
                MOST_A_DAY,
            )

    async def since(self, moment: datetime) -> list[Campaign]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT * FROM campaigns WHERE day >= $1 ORDER BY day DESC, starts DESC, tag", _day(moment)
            )
            return [
                Campaign(row["tag"], (EPOCH + row["day"] * DAY).date(), row["starts"], row["fresh"]) for row in rows
            ]


def _day(moment: datetime) -> int:
    return to_ms(moment) // (DAY // timedelta(milliseconds=1))
