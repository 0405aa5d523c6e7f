"""What editors decide about single articles: to publish one by hand, to withhold it, to pin it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.articles import ParsedArticle
from bot.model.deliveries import Action
from bot.model.ids import ArticleId, CategoryId, ChatId
from bot.model.newsroom import Act
from storage import audit, fanouts
from storage.arrivals import found_category, insert
from storage.brought import desk
from storage.engine import NEWS, Database
from storage.indexing import index_some
from storage.moments import EPOCH, to_ms


class SqliteCuration:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def linked(self, link_keys: Sequence[bytes]) -> ArticleId | None:
        async with self._database.read() as transaction:
            for key in link_keys:
                found = await transaction.value("SELECT max(id) FROM articles WHERE link_key = $1", key)
                if found is not None:
                    return ArticleId(found)
        return None

    async def category(self, labels: Sequence[str]) -> CategoryId | None:
        async with self._database.read() as transaction:
            for label in labels:
                # In a read nothing can be founded.
                known = await found_category(transaction, label, "", EPOCH, found=False)
                shown = await transaction.value("SELECT id FROM categories WHERE id = $1 AND hidden = 0", known)
                if shown is not None:
                    return CategoryId(shown)
        return None

    async def bring(
        self,
        article: ParsedArticle,
        category: CategoryId | None,
        otherwise: str,
        by: ChatId,
        now: datetime,
        expires_at: datetime,
    ) -> ArticleId:
        async with self._database.write(NEWS) as transaction:
            known = await transaction.value("SELECT max(id) FROM articles WHERE link_key = $1", article.link_key)
            if known is None:
                brought = await insert(transaction, await desk(transaction, now), article, now)
                place = await transaction.value("SELECT id FROM categories WHERE id = $1", category)
                if place is None:
                    place = await found_category(transaction, otherwise, article.language, now, found=True)
                await transaction.run(
                    "INSERT INTO article_categories (article_id, category_id) VALUES ($1, $2)", brought, place
                )
                await fanouts.announce(transaction, [brought], now, expires_at)
                await index_some(transaction)
            article_id = brought if known is None else ArticleId(known)
            detail = f"{article.title} {article.link}"
            await audit.note(transaction, by, Act.BROUGHT, f"a{article_id}", now, detail=detail, done=known is None)
            return article_id

    async def publish(self, article_id: ArticleId, by: ChatId, now: datetime, expires_at: datetime) -> bool:
        async with self._database.write() as transaction:
            title = await transaction.value("SELECT title FROM articles WHERE id = $1", article_id)
            leaving = await transaction.value(
                "SELECT 1 FROM fanouts WHERE article_id = $1 AND action = 'send' AND withdrawn_at IS NULL", article_id
            )
            done = title is not None and not leaving
            if done:
                # Who was to get it when it was withheld is to get it now.
                await transaction.run(
                    "DELETE FROM deliveries WHERE article_id = $1 AND action = 'send' AND state IN "
                    "('cancelled', 'pending')",
                    article_id,
                )
                await transaction.run("DELETE FROM fanouts WHERE article_id = $1 AND action = 'send'", article_id)
                await transaction.run("UPDATE articles SET withheld_at = NULL WHERE id = $1", article_id)
                # Copies that the recall has not reached yet stay.
                for recall in await transaction.rows(
                    "SELECT id FROM fanouts WHERE article_id = $1 AND action = 'recall'", article_id
                ):
                    await fanouts.stop(transaction, recall["id"], now)
                await fanouts.announce(transaction, [article_id], now, expires_at)
            await audit.note(transaction, by, Act.PUBLISHED, f"a{article_id}", now, detail=title or "", done=done)
            return bool(done)

    async def withhold(self, article_id: ArticleId, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            row = await transaction.row(
                "UPDATE articles SET withheld_at = $2, pinned_at = NULL WHERE id = $1 AND withheld_at IS NULL "
                "RETURNING title",
                article_id,
                to_ms(now),
            )
            if row is not None:
                await fanouts.withdraw(transaction, now, article_id=article_id, broadcast_id=None)
                await fanouts.change(transaction, Action.RECALL, now, article_id=article_id)
            title = row["title"] if row else ""
            await audit.note(transaction, by, Act.WITHHELD, f"a{article_id}", now, detail=title, done=row is not None)
            return row is not None

    async def pin(self, article_id: ArticleId, on: bool, by: ChatId, now: datetime) -> bool:
        async with self._database.write() as transaction:
            if on:
                await transaction.run("UPDATE articles SET pinned_at = NULL WHERE pinned_at IS NOT NULL")
            row = await transaction.row(
                "UPDATE articles SET pinned_at = $2 WHERE id = $1 AND withheld_at IS NULL RETURNING title",
                article_id,
                to_ms(now) if on else None,
            )
            act, title = Act.PINNED if on else Act.UNPINNED, row["title"] if row else ""
            await audit.note(transaction, by, act, f"a{article_id}", now, detail=title, done=row is not None)
            return row is not None

    async def standing(self, article_id: ArticleId) -> tuple[bool, bool, bool]:
        async with self._database.read() as transaction:
            row = await transaction.row(
                "SELECT withheld_at IS NOT NULL AS withheld, pinned_at IS NOT NULL AS pinned, EXISTS (SELECT 1 FROM "
                "fanouts f WHERE f.article_id = a.id AND f.action = 'send' AND f.withdrawn_at IS NULL) AS announced "
                "FROM articles a WHERE id = $1",
                article_id,
            )
            return (bool(row["announced"]), bool(row["withheld"]), bool(row["pinned"])) if row else (False,) * 3
