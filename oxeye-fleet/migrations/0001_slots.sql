-- Places for game servers, from their allocation to their deletion. A row is written before the engine is
-- called and again when it has answered.
CREATE TABLE slots (
    id         INTEGER PRIMARY KEY,
    owner      TEXT    NOT NULL,
    world      TEXT    NOT NULL,
    port       INTEGER NOT NULL UNIQUE,
    state      TEXT    NOT NULL,
    run        INTEGER NOT NULL,
    wanted     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Visits of players. A row may be missing, or be there a little too long, after a crash.
CREATE TABLE sessions (
    id        BLOB    PRIMARY KEY,
    slot_id   INTEGER NOT NULL REFERENCES slots (id) ON DELETE CASCADE,
    player    TEXT    NOT NULL,
    joined_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_slot ON sessions (slot_id);
