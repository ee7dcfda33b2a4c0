-- Which accounts used which player names, per guild, as its servers reported them.
--
-- There is a foreign key to guilds but none to players: forgetting a player rewrites the pages of
-- players' names, which SQLite allows only while no other table refers to them. Code that deletes a
-- player also deletes these rows in the same transaction, which the order of the key makes cheap.
CREATE TABLE player_uuids (
    player_id         INTEGER NOT NULL,
    guild_id          INTEGER NOT NULL REFERENCES guilds (id),
    uuid              BLOB    NOT NULL CHECK (length(uuid) = 16),
    first_reported_at INTEGER NOT NULL,
    -- Accurate to a day: a UUID that is reported again and again is not written each time.
    last_reported_at  INTEGER NOT NULL,
    PRIMARY KEY (player_id, guild_id, uuid),
    CHECK (first_reported_at <= last_reported_at)
) STRICT, WITHOUT ROWID;
