"""Articles: storing what a poll brought, and reading it back."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.model.articles import Article, ArticlePage, Category, MediaResult, ParsedArticle, Published
from bot.model.feeds import Validators
from bot.model.ids import ArticleId, CategoryId, ChatId, FeedId
from storage import fanouts
from storage.arrivals import categorise, content_hash, insert
from storage.articles import load_articles, load_categories
from storage.bodies import CURRENT, dump_body, is_current, load_body
from storage.brought import adopt
from storage.engine import NEWS, Database, Transaction
from storage.figures import of_article
from storage.indexing import forget, index_some
from storage.matching import match, remember
from storage.media import IDS, learn, store_attachments, store_photos
from storage.moments import EPOCH, to_ms
from storage.search import SHOWN, saved
from storage.twins import story_key, twin

RECENT = timedelta(days=7)
LOOKED_AT = 2000
"""Articles whose languages are those of the newsroom."""
NEWS_FOR = timedelta(days=1)
"""A story that another feed of the newsroom brings later than this is no news for its readers there either."""
MOST_LISTED = 1000
"""Articles of a list that are counted; nobody turns 200 pages."""
CHURN_CAP, CHURN_WINDOW = 6, timedelta(days=1)
"""Edits of one article that count within a day. Of 198 real text edits in seven months no article had more; feeds
that rewrite an article at every poll do exist."""


class SqliteNews:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self,
        feed_id: FeedId,
        articles: Sequence[ParsedArticle],
        *,
        title: str,
        language: str,
        validators: Validators,
        now: datetime,
        next_poll_at: datetime,
        expires_at: datetime,
        moved_to: str | None = None,
        shown_at_first: int = 0,
    ) -> Published:
        new: list[ArticleId] = []
        changed: list[ArticleId] = []
        announced: list[ArticleId] = []
        async with self._database.write(NEWS) as transaction:
            feed = await transaction.row("SELECT * FROM feeds WHERE id = $1", feed_id)
            if feed is None:
                raise LookupError(f"no feed {feed_id}")
            baseline = feed["baseline_at"] is None
            fallback = title or urlsplit(feed["url"]).hostname or feed["url"]
            known = await match(transaction, feed_id, articles)
            for parsed, here in zip(articles, known, strict=True):
                article_id, announce = here.article_id if here else None, False
                if here is not None:
                    if article_id is not None and await _update(transaction, feed_id, article_id, parsed, now):
                        changed.append(article_id)
                        await fanouts.follow(transaction, article_id, now)
                elif elsewhere := await _elsewhere(transaction, feed_id, parsed, now):
                    # The same story in one more feed: for the readers of its category there it is new.
                    article_id = elsewhere
                    await adopt(transaction, article_id, feed_id, content_hash(parsed))
                    gained = await categorise(transaction, article_id, parsed, language, fallback, now)
                    announce = gained and await _is_news(transaction, article_id, now)
                else:
                    article_id = await insert(transaction, feed_id, parsed, now)
                    await categorise(transaction, article_id, parsed, language, fallback, now)
                    new.append(article_id)
                    announce = True
                await remember(transaction, feed_id, parsed, article_id)
                if feed["restored_at"] is not None and _is_old(parsed, now, expires_at):
                    announce = False
                if announce and article_id is not None:
                    announced.append(article_id)
            if baseline:
                announced = announced[-shown_at_first:] if shown_at_first else []
            await fanouts.announce(transaction, announced, now, expires_at)
            await index_some(transaction)
            await transaction.run(
                "UPDATE feeds SET title = $2, language = $3, etag = $4, last_modified = $5, body_hash = $6, "
                "baseline_at = coalesce(baseline_at, $7), last_success_at = $7, next_poll_at = $8, failures = 0, "
                "failing_since = NULL, told = 0, last_error = '', restored_at = NULL, entries = $9, photos = $10 "
                "WHERE id = $1",
                feed_id,
                title,
                language,
                validators.etag,
                validators.last_modified,
                validators.body_hash,
                to_ms(now),
                to_ms(next_poll_at),
                len(articles),
                sum(bool(parsed.photos) for parsed in articles),
            )
            if moved_to:
                await transaction.run(
                    "UPDATE feeds SET url = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM feeds o WHERE o.url = $2)",
                    feed_id,
                    moved_to,
                )
        return Published(tuple(new), tuple(changed), baseline)

    async def unknown(self, feed_id: FeedId, identities: Sequence[bytes]) -> set[bytes]:
        async with self._database.read() as transaction:
            return {
                identity
                for identity in identities
                if not await transaction.value(
                    "SELECT 1 FROM entries WHERE feed_id = $1 AND identity = $2", feed_id, identity
                )
            }

    async def article(self, article_id: ArticleId) -> Article | None:
        async with self._database.read() as transaction:
            found = await load_articles(transaction, [article_id])
            return found[0] if found else None

    async def shown(self, article_id: ArticleId) -> Article | None:
        async with self._database.read() as transaction:
            found = await transaction.value(f"SELECT 1 FROM articles a WHERE a.id = $1 AND {SHOWN}", article_id)  # noqa: S608
            return (await load_articles(transaction, [article_id]))[0] if found else None

    async def learn(self, media: Sequence[MediaResult]) -> None:
        async with self._database.write() as transaction:
            await learn(transaction, media)

    async def count_opening(self, article_id: ArticleId, now: datetime) -> None:
        async with self._database.write() as transaction:
            await transaction.run(
                "INSERT INTO openings (article_id, day, openings) SELECT id, $2, 1 FROM articles WHERE id = $1 "
                "ON CONFLICT (article_id, day) DO UPDATE SET openings = openings.openings + 1",
                article_id,
                (now - EPOCH).days,
            )

    async def prune(self, before: datetime, *, limit: int = 200) -> int:
        async with self._database.write(NEWS) as transaction:
            rows = await transaction.rows(
                "SELECT id FROM articles a WHERE first_seen_at < $1 "
                "AND NOT EXISTS (SELECT 1 FROM bookmarks b WHERE b.article_id = a.id) "
                "AND NOT EXISTS (SELECT 1 FROM removed_bookmarks b WHERE b.article_id = a.id) "
                "AND NOT EXISTS (SELECT 1 FROM fanouts f WHERE f.article_id = a.id AND f.done = 0) "
                "ORDER BY first_seen_at LIMIT $2",
                to_ms(before),
                limit,
            )
            ids = json.dumps([row["id"] for row in rows])
            await transaction.run(f"UPDATE entries SET article_id = NULL WHERE article_id IN {IDS}", ids)  # noqa: S608
            await forget(transaction, [ArticleId(row["id"]) for row in rows])
            for table in ("photos", "attachments", "article_categories", "openings", "fanouts"):
                await transaction.run(f"DELETE FROM {table} WHERE article_id IN {IDS}", ids)  # noqa: S608
            subjects = json.dumps([of_article(row["id"]) for row in rows])
            await transaction.run(f"DELETE FROM figures WHERE subject IN {IDS}", subjects)  # noqa: S608
            await transaction.run(f"DELETE FROM articles WHERE id IN {IDS}", ids)  # noqa: S608
            return len(rows)

    async def latest(
        self,
        *,
        chat_id: ChatId | None = None,
        category: CategoryId | None = None,
        offset: int = 0,
        limit: int = 5,
    ) -> ArticlePage:
        # The newest of a category are those that came last.
        newest = f"category_id = $3 ORDER BY article_id DESC LIMIT {MOST_LISTED}"
        within = "" if category is None else f"AND a.id IN (SELECT article_id FROM article_categories WHERE {newest})"  # noqa: S608
        listed = f"FROM articles a WHERE {SHOWN} {within} ORDER BY a.published_at DESC, a.id DESC LIMIT $1 OFFSET $2"
        parameters = () if category is None else (category,)
        async with self._database.read() as transaction:
            rows = await transaction.rows(f"SELECT a.id {listed}", limit, offset, *parameters)
            ids = [ArticleId(row["id"]) for row in rows]
            counted = f"SELECT count(*) FROM (SELECT 1 {listed})"  # noqa: S608
            return ArticlePage(
                articles=tuple(await load_articles(transaction, ids)),
                total=int(await transaction.value(counted, MOST_LISTED, 0, *parameters)),
                saved=await saved(transaction, chat_id, ids),
            )

    async def categories(self, now: datetime) -> list[Category]:
        async with self._database.read() as transaction:
            return await load_categories(transaction, since=to_ms(now - RECENT))

    async def newest(self, categories: Collection[CategoryId], languages: Collection[str]) -> Article | None:
        async with self._database.read() as transaction:
            found = await transaction.value(
                "SELECT a.id FROM articles a WHERE EXISTS (SELECT 1 FROM article_categories ac "  # noqa: S608
                f"WHERE ac.article_id = a.id AND ac.category_id IN {IDS}) AND ($3 = 0 OR a.language = '' OR "
                "a.language IN (SELECT value FROM json_each($2))) ORDER BY a.published_at DESC, a.id DESC LIMIT 1",
                json.dumps(list(categories)),
                json.dumps(list(languages)),
                len(languages),
            )
            articles = await load_articles(transaction, [] if found is None else [ArticleId(found)])
            return articles[0] if articles else None

    async def count_recent(self, categories: Collection[CategoryId], now: datetime) -> int:
        async with self._database.read() as transaction:
            return int(
                await transaction.value(
                    "SELECT count(*) FROM articles a WHERE a.first_seen_at >= $2 AND EXISTS "  # noqa: S608
                    "(SELECT 1 FROM article_categories ac WHERE ac.article_id = a.id "
                    f"AND ac.category_id IN {IDS})",
                    json.dumps(list(categories)),
                    to_ms(now - RECENT),
                )
            )

    async def languages(self) -> list[str]:
        async with self._database.read() as transaction:
            rows = await transaction.rows(
                "SELECT language, count(*) FROM (SELECT language FROM articles WHERE language != '' "
                "ORDER BY published_at DESC, id DESC LIMIT $1) GROUP BY language ORDER BY count(*) DESC, language",
                LOOKED_AT,
            )
            return [row["language"] for row in rows]


async def _elsewhere(
    transaction: Transaction, feed_id: FeedId, parsed: ParsedArticle, now: datetime
) -> ArticleId | None:
    """The article that another feed of the newsroom brought under the same address, or the same story under another."""
    if parsed.link_key is not None:
        found = await transaction.value(
            "SELECT a.id FROM articles a WHERE a.link_key = $1 AND NOT EXISTS "
            "(SELECT 1 FROM entries e WHERE e.article_id = a.id AND e.feed_id = $2) ORDER BY a.id LIMIT 1",
            parsed.link_key,
            feed_id,
        )
        if found is not None:
            return ArticleId(found)
    return await twin(transaction, feed_id, parsed, now)


async def _is_news(transaction: Transaction, article_id: ArticleId, now: datetime) -> bool:
    seen = await transaction.value("SELECT first_seen_at FROM articles WHERE id = $1", article_id)
    return bool(seen > to_ms(now - NEWS_FOR))


def _is_old(parsed: ParsedArticle, now: datetime, expires_at: datetime) -> bool:
    """Published longer ago than a post of now would live. Without a date nobody can say, and most of a feed is old."""
    return parsed.published_at is None or parsed.published_at < now - (expires_at - now)


async def _update(
    transaction: Transaction, feed_id: FeedId, article_id: ArticleId, parsed: ParsedArticle, now: datetime
) -> bool:
    """Keep what the site says now. True: an edit that readers should see; of an article that changes all the time
    only the first few of a day are."""
    fresh = content_hash(parsed)
    body = dump_body(parsed.body) if parsed.body else None
    # What one feed says of an article is not compared with what another feed of the newsroom says of it.
    known = await transaction.row(
        "SELECT title, body, content_hash, edits, edits_since FROM articles WHERE id = $1 AND feed_id = $2 "
        "AND (content_hash != $3 OR body != $4 OR body NOT LIKE $5)",
        article_id,
        feed_id,
        fresh,
        body,
        f"{CURRENT}%",
    )
    if known is None:
        return False
    # What came from the page stays while the feed has nothing to put there.
    body = body or (known["body"] if is_current(known["body"]) else dump_body(load_body(known["body"])))
    if known["content_hash"] == fresh:
        await transaction.run("UPDATE articles SET body = $2, indexed = 0 WHERE id = $1", article_id, body)
        return False
    # A version before this one read articles less well: what it stored differs without any edit of the site's.
    edited = is_current(known["body"]) or _words(known["title"]) != _words(parsed.title)
    edits, since = known["edits"], known["edits_since"]
    if edited:
        restless = since is not None and to_ms(now - CHURN_WINDOW) < since
        edits, since = (edits + 1, since) if restless else (1, to_ms(now))
    await transaction.run(
        "UPDATE articles SET title = $2, link = $3, lead = $4, body = $5, author = $6, content_hash = $7, indexed = 0, "
        "revision = revision + $8, edits = $9, edits_since = $10, edited_at = coalesce($11, edited_at), "
        "story_key = $12 WHERE id = $1",
        article_id,
        parsed.title,
        parsed.link,
        parsed.lead,
        body,
        parsed.author,
        fresh,
        int(edited),
        edits,
        since,
        to_ms(now) if edited else None,
        story_key(parsed),
    )
    if parsed.photos:
        await store_photos(transaction, article_id, parsed.photos)
    if parsed.attachments:
        await store_attachments(transaction, article_id, parsed.attachments)
    return edited and edits <= CHURN_CAP


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", title)
