"""A database of the version before editors could do all this: what was on its way goes on, and nothing is lost."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from bot.model.broadcasts import BroadcastState, Media, MediaKind
from bot.model.deliveries import DeliveryState
from bot.model.ids import BroadcastId, ChatId
from storage import open_storage
from storage.schema import APPLICATION, migrations, statements
from tests.contract.world import EDITOR

BEFORE = 5
AT = 1_764_000_000_000
NOW = datetime.fromtimestamp(AT / 1000, UTC)


def older(path: Path) -> None:
    with sqlite3.connect(path) as database:
        for number, script in migrations():
            if number <= BEFORE:
                for statement in statements(script):
                    database.execute(statement)
        database.execute(f"PRAGMA user_version = {BEFORE}")
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        for chat in (5, 6, 7):
            database.execute("INSERT INTO readers (chat_id, language, created_at) VALUES (?, 'ru', 0)", (chat,))
        made = "INSERT INTO broadcasts (id, author, text, entities, photo_file_id, state, created_at, starts_at, "
        made += "audience, progress_message_id) VALUES (?, 1, 'Пожар', '[]', ?, ?, ?, ?, 3, ?)"
        database.execute(made, (1, None, "done", AT, AT, 10))
        database.execute(made, (2, "photo-1", "confirmed", AT, AT, 20))
        database.execute(made, (3, None, "draft", AT, None, 30))
        for number, done in ((1, 1), (2, 1)):
            database.execute(
                "INSERT INTO fanouts (id, class, broadcast_id, cursor, created_at, due_at, done, filled) "
                "VALUES (?, 0, ?, 7, ?, ?, ?, 3)",
                (number, number, AT, AT, done),
            )
        for chat, state in ((5, "sent"), (6, "pending"), (7, "pending")):
            database.execute(
                "INSERT INTO deliveries (class, chat_id, broadcast_id, state, due_at, created_at, message_id, form) "
                "VALUES (0, ?, 2, ?, ?, ?, 100, ?)",
                (chat, state, AT, AT, "photo" if state == "sent" else None),
            )
        database.execute("INSERT INTO figures VALUES ('b2', 'sent', 0, 1)")
    database.close()


async def test_what_was_on_its_way_goes_on(tmp_path: Path) -> None:
    older(tmp_path / "old.db")
    storage = await open_storage(f"sqlite:///{tmp_path}/old.db")
    try:
        await storage.editors.set_owners([EDITOR], NOW)
        (going,) = await storage.broadcasts.unfinished()
        assert going.announcement.media == (Media(MediaKind.PHOTO, "photo-1"),)
        assert [view.message_id for view in await storage.broadcasts.views(going.id)] == [20]
        assert (await storage.broadcasts.tally(going.id)).left == 2
        claimed = await storage.outbox.claim("one", NOW, lease=NOW - NOW, limit=10)
        assert {one.chat_id for one in claimed} == {ChatId(6), ChatId(7)}
        assert len(await storage.outbox.begin([one.id for one in claimed], "one", NOW)) == 2
        assert (await storage.broadcasts.tally(going.id)).by_state == {DeliveryState.SENT: 1, DeliveryState.PENDING: 2}
        assert await storage.broadcasts.recall(going.id, EDITOR, NOW)
        assert [one.id for one in await storage.broadcasts.ended()] == [1]
        draft = await storage.broadcasts.get(BroadcastId(3))
        assert draft
        assert draft.state is BroadcastState.DRAFT
    finally:
        await storage.close()
