"""The photos, videos and recordings of articles. One that stays over an edit keeps what is known of it at Telegram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.model.articles import Attachment, AttachmentKind, MediaResult, Photo
from bot.model.ids import ArticleId
from storage.engine import Transaction

# A list of ids travels as one JSON parameter: the statement stays the same for every length.
IDS = "(SELECT value FROM json_each($1))"
UNKNOWN = (None, 0)
"""file_id and refused of what Telegram has not been given yet."""


async def learn(transaction: Transaction, results: Sequence[MediaResult]) -> None:
    """What Telegram has or refuses of the articles' photos, videos and recordings."""
    learned = [(one.article_id, one.url, one.file_id, int(one.refused)) for one in results]
    for table in ("photos", "attachments"):
        await transaction.run_many(
            f"UPDATE {table} SET file_id = $3, refused = $4 WHERE article_id = $1 AND url = $2",  # noqa: S608
            learned,
        )


async def load_photos(transaction: Transaction, wanted: str) -> dict[int, list[Photo]]:
    """By article, in order, of the articles whose ids are in a JSON list."""
    photos: dict[int, list[Photo]] = defaultdict(list)
    for row in await transaction.rows(
        f"SELECT * FROM photos WHERE article_id IN {IDS} ORDER BY article_id, position",  # noqa: S608
        wanted,
    ):
        photos[row["article_id"]].append(
            Photo(
                url=row["url"],
                caption=row["caption"],
                credit=row["credit"],
                width=row["width"],
                height=row["height"],
                file_id=row["file_id"],
                refused=bool(row["refused"]),
            )
        )
    return photos


async def load_attachments(transaction: Transaction, wanted: str) -> dict[int, list[Attachment]]:
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    for row in await transaction.rows(
        f"SELECT * FROM attachments WHERE article_id IN {IDS} ORDER BY article_id, position",  # noqa: S608
        wanted,
    ):
        attachments[row["article_id"]].append(
            Attachment(
                kind=AttachmentKind(row["kind"]),
                url=row["url"],
                mime=row["mime"],
                size=row["size"],
                seconds=row["seconds"],
                cover=row["cover"],
                title=row["title"],
                performer=row["performer"],
                file_id=row["file_id"],
                refused=bool(row["refused"]),
            )
        )
    return attachments


async def store_photos(transaction: Transaction, article_id: ArticleId, photos: Sequence[Photo]) -> None:
    """Replace the photos."""
    known = await _known(transaction, "photos", article_id)
    await transaction.run("DELETE FROM photos WHERE article_id = $1", article_id)
    await transaction.run_many(
        "INSERT INTO photos (article_id, position, url, caption, credit, width, height, file_id, refused) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (
                article_id,
                position,
                one.url,
                one.caption,
                one.credit,
                one.width,
                one.height,
                *known.get(one.url, UNKNOWN),
            )
            for position, one in enumerate(photos)
        ],
    )


async def store_attachments(transaction: Transaction, article_id: ArticleId, attachments: Sequence[Attachment]) -> None:
    """Replace the attachments."""
    known = await _known(transaction, "attachments", article_id)
    await transaction.run("DELETE FROM attachments WHERE article_id = $1", article_id)
    await transaction.run_many(
        "INSERT INTO attachments (article_id, position, kind, url, mime, size, seconds, cover, title, performer, "
        "file_id, refused) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            (
                article_id,
                position,
                one.kind,
                one.url,
                one.mime,
                one.size,
                one.seconds,
                one.cover,
                one.title,
                one.performer,
                *known.get(one.url, UNKNOWN),
            )
            for position, one in enumerate(attachments)
        ],
    )


async def _known(transaction: Transaction, table: str, article_id: ArticleId) -> dict[str, tuple[Any, Any]]:
    """(file_id, refused) by address."""
    before = await transaction.rows(f"SELECT url, file_id, refused FROM {table} WHERE article_id = $1", article_id)  # noqa: S608
    return {row["url"]: (row["file_id"], row["refused"]) for row in before}
