-- What players did. Sessions and playtime are not here: they follow from the stays in the store.

-- The names of counters and of collections, once each.
CREATE TABLE words (
    id INTEGER PRIMARY KEY,
    word TEXT NOT NULL UNIQUE
) STRICT;

-- A player of a guild. The UUID belongs to the number, so nothing splits when it becomes known.
CREATE TABLE players (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    uuid BLOB,
    -- How many events were stored so far: the number of the next one.
    events INTEGER NOT NULL DEFAULT 0,
    last_event_at INTEGER NOT NULL,
    UNIQUE (guild_id, name)
) STRICT;

-- The newest events of each player. `slot` is the event's number modulo how many are kept, so that a new event
-- replaces the oldest one in place.
CREATE TABLE events (
    player_id INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    -- As it was sent. Anybody may invent types, so they are not kept once for all.
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- JSON; empty if there are none.
    details TEXT NOT NULL,
    PRIMARY KEY (player_id, slot)
) STRICT, WITHOUT ROWID;

-- `day` is a UTC day, counted from 1970-01-01. The guild is repeated here so that a ranking reads adjacent rows.
CREATE TABLE day_counters (
    guild_id INTEGER NOT NULL,
    counter_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    player_id INTEGER NOT NULL,
    amount REAL NOT NULL,
    PRIMARY KEY (guild_id, counter_id, day, player_id)
) STRICT, WITHOUT ROWID;

-- The counters of sessions. `began_at` is when the stay that the event belongs to began, as it was known when the
-- event arrived; a session may consist of several stays.
CREATE TABLE session_counters (
    player_id INTEGER NOT NULL,
    began_at INTEGER NOT NULL,
    counter_id INTEGER NOT NULL,
    amount REAL NOT NULL,
    PRIMARY KEY (player_id, began_at, counter_id)
) STRICT, WITHOUT ROWID;

-- Values that were collected, each once a day. `at` is the latest event with it.
CREATE TABLE collected (
    player_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    collection_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (player_id, day, collection_id, value)
) STRICT, WITHOUT ROWID;

-- Which numbered events of which epoch of a server were taken.
CREATE TABLE event_ranges (
    server_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    PRIMARY KEY (server_id, epoch, first_seq)
) STRICT, WITHOUT ROWID;

-- The Idempotency-Keys of single events.
CREATE TABLE idempotency_keys (
    server_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (server_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (at);
