-- Groups and channels to which the bot was added. What each of them gets is chosen in readers, under the same id.
CREATE TABLE chats (
    chat_id INTEGER NOT NULL PRIMARY KEY REFERENCES readers (chat_id),
    -- group, supergroup or channel
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    forum INTEGER NOT NULL DEFAULT 0,
    -- The person who added the bot; NULL: not known, or forgotten at that person's wish.
    added_by INTEGER
) STRICT;
CREATE INDEX chats_by_person ON chats (added_by) WHERE added_by IS NOT NULL;

-- Topics of forums, as far as the bot has heard of them: Telegram does not list them.
CREATE TABLE forum_topics (
    chat_id INTEGER NOT NULL REFERENCES chats (chat_id),
    thread_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (chat_id, thread_id)
) STRICT, WITHOUT ROWID;

-- Into which topic a section goes; without a row, into the chat itself (General).
CREATE TABLE chat_topics (
    chat_id INTEGER NOT NULL REFERENCES chats (chat_id),
    category_id INTEGER NOT NULL REFERENCES categories (id),
    thread_id INTEGER NOT NULL,
    PRIMARY KEY (chat_id, category_id)
) STRICT, WITHOUT ROWID;

-- The city by which a reader chose the zone: several cities share one.
ALTER TABLE readers ADD COLUMN city TEXT NOT NULL DEFAULT '';

-- A phrase has a row for each way in which its stems may stand in a text (storage.stems.readings).
DROP TABLE reader_words;
CREATE TABLE reader_words (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id),
    -- A short mark of the phrase, for buttons.
    mark TEXT NOT NULL,
    -- Separated by spaces; `first` is the first of them.
    stems TEXT NOT NULL,
    first TEXT NOT NULL,
    phrase TEXT NOT NULL,
    follows INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (chat_id, mark, stems)
) STRICT, WITHOUT ROWID;
CREATE INDEX reader_words_followed ON reader_words (first, chat_id) WHERE follows = 1;

-- How many pressed START by way of which campaign's link, by day (its number since 1970, UTC).
CREATE TABLE campaigns (
    tag TEXT NOT NULL,
    day INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    -- Of these, people who were not readers before.
    fresh INTEGER NOT NULL,
    PRIMARY KEY (day, tag)
) STRICT, WITHOUT ROWID;

-- Of the words of its headline: finds the same story in another feed.
ALTER TABLE articles ADD COLUMN story_key BLOB;
CREATE INDEX articles_by_story ON articles (story_key, first_seen_at) WHERE story_key IS NOT NULL;
