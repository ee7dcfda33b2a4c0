-- A recent event now has with it what it adds to the other tables. They learn it when the event is moved, so that a
-- report changes only the end of this table. The events so far are counted already, so they are moved now.
INSERT OR REPLACE INTO events (player_id, slot, number, type, at, details)
    SELECT player_id, number % 500, number, type, at, details FROM recent_events
    ORDER BY player_id, number;
DROP TABLE recent_events;
CREATE TABLE recent_events (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    player_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    details TEXT NOT NULL,
    -- When the stay began during which it happened, if there was one.
    stay_began_at INTEGER,
    -- For each counter its number in `words` and the amount: an integer and a double of 64 bits, little-endian.
    counters BLOB NOT NULL,
    -- Collections and values, such as [[5,"Sol"]]; empty if there are none.
    collected TEXT NOT NULL
) STRICT;
