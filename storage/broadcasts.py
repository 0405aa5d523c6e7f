"""Breaking news and what becomes of it: drafts, their confirmation, pauses, corrections, recalls.

Whatever an editor does stands in the audit log from the same commit on.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.model.broadcasts import Audience, Broadcast, BroadcastKind, BroadcastState, Tally
from bot.model.deliveries import Action, MessageForm
from bot.model.ids import BroadcastId, ChatId
from bot.model.language import Language
from bot.model.newsroom import Act, Confirmation, Copy, MoreNeeded, Stale, Started, TooLate, View
from storage import audience, audit, copies, fanouts
from storage.broadcast_rows import LOOK, broadcast_of
from storage.drafts import TEXT, SqliteDrafts, done, look
from storage.engine import Row, Transaction
from storage.moments import to_ms


class SqliteBroadcasts(SqliteDrafts):
    async def get(self, broadcast_id: BroadcastId) -> Broadcast | None:
        async with self._database.read() as transaction:
            row = await transaction.row(f"{LOOK} WHERE b.id = $1", broadcast_id)
            return None if row is None else broadcast_of(row)

    async def open(self) -> list[Broadcast]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                f"{LOOK} WHERE b.ended_at IS NULL AND b.state IN ('confirmed', 'stopped') ORDER BY b.id DESC"
            )
            drafts = await transaction.rows(f"{LOOK} WHERE b.state = 'draft' ORDER BY b.id DESC")
            return [broadcast_of(row) for row in [*rows, *drafts]]

    async def ended(self, *, offset: int = 0, limit: int = 5) -> list[Broadcast]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                f"{LOOK} WHERE b.ended_at IS NOT NULL AND b.state != 'cancelled' ORDER BY b.id DESC LIMIT $1 OFFSET $2",
                limit,
                offset,
            )
            return [broadcast_of(row) for row in rows]

    async def since(self, moment: datetime) -> list[Broadcast]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                f"{LOOK} WHERE b.kind IN ('alert', 'reply') AND b.state IN ('confirmed', 'stopped', 'done') "
                "AND b.starts_at > $1 ORDER BY b.id DESC",
                to_ms(moment),
            )
            return [broadcast_of(row) for row in rows]

    async def readers(self, wanted: Audience) -> dict[Language, int]:
        async with self._database.read() as transaction:
            return await audience.languages(transaction, audience.dump(wanted))

    async def confirm(
        self, broadcast_id: BroadcastId, revision: int, by: ChatId, now: datetime, *, undo: timedelta, needed: int
    ) -> Confirmation:
        async with self._database.write() as transaction:
            row = await transaction.row("SELECT * FROM broadcasts WHERE id = $1", broadcast_id)
            if row is None or row["state"] != BroadcastState.DRAFT or await _parent_is_gone(transaction, row):
                await audit.note(transaction, by, Act.CONFIRMED, f"b{broadcast_id}", now, detail="late", done=False)
                return TooLate()
            if row["revision"] != revision:
                await audit.note(transaction, by, Act.CONFIRMED, f"b{broadcast_id}", now, detail="stale", done=False)
                return Stale()
            trial = audience.load(row["wanted"]).editors
            if await _approve(transaction, row, by, now) < (1 if trial else needed):
                return MoreNeeded(await done(transaction, row["id"], by, Act.APPROVED, now), needed)
            if row["kind"] == BroadcastKind.CORRECTION:
                await _correct(transaction, row, now)
            else:
                await _send(transaction, row, now, max(to_ms(now + undo), row["planned_at"] or 0))
            act = Act.CORRECTED if row["kind"] == BroadcastKind.CORRECTION else Act.CONFIRMED
            return Started(await done(transaction, row["id"], by, act, now, detail=row["text"]))

    async def cancel(self, broadcast_id: BroadcastId, by: ChatId, now: datetime) -> Broadcast | None:
        async with self._database.write() as transaction:
            changed = await transaction.run(
                "UPDATE broadcasts SET state = 'cancelled', ended_at = $2 WHERE id = $1 AND (state = 'draft' "
                "OR (state = 'confirmed' AND kind IN ('alert', 'reply') AND starts_at > $2))",
                broadcast_id,
                to_ms(now),
            )
            if not changed:
                await audit.note(transaction, by, Act.CANCELLED, f"b{broadcast_id}", now, done=False)
                return None
            await transaction.run(
                "UPDATE fanouts SET done = 1, closed = 1, paused = 0 WHERE broadcast_id = $1", broadcast_id
            )
            return await done(transaction, broadcast_id, by, Act.CANCELLED, now)

    async def pause(self, broadcast_id: BroadcastId, on: bool, by: ChatId, now: datetime) -> Broadcast | None:
        async with self._database.write() as transaction:
            act = Act.PAUSED if on else Act.RESUMED
            row = await transaction.row(
                "SELECT f.* FROM broadcasts b JOIN fanouts f ON f.id = b.job WHERE b.id = $1 AND b.state = 'confirmed' "
                "AND b.ended_at IS NULL AND f.withdrawn_at IS NULL",
                broadcast_id,
            )
            if row is None:
                await audit.note(transaction, by, act, f"b{broadcast_id}", now, done=False)
                return None
            await transaction.run(
                "UPDATE fanouts SET paused = $2 WHERE id = $1", row["id"], fanouts.PAUSED if on else 0
            )
            if not on and row["cursor"] == fanouts.BEFORE_ALL:
                # It starts now, however long ago it should have.
                await transaction.run(
                    "UPDATE fanouts SET due_at = max(due_at, $2) WHERE id = $1", row["id"], to_ms(now)
                )
            return await done(transaction, broadcast_id, by, act, now)

    async def stop(self, broadcast_id: BroadcastId, by: ChatId, now: datetime) -> Broadcast | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "UPDATE broadcasts SET state = 'stopped' WHERE id = $1 AND state = 'confirmed' AND ended_at IS NULL "
                "RETURNING job",
                broadcast_id,
            )
            if row is None:
                await audit.note(transaction, by, Act.STOPPED, f"b{broadcast_id}", now, done=False)
                return None
            await fanouts.stop(transaction, row["job"], now)
            return await done(transaction, broadcast_id, by, Act.STOPPED, now)

    async def recall(self, broadcast_id: BroadcastId, by: ChatId, now: datetime) -> Broadcast | None:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "UPDATE broadcasts SET recalled_at = $2, state = CASE WHEN state = 'confirmed' THEN 'stopped' "
                "ELSE state END WHERE id = $1 AND kind IN ('alert', 'reply') AND recalled_at IS NULL "
                "AND (state IN ('stopped', 'done') OR (state = 'confirmed' AND starts_at <= $2)) RETURNING *",
                broadcast_id,
                to_ms(now),
            )
            if row is None:
                await audit.note(transaction, by, Act.RECALLED, f"b{broadcast_id}", now, done=False)
                return None
            await fanouts.withdraw(transaction, now, article_id=None, broadcast_id=broadcast_id)
            job = await fanouts.change(transaction, Action.RECALL, now, broadcast_id=broadcast_id)
            made = await transaction.value(
                "INSERT INTO broadcasts (author, kind, parent_id, text, entities, media, state, created_at, "
                "confirmed_at, starts_at, audience, job) "
                "VALUES ($1, 'recall', $2, '', '[]', '[]', 'confirmed', $3, $3, $3, $4, $5) RETURNING id",
                by,
                broadcast_id,
                to_ms(now),
                await copies.count(transaction, broadcast_id),
                job,
            )
            await audit.note(transaction, by, Act.RECALLED, f"b{broadcast_id}", now, detail=row["text"])
            return await look(transaction, made)

    async def unfinished(self) -> list[Broadcast]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                f"{LOOK} WHERE b.ended_at IS NULL AND b.state IN ('confirmed', 'stopped') ORDER BY b.id"
            )
            return [broadcast_of(row) for row in rows]

    async def tally(self, broadcast_id: BroadcastId) -> Tally:
        async with self._database.read() as transaction:
            return await copies.tally(transaction, broadcast_id)

    async def finish(self, broadcast_id: BroadcastId, now: datetime) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "UPDATE broadcasts SET state = CASE WHEN state = 'confirmed' THEN 'done' ELSE state END, ended_at = $2 "
                "WHERE id = $1 AND ended_at IS NULL AND state IN ('confirmed', 'stopped')",
                broadcast_id,
                to_ms(now),
            )

    async def changes_of(self, broadcast_id: BroadcastId) -> list[Broadcast]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                f"{LOOK} WHERE b.parent_id = $1 AND b.state NOT IN ('draft', 'cancelled') ORDER BY b.id", broadcast_id
            )
            return [broadcast_of(row) for row in rows]

    async def show(self, view: View) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "DELETE FROM broadcast_views WHERE chat_id = $1 AND (message_id = $2 OR broadcast_id = $3)",
                view.chat_id,
                view.message_id,
                view.broadcast_id,
            )
            await transaction.run(
                "INSERT INTO broadcast_views (broadcast_id, chat_id, message_id, content_revision) "
                "VALUES ($1, $2, $3, $4)",
                view.broadcast_id,
                view.chat_id,
                view.message_id,
                view.content_revision,
            )

    async def hide(self, chat_id: ChatId, message_id: int) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "DELETE FROM broadcast_views WHERE chat_id = $1 AND message_id = $2", chat_id, message_id
            )

    async def views(self, broadcast_id: BroadcastId) -> list[View]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT v.* FROM broadcast_views v JOIN editors e ON e.user_id = v.chat_id WHERE v.broadcast_id = $1",
                broadcast_id,
            )
            return [
                View(row["broadcast_id"], row["chat_id"], row["message_id"], row["content_revision"]) for row in rows
            ]

    async def copies(
        self, broadcast_id: BroadcastId, *, after: int | None = None, limit: int = 5000, missing: bool = False
    ) -> list[Copy]:
        async with self._database.read() as transaction:
            return await copies.page(transaction, broadcast_id, after, limit, missing)

    async def copy(self, broadcast_id: BroadcastId, chat_id: ChatId) -> Copy | None:
        async with self._database.read() as transaction:
            return await copies.one(transaction, broadcast_id, chat_id)

    async def forms(self, broadcast_id: BroadcastId) -> dict[MessageForm, int]:
        async with self._database.read() as transaction:
            return await copies.forms(transaction, broadcast_id)

    async def wants(self, wanted: Audience, chat_id: ChatId) -> bool:
        async with self._database.read() as transaction:
            return await audience.includes(transaction, audience.dump(wanted), chat_id)


async def _parent_is_gone(transaction: Transaction, row: Row) -> bool:
    """Whether there is nothing any more that it could correct or add to."""
    if row["parent_id"] is None:
        return False
    sql = "SELECT 1 FROM broadcasts WHERE id = $1 AND recalled_at IS NULL AND state NOT IN ('draft', 'cancelled')"
    return not await transaction.value(sql, row["parent_id"])


async def _approve(transaction: Transaction, row: Row, by: int, now: datetime) -> int:
    """This editor agrees to this revision; how many do, counting only who is an editor now."""
    await transaction.run(
        "INSERT INTO broadcast_approvals (broadcast_id, revision, user_id, at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        row["id"],
        row["revision"],
        by,
        to_ms(now),
    )
    return int(
        await transaction.value(
            "SELECT count(*) FROM broadcast_approvals a JOIN editors e ON e.user_id = a.user_id "
            "WHERE a.broadcast_id = $1 AND a.revision = $2",
            row["id"],
            row["revision"],
        )
    )


async def _send(transaction: Transaction, row: Row, now: datetime, starts_at: int) -> None:
    job = await fanouts.broadcast(transaction, row["id"], row["wanted"], now, starts_at)
    await _begin(transaction, row["id"], job, await audience.count(transaction, row["wanted"]), now, starts_at)


async def _correct(transaction: Transaction, row: Row, now: datetime) -> None:
    """Copies that wait have the new content from this commit on; those delivered are edited."""
    parent = await transaction.row("SELECT * FROM broadcasts WHERE id = $1", row["parent_id"])
    assert parent
    await transaction.run(
        f"UPDATE broadcasts SET {TEXT}, as_card = 0, revision = revision + 1, content_revision = revision + 1 "  # noqa: S608
        "WHERE id = $1",
        parent["id"],
        row["text"],
        row["entities"],
        row["media"],
    )
    before = {"text": parent["text"], "entities": json.loads(parent["entities"]), "media": json.loads(parent["media"])}
    await transaction.run("UPDATE broadcasts SET replaced = $2 WHERE id = $1", row["id"], json.dumps(before))
    job = await fanouts.change(transaction, Action.EDIT, now, broadcast_id=parent["id"])
    await _begin(transaction, row["id"], job, await copies.count(transaction, parent["id"]), now, to_ms(now))


async def _begin(
    transaction: Transaction, broadcast_id: int, job: int, readers: int, now: datetime, starts_at: int
) -> None:
    await transaction.run(
        "UPDATE broadcasts SET state = 'confirmed', confirmed_at = $2, starts_at = $3, audience = $4, job = $5 "
        "WHERE id = $1",
        broadcast_id,
        to_ms(now),
        starts_at,
        readers,
        job,
    )
