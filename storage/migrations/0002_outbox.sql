-- Deliveries of one article are made in the order of their readers: an index in that order grows at its end, however
-- many there are, while one led by the reader would touch another page for each of them.
ALTER TABLE deliveries ADD COLUMN action TEXT NOT NULL DEFAULT 'send';
-- The fan-out that made it.
ALTER TABLE deliveries ADD COLUMN job INTEGER;
-- Ids of the other messages of an album, JSON.
ALTER TABLE deliveries ADD COLUMN more TEXT;
-- The first of those that left as one message.
ALTER TABLE deliveries ADD COLUMN bundle INTEGER;
DROP INDEX deliveries_article;
CREATE UNIQUE INDEX deliveries_article ON deliveries (article_id, chat_id)
    WHERE article_id IS NOT NULL AND action = 'send';
DROP INDEX deliveries_broadcast;
CREATE UNIQUE INDEX deliveries_broadcast ON deliveries (broadcast_id, chat_id)
    WHERE broadcast_id IS NOT NULL AND action = 'send';
CREATE UNIQUE INDEX deliveries_change ON deliveries (job, chat_id) WHERE action != 'send';
CREATE INDEX deliveries_bundle ON deliveries (bundle) WHERE bundle IS NOT NULL;
DROP INDEX deliveries_tally;
-- What waits for one reader: bundled, or cancelled when he leaves.
CREATE INDEX deliveries_waiting ON deliveries (chat_id) WHERE state = 'pending';
CREATE INDEX readers_receiving ON readers (chat_id) WHERE left_at IS NULL AND unreachable_at IS NULL;
CREATE INDEX readers_of_everything ON readers (chat_id)
    WHERE left_at IS NULL AND unreachable_at IS NULL AND everything_since IS NOT NULL;
CREATE INDEX reader_categories_readers ON reader_categories (category_id, chat_id);

ALTER TABLE fanouts ADD COLUMN action TEXT NOT NULL DEFAULT 'send';
-- When its deliveries may leave; filling may start at due_at.
ALTER TABLE fanouts ADD COLUMN leaves_at INTEGER;
ALTER TABLE fanouts ADD COLUMN filled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fanouts ADD COLUMN withdrawn_at INTEGER;
CREATE INDEX fanouts_withdrawn ON fanouts (article_id, broadcast_id) WHERE withdrawn_at IS NOT NULL;
UPDATE fanouts SET filled = (SELECT count(*) FROM deliveries d WHERE d.broadcast_id = fanouts.broadcast_id)
    WHERE broadcast_id IS NOT NULL;
UPDATE fanouts SET filled = (SELECT count(*) FROM deliveries d WHERE d.article_id = fanouts.article_id)
    WHERE article_id IS NOT NULL
    AND id = (SELECT min(id) FROM fanouts f WHERE f.article_id = fanouts.article_id);

CREATE TABLE outbox (last_sent_at INTEGER) STRICT;
INSERT INTO outbox SELECT max(settled_at) FROM deliveries WHERE state = 'sent';

-- How the deliveries of one article (a12), broadcast (b12) or change of one (j12, its fan-out) ended, and how long after
-- they were due. Kept by a trigger, so that no way of ending can be forgotten; outlives the deliveries.
CREATE TABLE figures (
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    PRIMARY KEY (subject, state, seconds)
) STRICT, WITHOUT ROWID;
INSERT INTO figures
    SELECT coalesce('a' || article_id, 'b' || broadcast_id), state, 0, count(*) FROM deliveries
    WHERE state NOT IN ('pending', 'sending') GROUP BY 1, 2;
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
