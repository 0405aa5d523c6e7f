-- Which stems (storage/stems.py, made by the program) stand in which article. Those of words with Kazakh letters stand
-- there a second time, behind a ~, as they look without these (storage/spellings.py).
CREATE TABLE stems (
    id INTEGER PRIMARY KEY,
    stem TEXT /*! COLLATE "C" */ NOT NULL UNIQUE,
    articles INTEGER NOT NULL
) STRICT;

-- Weight: 0 to 1000, how much the article is about it.
CREATE TABLE postings (
    stem_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    PRIMARY KEY (stem_id, article_id)
) STRICT, WITHOUT ROWID;

-- All stems of an article by their numbers in order, its parts separated by |: for phrases, and to take it out again.
CREATE TABLE wordings (
    article_id INTEGER NOT NULL PRIMARY KEY REFERENCES articles (id),
    stems TEXT NOT NULL
) STRICT;

-- The revision that is in the index; another one than the article's: it waits to be brought there.
ALTER TABLE articles ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX articles_unindexed ON articles (id) WHERE indexed != revision;

-- What readers searched for last: the buttons under a page of results name it by its number.
CREATE TABLE searches (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    category_id INTEGER REFERENCES categories (id) ON DELETE CASCADE,
    asked_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX searches_known ON searches (chat_id, words, coalesce(category_id, 0));
CREATE INDEX searches_by_age ON searches (asked_at);

-- Bookmarks that were taken off, for as long as that can be undone; their articles are kept, too.
CREATE TABLE removed_bookmarks (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id) ON DELETE CASCADE,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    saved_at INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_bookmarks_by_article ON removed_bookmarks (article_id);
CREATE INDEX removed_bookmarks_by_age ON removed_bookmarks (removed_at);
