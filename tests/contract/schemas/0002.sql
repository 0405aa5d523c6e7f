BEGIN TRANSACTION;
CREATE TABLE article_categories (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    category_id INTEGER NOT NULL REFERENCES categories (id),
    PRIMARY KEY (article_id, category_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "article_categories" VALUES(1,1);
INSERT INTO "article_categories" VALUES(2,1);
INSERT INTO "article_categories" VALUES(3,2);
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
INSERT INTO "articles" VALUES(1,'старая','https://example.kz/старая',X'BD389156A95EE18D2C4C646D87F97E74BEA7A5D26B61250BED724D848C2EB18F','Лид: старая','[]','','ru',1795435200000,1795435200000,1,X'E65489FFCCA479B233E272FCA298305CC2ABD48E5100D4249FF424DA4171696C',1,0,NULL);
INSERT INTO "articles" VALUES(2,'Мост открыт','https://example.kz/Мост открыт',X'C9FAC48DDAA9CAFE6C00F192ED02B747A6C8597D97BFE8607029EDC68B737B7E','Лид: Мост открыт','[["text", "На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. На линию вышли автобусы. ", ""]]','','ru',1795435200000,1795435200000,1,X'DEB7108D15EF591DEF0BF5DBA12E11E2FAB1202BE870AE8D3627F60EB72BB34F',1,0,NULL);
INSERT INTO "articles" VALUES(3,'Мост закрыт','https://example.kz/Мост закрыт',X'E8529830B32E57CF1427B3844D7673FC4F2440165563D2F46B4E2C4FCA9DCCA5','Лид: Мост закрыт','[]','','ru',1795435200000,1795435260000,1,X'C4B5D69FC1242157F3F48AB6B10607618600A3D7AE6E61C2F1CED84C367FBD28',1,0,NULL);
CREATE TABLE bookmarks (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, article_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "bookmarks" VALUES(5,2,1795435200000);
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
INSERT INTO "broadcasts" VALUES(1,1,'Отключение воды','[]',NULL,'confirmed',1,1795435260000,1795435260000,1795435260000,2,NULL);
CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    position INTEGER,
    hidden INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "categories" VALUES(1,NULL,0,1795435200000);
INSERT INTO "categories" VALUES(2,NULL,0,1795435260000);
CREATE TABLE category_labels (
    label TEXT NOT NULL PRIMARY KEY,
    category_id INTEGER NOT NULL REFERENCES categories (id)
) STRICT, WITHOUT ROWID;
INSERT INTO "category_labels" VALUES('политика',1);
INSERT INTO "category_labels" VALUES('экономика',2);
CREATE TABLE category_names (
    category_id INTEGER NOT NULL REFERENCES categories (id),
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (category_id, language)
) STRICT, WITHOUT ROWID;
INSERT INTO "category_names" VALUES(1,'ru','Политика');
INSERT INTO "category_names" VALUES(2,'ru','Экономика');
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
, action TEXT NOT NULL DEFAULT 'send', job INTEGER, more TEXT, bundle INTEGER) STRICT;
INSERT INTO "deliveries" VALUES(1,2,5,2,NULL,'sent',1,1795435200000,1795456800000,NULL,NULL,1795435200000,1795435200000,7,'text','','send',1,NULL,NULL);
INSERT INTO "deliveries" VALUES(2,2,6,2,NULL,'sending',1,1795435200000,1795456800000,'one',1795435500000,1795435200000,NULL,NULL,NULL,'','send',1,NULL,NULL);
INSERT INTO "deliveries" VALUES(3,0,5,NULL,1,'pending',0,1795435260000,NULL,NULL,NULL,1795435260000,NULL,NULL,NULL,'','send',3,NULL,NULL);
INSERT INTO "deliveries" VALUES(4,0,6,NULL,1,'pending',0,1795435260000,NULL,NULL,NULL,1795435260000,NULL,NULL,NULL,'','send',3,NULL,NULL);
INSERT INTO "deliveries" VALUES(5,2,5,3,NULL,'pending',0,1795435260000,1795456860000,NULL,NULL,1795435260000,NULL,NULL,NULL,'','send',2,NULL,NULL);
INSERT INTO "deliveries" VALUES(6,2,6,3,NULL,'pending',0,1795435260000,1795456860000,NULL,NULL,1795435260000,NULL,NULL,NULL,'','send',2,NULL,NULL);
CREATE TABLE entries (
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    identity BLOB NOT NULL,
    article_id INTEGER REFERENCES articles (id),
    link_key BLOB,
    title_key BLOB NOT NULL,
    published_at INTEGER,
    PRIMARY KEY (feed_id, identity)
) STRICT, WITHOUT ROWID;
INSERT INTO "entries" VALUES(1,X'722AA99E23FA1D1B6BDCE1B17C38F20347AA58D416AD14314F31BC7658050B80',1,X'BD389156A95EE18D2C4C646D87F97E74BEA7A5D26B61250BED724D848C2EB18F',X'722AA99E23FA1D1B6BDCE1B17C38F203',1795435200000);
INSERT INTO "entries" VALUES(1,X'96E0DFD800BCCB15D3E17D67894A655F10E5F9E2ADF8AE749B42AFE7B5CDDE2D',3,X'E8529830B32E57CF1427B3844D7673FC4F2440165563D2F46B4E2C4FCA9DCCA5',X'EA6758E31FF8FC9C884986B18206C983',1795435200000);
INSERT INTO "entries" VALUES(1,X'A16B7231E7BC68B2D7E6668503AB09800D042246735842142340F150AAC97892',2,X'C9FAC48DDAA9CAFE6C00F192ED02B747A6C8597D97BFE8607029EDC68B737B7E',X'F73FC3F88579EEEEAD719885DDAA4234',1795435200000);
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
, action TEXT NOT NULL DEFAULT 'send', leaves_at INTEGER, filled INTEGER NOT NULL DEFAULT 0, withdrawn_at INTEGER) STRICT;
INSERT INTO "fanouts" VALUES(1,2,2,NULL,6,1795435200000,1795435200000,1795456800000,1,'send',NULL,2,NULL);
INSERT INTO "fanouts" VALUES(2,2,3,NULL,6,1795435260000,1795435260000,1795456860000,1,'send',NULL,2,NULL);
INSERT INTO "fanouts" VALUES(3,0,NULL,1,6,1795435260000,1795435260000,NULL,1,'send',NULL,2,NULL);
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
INSERT INTO "feeds" VALUES(1,'https://example.kz/rss','https://example.kz/rss','Газета','ru','"1"',NULL,X'68617368',1795435200000,1795435320000,1795435260000,0,'',NULL,0,1,1,NULL,NULL);
CREATE TABLE figures (
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    PRIMARY KEY (subject, state, seconds)
) STRICT, WITHOUT ROWID;
INSERT INTO "figures" VALUES('a2','sent',0,1);
CREATE TABLE outbox (last_sent_at INTEGER) STRICT;
INSERT INTO "outbox" VALUES(1795435200000);
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
INSERT INTO "photos" VALUES(1,0,'https://example.kz/старая.jpg','','',NULL,NULL,NULL,0);
INSERT INTO "photos" VALUES(2,0,'https://example.kz/Мост открыт.jpg','','',NULL,NULL,NULL,0);
INSERT INTO "photos" VALUES(3,0,'https://example.kz/Мост закрыт.jpg','','',NULL,NULL,NULL,0);
CREATE TABLE reader_categories (
    chat_id INTEGER NOT NULL REFERENCES readers (chat_id),
    category_id INTEGER NOT NULL REFERENCES categories (id),
    since INTEGER NOT NULL,
    PRIMARY KEY (chat_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE readers (
    chat_id INTEGER NOT NULL PRIMARY KEY,
    language TEXT NOT NULL,
    everything_since INTEGER,
    left_at INTEGER,
    unreachable_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "readers" VALUES(5,'ru',1795435200000,NULL,NULL,1795435200000);
INSERT INTO "readers" VALUES(6,'ru',1795435200000,NULL,NULL,1795435200000);
INSERT INTO "readers" VALUES(7,'ru',1795435200000,1795435200000,NULL,1795435200000);
CREATE INDEX articles_seen ON articles (first_seen_at);
CREATE INDEX articles_newest ON articles (published_at DESC, id DESC);
CREATE INDEX articles_link ON articles (link_key) WHERE link_key IS NOT NULL;
CREATE INDEX entries_by_link ON entries (feed_id, link_key) WHERE link_key IS NOT NULL;
CREATE INDEX entries_by_words ON entries (feed_id, title_key, published_at);
CREATE INDEX entries_by_article ON entries (article_id);
CREATE INDEX article_categories_by_category ON article_categories (category_id, article_id);
CREATE INDEX bookmarks_by_article ON bookmarks (article_id);
CREATE INDEX bookmarks_newest ON bookmarks (chat_id, saved_at DESC, article_id DESC);
CREATE INDEX broadcasts_unfinished ON broadcasts (id) WHERE state = 'confirmed';
CREATE INDEX fanouts_open ON fanouts (class, id) WHERE done = 0;
CREATE INDEX fanouts_by_article ON fanouts (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX fanouts_by_broadcast ON fanouts (broadcast_id) WHERE broadcast_id IS NOT NULL;
CREATE INDEX deliveries_pending ON deliveries (class, due_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 'sending';
CREATE UNIQUE INDEX deliveries_article ON deliveries (article_id, chat_id)
    WHERE article_id IS NOT NULL AND action = 'send';
CREATE UNIQUE INDEX deliveries_broadcast ON deliveries (broadcast_id, chat_id)
    WHERE broadcast_id IS NOT NULL AND action = 'send';
CREATE UNIQUE INDEX deliveries_change ON deliveries (job, chat_id) WHERE action != 'send';
CREATE INDEX deliveries_bundle ON deliveries (bundle) WHERE bundle IS NOT NULL;
CREATE INDEX deliveries_waiting ON deliveries (chat_id) WHERE state = 'pending';
CREATE INDEX readers_receiving ON readers (chat_id) WHERE left_at IS NULL AND unreachable_at IS NULL;
CREATE INDEX readers_of_everything ON readers (chat_id)
    WHERE left_at IS NULL AND unreachable_at IS NULL AND everything_since IS NOT NULL;
CREATE INDEX reader_categories_readers ON reader_categories (category_id, chat_id);
CREATE INDEX fanouts_withdrawn ON fanouts (article_id, broadcast_id) WHERE withdrawn_at IS NOT NULL;
CREATE TRIGGER deliveries_ended AFTER UPDATE OF state ON deliveries
    WHEN NEW.state NOT IN ('pending', 'sending') AND OLD.state IN ('pending', 'sending')
    BEGIN INSERT INTO figures (subject, state, seconds, deliveries) VALUES (
        CASE WHEN NEW.action != 'send' THEN 'j' || NEW.job
            ELSE coalesce('a' || NEW.article_id, 'b' || NEW.broadcast_id) END,
        NEW.state,
        CASE
            WHEN NEW.state != 'sent' OR NEW.settled_at IS NULL THEN 0
            WHEN NEW.settled_at - NEW.created_at < 120000 THEN max(0, NEW.settled_at - NEW.created_at) / 1000
            WHEN NEW.settled_at - NEW.created_at < 7200000 THEN (NEW.settled_at - NEW.created_at) / 60000 * 60
            ELSE (NEW.settled_at - NEW.created_at) / 3600000 * 3600
        END,
        1
    ) ON CONFLICT DO UPDATE SET deliveries = deliveries + 1; END;
COMMIT;
PRAGMA user_version = 2;
PRAGMA application_id = 1313167187;
