"""Words and phrases that readers follow or mute."""

from __future__ import annotations

from datetime import datetime

from bot.model.ids import ChatId
from bot.model.readers import Noted, Phrase
from storage import special
from storage.engine import Database, chat_turn
from storage.moments import to_ms
from storage.stems import readings

MOST_PHRASES = 30
LONGEST_PHRASE = 60
"""Characters."""


class SqliteWordlists:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def phrases(self, chat_id: ChatId) -> list[Phrase]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT DISTINCT phrase, follows, since, mark FROM reader_words WHERE chat_id = $1 "
                "ORDER BY since, mark",
                chat_id,
            )
            return [Phrase(row["phrase"], bool(row["follows"])) for row in rows]

    async def add(self, chat_id: ChatId, phrase: Phrase, now: datetime) -> Noted:
        if len(phrase.text) > LONGEST_PHRASE:
            return Noted.LONG
        found = [" ".join(reading) for reading in readings(phrase.text)]
        if not found:
            return Noted.WORDLESS
        async with self._database.write(chat_turn(chat_id)) as transaction:
            await transaction.run(
                "DELETE FROM reader_words WHERE chat_id = $1 AND mark IN "
                "(SELECT mark FROM reader_words WHERE chat_id = $1 AND stems = $2)",
                chat_id,
                found[0],
            )
            kept = await transaction.value("SELECT count(DISTINCT mark) FROM reader_words WHERE chat_id = $1", chat_id)
            if kept >= MOST_PHRASES:
                return Noted.FULL
            await transaction.run_many(
                "INSERT INTO reader_words (chat_id, mark, stems, first, phrase, follows, since) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [
                    (chat_id, phrase.mark, one, one.split()[0], phrase.text, int(phrase.follows), to_ms(now))
                    for one in found
                ],
            )
            await special.mark(transaction, chat_id)
        return Noted.KEPT

    async def remove(self, chat_id: ChatId, mark: str) -> Phrase | None:
        async with self._database.write(chat_turn(chat_id)) as transaction:
            row = await transaction.row(
                "DELETE FROM reader_words WHERE chat_id = $1 AND mark = $2 RETURNING phrase, follows", chat_id, mark
            )
            await special.mark(transaction, chat_id)
            return Phrase(row["phrase"], bool(row["follows"])) if row else None
