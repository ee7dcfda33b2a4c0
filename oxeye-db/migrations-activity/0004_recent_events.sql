-- Events that were reported since others were last moved to `events`. Few events of many players lie on few pages
-- here, and on one page per player there.
CREATE TABLE recent_events (
    id INTEGER PRIMARY KEY,
    player_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    details TEXT NOT NULL
) STRICT;
