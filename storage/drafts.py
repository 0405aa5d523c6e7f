"""Breaking news that is being written: every change makes a new revision, for which nobody has agreed yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.broadcasts import Announcement, Audience, Broadcast, BroadcastKind, Media
from bot.model.ids import ArticleId, BroadcastId, ChatId
from bot.model.newsroom import Act
from storage import audience, audit
from storage.broadcast_rows import LOOK, broadcast_of, dump_entities, dump_media
from storage.engine import Database, Transaction
from storage.moments import to_ms, to_ms_or_none

MOST_IN_ALBUM = 10
TEXT = "text = $2, entities = $3, media = $4"


class SqliteDrafts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(
        self,
        author: ChatId,
        announcement: Announcement,
        now: datetime,
        *,
        kind: BroadcastKind = BroadcastKind.ALERT,
        parent: BroadcastId | None = None,
        wanted: Audience = Audience(),  # noqa: B008 — frozen
        album: str | None = None,
        article: ArticleId | None = None,
    ) -> Broadcast:
        async with self._database.write() as transaction:
            made = await transaction.value(
                "INSERT INTO broadcasts (author, kind, parent_id, text, entities, media, album, article_id, as_card, "
                "wanted, state, created_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', $11) RETURNING id",
                author,
                kind,
                parent,
                announcement.text,
                dump_entities(announcement),
                dump_media(announcement.media),
                album,
                announcement.card or article,
                int(announcement.card is not None),
                audience.dump(wanted),
                to_ms(now),
            )
            return await done(transaction, made, author, Act.DRAFTED, now, detail=announcement.text)

    async def add_to_album(
        self, author: ChatId, album: str, media: Media, text: str, entities: Sequence[dict[str, Any]]
    ) -> Broadcast | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "SELECT * FROM broadcasts WHERE album = $1 AND author = $2 AND state = 'draft'", album, author
            )
            if row is None:
                return None
            items = [*json.loads(row["media"]), [media.kind, media.file_id]]
            written = Announcement(row["text"], tuple(json.loads(row["entities"])))
            if text and not written.text:
                written = Announcement(text, tuple(entities))
            await transaction.run(
                f"UPDATE broadcasts SET {TEXT}, revision = revision + 1, content_revision = revision + 1 WHERE id = $1",  # noqa: S608
                row["id"],
                written.text,
                dump_entities(written),
                json.dumps(items[:MOST_IN_ALBUM]),
            )
            return await look(transaction, row["id"])

    async def set_content(
        self,
        broadcast_id: BroadcastId,
        announcement: Announcement,
        by: ChatId,
        now: datetime,
        *,
        album: str | None = None,
        article: ArticleId | None = None,
    ) -> Broadcast | None:
        async with self._database.write() as transaction:
            changed = await transaction.run(
                f"UPDATE broadcasts SET {TEXT}, album = $5, article_id = $6, as_card = $7, revision = revision + 1, "  # noqa: S608
                "content_revision = revision + 1 WHERE id = $1 AND state = 'draft'",
                broadcast_id,
                announcement.text,
                dump_entities(announcement),
                dump_media(announcement.media),
                album,
                announcement.card or article,
                int(announcement.card is not None),
            )
            return await _revised(transaction, changed, broadcast_id, by, now, announcement.text)

    async def set_card(
        self, broadcast_id: BroadcastId, revision: int, on: bool, by: ChatId, now: datetime
    ) -> Broadcast | None:
        async with self._database.write() as transaction:
            changed = await transaction.run(
                "UPDATE broadcasts SET as_card = $3, revision = revision + 1, content_revision = revision + 1 "
                "WHERE id = $1 AND revision = $2 AND state = 'draft' AND article_id IS NOT NULL",
                broadcast_id,
                revision,
                int(on),
            )
            return await _revised(transaction, changed, broadcast_id, by, now, f"card: {on}")

    async def set_audience(
        self, broadcast_id: BroadcastId, revision: int, wanted: Audience, by: ChatId, now: datetime
    ) -> Broadcast | None:
        async with self._database.write() as transaction:
            changed = await transaction.run(
                "UPDATE broadcasts SET wanted = $3, revision = revision + 1 WHERE id = $1 AND revision = $2 "
                "AND state = 'draft' AND kind = 'alert'",
                broadcast_id,
                revision,
                audience.dump(wanted),
            )
            return await _revised(transaction, changed, broadcast_id, by, now, audience.dump(wanted))

    async def set_time(
        self, broadcast_id: BroadcastId, planned_at: datetime | None, by: ChatId, now: datetime
    ) -> Broadcast | None:
        async with self._database.write() as transaction:
            changed = await transaction.run(
                "UPDATE broadcasts SET planned_at = $2, revision = revision + 1 WHERE id = $1 AND state = 'draft' "
                "AND kind IN ('alert', 'reply')",
                broadcast_id,
                to_ms_or_none(planned_at),
            )
            when = planned_at.isoformat() if planned_at else "at once"
            return await _revised(transaction, changed, broadcast_id, by, now, when)


async def look(transaction: Transaction, broadcast_id: int) -> Broadcast:
    row = await transaction.row(f"{LOOK} WHERE b.id = $1", broadcast_id)
    assert row
    return broadcast_of(row)


async def done(
    transaction: Transaction, broadcast_id: int, by: int, act: Act, now: datetime, *, detail: str = ""
) -> Broadcast:
    await audit.note(transaction, by, act, f"b{broadcast_id}", now, detail=detail)
    return await look(transaction, broadcast_id)


async def _revised(
    transaction: Transaction, changed: int, broadcast_id: int, by: int, now: datetime, detail: str
) -> Broadcast | None:
    if not changed:
        await audit.note(transaction, by, Act.REVISED, f"b{broadcast_id}", now, detail=detail, done=False)
        return None
    return await done(transaction, broadcast_id, by, Act.REVISED, now, detail=detail)
