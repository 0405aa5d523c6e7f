-- Who runs the newsroom's side. Those whom ADMIN_IDS names are owners as long as it does.
CREATE TABLE editors (
    user_id INTEGER NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    named INTEGER NOT NULL DEFAULT 0,
    added_by INTEGER,
    added_at INTEGER NOT NULL
) STRICT;

-- Every action of an editor. Written with the action itself, never changed, never pruned.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    done INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, id);

-- Questions to editors that the next message, or a reply to the question, answers.
CREATE TABLE prompts (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    subject INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    -- Whether a message that is no reply answers it, too.
    open INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (chat_id, message_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE broadcasts ADD COLUMN kind TEXT NOT NULL DEFAULT 'alert';
ALTER TABLE broadcasts ADD COLUMN parent_id INTEGER REFERENCES broadcasts (id);
-- JSON: [[kind, file_id], …]
ALTER TABLE broadcasts ADD COLUMN media TEXT NOT NULL DEFAULT '[]';
UPDATE broadcasts SET media = json_array(json_array('photo', photo_file_id)) WHERE photo_file_id IS NOT NULL;
ALTER TABLE broadcasts DROP COLUMN photo_file_id;
-- Telegram's id of the album that it is made of, whose messages come one by one.
ALTER TABLE broadcasts ADD COLUMN album TEXT;
ALTER TABLE broadcasts ADD COLUMN content_revision INTEGER NOT NULL DEFAULT 1;
-- The article whose link was written, and whether its card is what leaves.
ALTER TABLE broadcasts ADD COLUMN article_id INTEGER;
ALTER TABLE broadcasts ADD COLUMN as_card INTEGER NOT NULL DEFAULT 0;
-- JSON of whom it is for; '{}': all. `audience` is their number.
ALTER TABLE broadcasts ADD COLUMN wanted TEXT NOT NULL DEFAULT '{}';
ALTER TABLE broadcasts ADD COLUMN planned_at INTEGER;
ALTER TABLE broadcasts ADD COLUMN job INTEGER;
ALTER TABLE broadcasts ADD COLUMN ended_at INTEGER;
ALTER TABLE broadcasts ADD COLUMN recalled_at INTEGER;
-- JSON of what a correction replaced.
ALTER TABLE broadcasts ADD COLUMN replaced TEXT;
UPDATE broadcasts SET job = (SELECT max(f.id) FROM fanouts f WHERE f.broadcast_id = broadcasts.id AND f.action = 'send'),
    ended_at = CASE WHEN state IN ('done', 'cancelled') THEN coalesce(starts_at, created_at) END;
DROP INDEX broadcasts_unfinished;
CREATE INDEX broadcasts_unfinished ON broadcasts (id) WHERE ended_at IS NULL AND state IN ('confirmed', 'stopped');
CREATE INDEX broadcasts_drafts ON broadcasts (id) WHERE state = 'draft';
CREATE INDEX broadcasts_by_parent ON broadcasts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX broadcasts_by_album ON broadcasts (album) WHERE album IS NOT NULL;

CREATE TABLE broadcast_approvals (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
    revision INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (broadcast_id, revision, user_id)
) STRICT, WITHOUT ROWID;

-- Messages in editors' chats that show a broadcast and are kept up to date: of each editor the latest one.
CREATE TABLE broadcast_views (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    content_revision INTEGER NOT NULL,
    PRIMARY KEY (broadcast_id, chat_id)
) STRICT, WITHOUT ROWID;
INSERT INTO broadcast_views SELECT id, author, progress_message_id, revision FROM broadcasts
    WHERE progress_message_id IS NOT NULL AND ended_at IS NULL;
ALTER TABLE broadcasts DROP COLUMN progress_message_id;

-- JSON of whom a broadcast's fan-out is for; NULL: all.
ALTER TABLE fanouts ADD COLUMN audience TEXT;
-- An editor's pause: nothing of it is made or leaves. 2: the bot's own, since it was off when it should have started.
ALTER TABLE fanouts ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
-- What was withdrawn is cancelled in steps, from the reader after `swept` on; NULL: that has ended, or never began.
ALTER TABLE fanouts ADD COLUMN swept INTEGER;
CREATE INDEX fanouts_unswept ON fanouts (id) WHERE swept IS NOT NULL;
-- Of breaking news and corrections: whether nothing of it waits any more. What is urgent is claimed by fan-out, so that
-- what is paused or was withdrawn is never looked at.
ALTER TABLE fanouts ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX fanouts_urgent ON fanouts (class, id) WHERE class <= 1 AND closed = 0;
UPDATE deliveries SET job = (SELECT max(f.id) FROM fanouts f WHERE f.broadcast_id = deliveries.broadcast_id
    AND f.action = deliveries.action) WHERE job IS NULL AND broadcast_id IS NOT NULL;
CREATE INDEX deliveries_urgent ON deliveries (job, due_at, id) WHERE state = 'pending' AND class <= 1;

-- The revision of the broadcast that the message shows.
ALTER TABLE deliveries ADD COLUMN revision INTEGER;
UPDATE deliveries SET revision = 1 WHERE broadcast_id IS NOT NULL;
-- Of the dead ones, whether the chat takes nothing from us.
ALTER TABLE deliveries ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER deliveries_ended;
CREATE TRIGGER deliveries_ended AFTER UPDATE OF state ON deliveries
    WHEN NEW.state NOT IN ('pending', 'sending') AND OLD.state IN ('pending', 'sending')
    BEGIN INSERT INTO figures (subject, state, seconds, deliveries) VALUES (
        CASE WHEN NEW.action != 'send' THEN 'j' || NEW.job
            ELSE coalesce('a' || NEW.article_id, 'b' || NEW.broadcast_id) END,
        CASE WHEN NEW.state = 'dead' AND NEW.blocked = 1 THEN 'blocked' ELSE NEW.state END,
        CASE
            WHEN NEW.state != 'sent' OR NEW.settled_at IS NULL THEN 0
            WHEN NEW.settled_at - NEW.created_at < 120000 THEN max(0, NEW.settled_at - NEW.created_at) / 1000
            WHEN NEW.settled_at - NEW.created_at < 7200000 THEN (NEW.settled_at - NEW.created_at) / 60000 * 60
            ELSE (NEW.settled_at - NEW.created_at) / 3600000 * 3600
        END,
        1
    ) ON CONFLICT DO UPDATE SET deliveries = deliveries + 1; END;
UPDATE fanouts SET swept = -9223372036854775808 WHERE withdrawn_at IS NOT NULL;

-- What editors decide about a feed: seconds between its polls (NULL: the setting's), a pause, the language of its
-- articles (''; its own), and a label that each of them has besides its own. A removed one is not seeded again.
ALTER TABLE feeds ADD COLUMN interval INTEGER;
ALTER TABLE feeds ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN own_language TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN own_label TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN removed_at INTEGER;

ALTER TABLE categories ADD COLUMN emoji TEXT NOT NULL DEFAULT '';

-- Withheld: recalled, and not listed. Pinned: first in every digest.
ALTER TABLE articles ADD COLUMN withheld_at INTEGER;
ALTER TABLE articles ADD COLUMN pinned_at INTEGER;
CREATE INDEX articles_pinned ON articles (id) WHERE pinned_at IS NOT NULL;
