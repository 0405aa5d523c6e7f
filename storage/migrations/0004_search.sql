-- The stems of each article (storage/stems.py), made by the program; `folded` are those of words with Kazakh letters as
-- they look without these (storage/spellings.py). The row's number is the article's.
CREATE VIRTUAL TABLE search USING fts5 (
    title, lead, body, folded, tokenize = "unicode61 remove_diacritics 0", prefix = '3'
);
-- Articles whose stems are missing or outdated: entered by the triggers, so that no way of writing an article can be
-- forgotten, and worked off in steps.
CREATE TABLE unindexed (article_id INTEGER NOT NULL PRIMARY KEY) STRICT;
INSERT INTO unindexed SELECT id FROM articles;
CREATE TRIGGER articles_inserted AFTER INSERT ON articles
    BEGIN INSERT INTO unindexed (article_id) VALUES (NEW.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER articles_rewritten AFTER UPDATE OF title, lead, body, language ON articles
    BEGIN INSERT INTO unindexed (article_id) VALUES (NEW.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER articles_deleted AFTER DELETE ON articles
    BEGIN DELETE FROM unindexed WHERE article_id = OLD.id; DELETE FROM search WHERE rowid = OLD.id; END;

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
