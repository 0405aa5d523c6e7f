-- Moments are UTC epoch milliseconds. One statement ends at a semicolon that ends a line.

CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    -- As the settings name it; `url` follows the feed when it moves for good.
    seed_url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    etag TEXT,
    last_modified TEXT,
    body_hash BLOB,
    baseline_at INTEGER,
    next_poll_at INTEGER NOT NULL,
    last_success_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    failing_since INTEGER,
    told INTEGER NOT NULL DEFAULT 0,
    entries INTEGER NOT NULL DEFAULT 0,
    photos INTEGER NOT NULL DEFAULT 0,
    page_selector TEXT,
    stopped_at INTEGER
) STRICT;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    link_key BLOB,
    lead TEXT NOT NULL,
    -- JSON: [[kind, text, url], …]
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    language TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    content_hash BLOB NOT NULL,
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    edits INTEGER NOT NULL DEFAULT 0,
    edits_since INTEGER
) STRICT;
CREATE INDEX articles_seen ON articles (first_seen_at);
CREATE INDEX articles_newest ON articles (published_at DESC, id DESC);
CREATE INDEX articles_link ON articles (link_key) WHERE link_key IS NOT NULL;

-- What a feed calls an article. Two feeds of one newsroom may bring the same one. An entry outlives its article, so
-- that a pruned one is not announced again when a feed still lists it.
CREATE TABLE entries (
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    identity BLOB NOT NULL,
    article_id INTEGER REFERENCES articles (id),
    link_key BLOB,
    title_key BLOB NOT NULL,
    published_at INTEGER,
    PRIMARY KEY (feed_id, identity)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_link ON entries (feed_id, link_key) WHERE link_key IS NOT NULL;
CREATE INDEX entries_by_words ON entries (feed_id, title_key, published_at);
CREATE INDEX entries_by_article ON entries (article_id);

CREATE TABLE photos (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT NOT NULL,
    credit TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    file_id TEXT,
    refused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    position INTEGER,
    hidden INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE category_names (
    category_id INTEGER NOT NULL REFERENCES categories (id),
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (category_id, language)
) STRICT, WITHOUT ROWID;

-- Every wording under which feeds name a category, folded to one case.
CREATE TABLE category_labels (
    label TEXT NOT NULL PRIMARY KEY,
    category_id INTEGER NOT NULL REFERENCES categories (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE article_categories (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    category_id INTEGER NOT NULL REFERENCES categories (id),
    PRIMARY KEY (article_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_categories_by_category ON article_categories (category_id, article_id);

CREATE TABLE readers (
    chat_id INTEGER NOT NULL PRIMARY KEY,
    language TEXT NOT NULL,
    everything_since INTEGER,
    left_at INTEGER,
    unreachable_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE reader_categories (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id),
    category_id INTEGER NOT NULL REFERENCES categories (id),
    since INTEGER NOT NULL,
    PRIMARY KEY (chat_id, category_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmarks (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bookmarks_by_article ON bookmarks (article_id);
CREATE INDEX bookmarks_newest ON bookmarks (chat_id, saved_at DESC, article_id DESC);

CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL,
    text TEXT NOT NULL,
    entities TEXT NOT NULL,
    photo_file_id TEXT,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    starts_at INTEGER,
    audience INTEGER NOT NULL DEFAULT 0,
    progress_message_id INTEGER
) STRICT;
CREATE INDEX broadcasts_unfinished ON broadcasts (id) WHERE state = 'confirmed';

-- A promise to many: turned into deliveries step by step, from the reader after `cursor` on.
CREATE TABLE fanouts (
    id INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    article_id INTEGER REFERENCES articles (id),
    broadcast_id INTEGER REFERENCES broadcasts (id),
    cursor INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER,
    done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX fanouts_open ON fanouts (class, id) WHERE done = 0;
CREATE INDEX fanouts_by_article ON fanouts (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX fanouts_by_broadcast ON fanouts (broadcast_id) WHERE broadcast_id IS NOT NULL;

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    article_id INTEGER,
    broadcast_id INTEGER,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    expires_at INTEGER,
    owner TEXT,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    message_id INTEGER,
    form TEXT,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX deliveries_article ON deliveries (chat_id, article_id) WHERE article_id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_broadcast ON deliveries (chat_id, broadcast_id) WHERE broadcast_id IS NOT NULL;
CREATE INDEX deliveries_pending ON deliveries (class, due_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 'sending';
CREATE INDEX deliveries_tally ON deliveries (broadcast_id, state) WHERE broadcast_id IS NOT NULL;
