-- What people typed and tapped, from before Telegram is told that it may forget it. `content` is emptied when it has been
-- handled; the number stays for a day, so that an update that comes twice is handled once.
CREATE TABLE updates (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    handled_at INTEGER
) STRICT;
CREATE INDEX updates_open ON updates (id) WHERE handled_at IS NULL;

-- Since when the database is a restored backup, until the feed's next good poll: that one brings what was published
-- since the backup, of which nobody knows what readers have had already.
ALTER TABLE feeds ADD COLUMN restored_at INTEGER;

-- When the log was told that all of its deliveries have ended.
ALTER TABLE fanouts ADD COLUMN reported_at INTEGER;
UPDATE fanouts SET reported_at = created_at WHERE done = 1;
CREATE INDEX fanouts_unreported ON fanouts (article_id)
    WHERE done = 1 AND reported_at IS NULL AND action = 'send' AND article_id IS NOT NULL;
