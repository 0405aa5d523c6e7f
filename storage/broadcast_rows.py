"""Rows of broadcasts as what the program calls them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.model.broadcasts import Announcement, Broadcast, BroadcastKind, BroadcastState, Media, MediaKind
from bot.model.ids import ArticleId, BroadcastId, ChatId
from storage import audience
from storage.engine import Row
from storage.fanouts import PAUSED_AS_LATE
from storage.moments import from_ms, from_ms_or_none

LOOK = (
    "SELECT b.*, coalesce(f.paused, 0) AS paused, "
    "(SELECT json_group_array(a.user_id) FROM broadcast_approvals a JOIN editors e ON e.user_id = a.user_id "
    "WHERE a.broadcast_id = b.id AND a.revision = b.revision) AS approvals "
    "FROM broadcasts b LEFT JOIN fanouts f ON f.id = b.job"
)


def dump_entities(announcement: Announcement) -> str:
    return json.dumps([dict(entity) for entity in announcement.entities])


def dump_media(media: Sequence[Media]) -> str:
    return json.dumps([[one.kind, one.file_id] for one in media])


def broadcast_of(row: Row) -> Broadcast:
    return Broadcast(
        id=BroadcastId(row["id"]),
        kind=BroadcastKind(row["kind"]),
        author=ChatId(row["author"]),
        announcement=Announcement(
            row["text"],
            tuple(json.loads(row["entities"])),
            tuple(Media(MediaKind(kind), file_id) for kind, file_id in json.loads(row["media"])),
            ArticleId(row["article_id"]) if row["as_card"] else None,
        ),
        state=BroadcastState(row["state"]),
        revision=row["revision"],
        content_revision=row["content_revision"],
        created_at=from_ms(row["created_at"]),
        audience=audience.load(row["wanted"]),
        article_id=row["article_id"],
        parent_id=row["parent_id"],
        planned_at=from_ms_or_none(row["planned_at"]),
        starts_at=from_ms_or_none(row["starts_at"]),
        readers=row["audience"],
        job=row["job"],
        paused=row["paused"] > 0,
        late=row["paused"] == PAUSED_AS_LATE,
        ended_at=from_ms_or_none(row["ended_at"]),
        recalled_at=from_ms_or_none(row["recalled_at"]),
        approvals=tuple(ChatId(one) for one in json.loads(row["approvals"])),
    )
