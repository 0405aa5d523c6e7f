"""The copies of a broadcast: how many ended how, and what became of each."""

from __future__ import annotations

from bot.model.broadcasts import BroadcastKind, Tally
from bot.model.deliveries import DeliveryState, MessageForm
from bot.model.ids import ChatId
from bot.model.newsroom import Copy
from storage.engine import Row, Transaction
from storage.figures import how_they_ended, of_broadcast, of_job, progress
from storage.moments import from_ms, from_ms_or_none


async def count(transaction: Transaction, broadcast_id: int) -> int:
    """Copies that were delivered, those just leaving included."""
    ended = await how_they_ended(transaction, of_broadcast(broadcast_id))
    leaving = await transaction.value(
        "SELECT count(*) FROM deliveries WHERE state = 'sending' AND broadcast_id = $1 AND action = 'send'",
        broadcast_id,
    )
    return sum(ended.get(DeliveryState.SENT, {}).values()) + int(leaving)


async def tally(transaction: Transaction, broadcast_id: int) -> Tally:
    row = await transaction.row(
        "SELECT b.kind, b.audience, b.job, f.filled, f.done, f.withdrawn_at FROM broadcasts b "
        "JOIN fanouts f ON f.id = b.job WHERE b.id = $1",
        broadcast_id,
    )
    if row is None:
        return Tally(0)
    changes = row["kind"] in (BroadcastKind.CORRECTION, BroadcastKind.RECALL)
    ended = await how_they_ended(transaction, of_job(row["job"]) if changes else of_broadcast(broadcast_id))
    by_state = {state: sum(seconds.values()) for state, seconds in ended.items()}
    withdrawn = row["withdrawn_at"] is not None
    if withdrawn:
        # Cancelling goes step by step; that nobody else gets it holds at once.
        waiting = await transaction.value(
            "SELECT count(*) FROM deliveries WHERE state = 'sending' AND job = $1", row["job"]
        )
        by_state.pop(DeliveryState.CANCELLED, None)
        known = sum(by_state.values()) + int(waiting)
        by_state[DeliveryState.CANCELLED] = max(0, max(row["audience"], row["filled"]) - known)
    else:
        waiting = row["filled"] - sum(by_state.values())
    if waiting:
        by_state[DeliveryState.PENDING] = int(waiting)
    times = progress("", row["filled"], ended)
    return Tally(
        audience=row["audience"],
        by_state={state: number for state, number in by_state.items() if number},
        filled=bool(row["done"]),
        withdrawn=withdrawn,
        half=times.half,
        most=times.most,
        last=times.last,
    )


async def forms(transaction: Transaction, broadcast_id: int) -> dict[MessageForm, int]:
    """Of a correction or recall."""
    rows = await transaction.rows(
        "SELECT d.form, count(*) FROM deliveries d WHERE d.action != 'send' AND d.state = 'sent' "
        "AND d.job = (SELECT job FROM broadcasts WHERE id = $1) GROUP BY d.form",
        broadcast_id,
    )
    return {MessageForm(row[0]): row[1] for row in rows if row[0]}


async def page(transaction: Transaction, broadcast_id: int, after: int | None, limit: int, missing: bool) -> list[Copy]:
    """The copies of readers after that one; `missing`: only those that did not arrive."""
    which = "AND d.state != 'sent'" if missing else ""
    rows = await transaction.rows(
        f"SELECT * FROM deliveries d WHERE d.broadcast_id = $1 AND d.action = 'send' AND d.chat_id > $2 {which} "  # noqa: S608
        "ORDER BY d.chat_id LIMIT $3",
        broadcast_id,
        -(2**63) if after is None else after,
        limit,
    )
    return [_copy(row) for row in rows]


async def one(transaction: Transaction, broadcast_id: int, chat_id: int) -> Copy | None:
    row = await transaction.row(
        "SELECT * FROM deliveries WHERE broadcast_id = $1 AND action = 'send' AND chat_id = $2", broadcast_id, chat_id
    )
    return None if row is None else _copy(row)


def _copy(row: Row) -> Copy:
    return Copy(
        chat_id=ChatId(row["chat_id"]),
        state=DeliveryState(row["state"]),
        blocked=bool(row["blocked"]),
        error=row["error"],
        due_at=from_ms(row["due_at"]),
        settled_at=from_ms_or_none(row["settled_at"]),
        revision=row["revision"],
        form=None if row["form"] is None else MessageForm(row["form"]),
    )
