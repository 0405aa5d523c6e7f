-- What one process at a time does, and which processes there are: whoever holds a lease renews it in time; when it is
-- over, its holder counts as dead and another one may take it.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The process that handles it.
ALTER TABLE updates ADD COLUMN owner TEXT;

-- The pace that all processes share (one row): from when on the next message may leave, in microseconds.
CREATE TABLE pace (next_at INTEGER NOT NULL) STRICT;
INSERT INTO pace (next_at) VALUES (0);
