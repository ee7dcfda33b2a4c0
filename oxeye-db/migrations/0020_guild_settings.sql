-- What a guild has set for itself; NULL: as the operator has set it.
CREATE TABLE guild_settings (
    guild_id       INTEGER PRIMARY KEY REFERENCES guilds (id),
    time_zone      TEXT,
    language       TEXT,
    last_seen_secs INTEGER,
    retention_days INTEGER,
    -- What members are shown: 1 heads, 2 playtime, 4 rankings, 8 the history.
    shown          INTEGER NOT NULL
) STRICT;
