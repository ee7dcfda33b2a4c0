-- Each player's name once.
CREATE TABLE players (
    id   INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

-- One stay of one player on one server. Open while left_at is NULL.
--
-- There is no foreign key to players: SQLite would scan all sessions for each player that is forgotten,
-- or every join would pay for an index. Whoever deletes a player deletes what is known of them in the
-- same transaction.
CREATE TABLE sessions (
    id        INTEGER PRIMARY KEY,
    server_id INTEGER NOT NULL REFERENCES servers (id),
    player_id INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    left_at   INTEGER,
    -- The last evidence that the player was there; earlier than left_at only where that is estimated.
    seen_at   INTEGER,
    -- How the end is known: left, server_stopped, disconnected, missing_from_sync, stale.
    ended     TEXT,
    -- What the player wears, while they are online.
    texture   BLOB,
    CHECK (left_at >= joined_at),
    CHECK ((left_at IS NULL) = (ended IS NULL) AND (left_at IS NULL) = (seen_at IS NULL))
) STRICT;

-- At most one open session per server and player. Small, since few sessions are open.
CREATE UNIQUE INDEX open_sessions ON sessions (server_id, player_id) WHERE left_at IS NULL;

-- Joins within a session and leaves outside of one: an event that comes late may still give them a
-- meaning, and until then they are evidence that the player was there.
CREATE TABLE loose_ends (
    server_id INTEGER NOT NULL REFERENCES servers (id),
    player_id INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT    NOT NULL CHECK (kind IN ('join', 'leave')),
    PRIMARY KEY (server_id, player_id, at, kind)
) STRICT, WITHOUT ROWID;

-- Which events of which epoch have been taken: a batch that comes again changes nothing.
CREATE TABLE event_ranges (
    server_id INTEGER NOT NULL REFERENCES servers (id),
    epoch     INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    PRIMARY KEY (server_id, epoch, first_seq)
) STRICT, WITHOUT ROWID;

-- Playtime from before Oxeye, per player and server; no sessions are known of it.
CREATE TABLE imported_playtime (
    server_id   INTEGER NOT NULL REFERENCES servers (id),
    player_id   INTEGER NOT NULL,
    seconds     INTEGER NOT NULL CHECK (seconds >= 0),
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (server_id, player_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_playtime_of_player ON imported_playtime (player_id);

-- The last evidence of who was on, the last sync and the last session there was then, and the promised
-- seconds between two heartbeats.
ALTER TABLE servers ADD COLUMN heard_at INTEGER;
ALTER TABLE servers ADD COLUMN synced_at INTEGER;
ALTER TABLE servers ADD COLUMN synced_session INTEGER;
ALTER TABLE servers ADD COLUMN heartbeat_secs INTEGER;
