-- articles.body is JSON of one of two shapes: [[kind, text, url], …] as versions before this one wrote it, and
-- [2, block, …] with its formatting (storage/bodies.py), written whenever the article is stored anew.

CREATE TABLE attachments (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER,
    seconds INTEGER,
    cover TEXT NOT NULL,
    title TEXT NOT NULL,
    performer TEXT NOT NULL,
    file_id TEXT,
    refused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

-- When the last edit came that readers should see.
ALTER TABLE articles ADD COLUMN edited_at INTEGER;

-- How often readers opened the whole article, by day (its number since 1970, UTC).
CREATE TABLE openings (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    day INTEGER NOT NULL,
    openings INTEGER NOT NULL,
    PRIMARY KEY (article_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX openings_by_day ON openings (day);
