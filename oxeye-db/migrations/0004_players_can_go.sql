-- A player can be forgotten, and one of whom nothing is left is not kept. While these tables formally
-- refer to players, SQLite looks through all sessions for each player that goes. An index would
-- spare that, and cost every join and leave; so the reference goes instead. Whoever deletes a
-- player deletes what is known of them in the same transaction.
CREATE TABLE sessions_kept (
    id        INTEGER PRIMARY KEY,
    server_id INTEGER NOT NULL REFERENCES servers (id),
    player_id INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    left_at   INTEGER,
    seen_at   INTEGER,
    ended     TEXT,
    texture   BLOB,
    CHECK (left_at >= joined_at),
    CHECK ((left_at IS NULL) = (ended IS NULL) AND (left_at IS NULL) = (seen_at IS NULL))
) STRICT;
INSERT INTO sessions_kept
    SELECT id, server_id, player_id, joined_at, left_at, seen_at, ended, texture FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_kept RENAME TO sessions;
CREATE UNIQUE INDEX open_sessions ON sessions (server_id, player_id) WHERE left_at IS NULL;

CREATE TABLE loose_ends_kept (
    server_id INTEGER NOT NULL REFERENCES servers (id),
    player_id INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT    NOT NULL CHECK (kind IN ('join', 'leave')),
    PRIMARY KEY (server_id, player_id, at, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO loose_ends_kept SELECT server_id, player_id, at, kind FROM loose_ends;
DROP TABLE loose_ends;
ALTER TABLE loose_ends_kept RENAME TO loose_ends;

CREATE TABLE imported_playtime_kept (
    server_id   INTEGER NOT NULL REFERENCES servers (id),
    player_id   INTEGER NOT NULL,
    seconds     INTEGER NOT NULL CHECK (seconds >= 0),
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (server_id, player_id)
) STRICT, WITHOUT ROWID;
INSERT INTO imported_playtime_kept
    SELECT server_id, player_id, seconds, imported_at FROM imported_playtime;
DROP TABLE imported_playtime;
ALTER TABLE imported_playtime_kept RENAME TO imported_playtime;
CREATE INDEX imported_playtime_of_player ON imported_playtime (player_id);
