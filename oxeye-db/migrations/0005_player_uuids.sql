-- Which account went under which name, per guild, as its servers reported it.
--
-- Guilds are referred to formally. Players are not: the pages of their names are written again when
-- one of them is forgotten, which SQLite allows only where nothing refers to them. Whoever deletes a
-- player deletes these rows in the same transaction, which the order of the key makes cheap.
CREATE TABLE player_uuids (
    player_id         INTEGER NOT NULL,
    guild_id          INTEGER NOT NULL REFERENCES guilds (id),
    uuid              BLOB    NOT NULL CHECK (length(uuid) = 16),
    first_reported_at INTEGER NOT NULL,
    -- To the day: a UUID that is reported again and again is not written each time.
    last_reported_at  INTEGER NOT NULL,
    PRIMARY KEY (player_id, guild_id, uuid),
    CHECK (first_reported_at <= last_reported_at)
) STRICT, WITHOUT ROWID;
