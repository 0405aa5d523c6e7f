-- How each reader wants to be left in peace. Minutes of the day are local to the reader's zone; NULL: not set.
ALTER TABLE readers ADD COLUMN zone TEXT;
ALTER TABLE readers ADD COLUMN quiet_from INTEGER;
ALTER TABLE readers ADD COLUMN quiet_to INTEGER;
ALTER TABLE readers ADD COLUMN breaking_wakes INTEGER NOT NULL DEFAULT 1;
ALTER TABLE readers ADD COLUMN digest TEXT NOT NULL DEFAULT 'daily';
ALTER TABLE readers ADD COLUMN digest_at INTEGER NOT NULL DEFAULT 1140;
ALTER TABLE readers ADD COLUMN daily_limit INTEGER;
ALTER TABLE readers ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;
-- Codes separated by commas; '': all languages.
ALTER TABLE readers ADD COLUMN news_languages TEXT NOT NULL DEFAULT '';
ALTER TABLE readers ADD COLUMN rich INTEGER NOT NULL DEFAULT 1;
ALTER TABLE readers ADD COLUMN everything_mode TEXT NOT NULL DEFAULT 'now';
-- Whether any of it makes the reader's posts a matter of thought: for all others filling is one statement.
ALTER TABLE readers ADD COLUMN special INTEGER NOT NULL DEFAULT 0;
-- Posts of one local day (its number since 1970), for those with a limit.
ALTER TABLE readers ADD COLUMN counted_day INTEGER;
ALTER TABLE readers ADD COLUMN counted_posts INTEGER NOT NULL DEFAULT 0;

-- now, digest, or off: an exception from everything.
ALTER TABLE reader_categories ADD COLUMN mode TEXT NOT NULL DEFAULT 'now';

-- Words and phrases that a reader follows or mutes, as typed and as stems separated by spaces. `first` is the first stem.
CREATE TABLE reader_words (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id),
    phrase TEXT NOT NULL,
    stems TEXT NOT NULL,
    first TEXT NOT NULL,
    follows INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (chat_id, phrase)
) STRICT, WITHOUT ROWID;
CREATE INDEX reader_words_followed ON reader_words (first, chat_id) WHERE follows = 1;

-- Held back by the reader's own wishes: what comes after quiet hours comes as one message.
ALTER TABLE deliveries ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
