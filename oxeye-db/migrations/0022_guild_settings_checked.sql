-- The settings of a guild are only what Oxeye writes.
CREATE TABLE checked_guild_settings (
    guild_id       INTEGER PRIMARY KEY REFERENCES guilds (id),
    time_zone      TEXT CHECK (length(time_zone) BETWEEN 1 AND 64),
    language       TEXT CHECK (length(language) BETWEEN 1 AND 16),
    last_seen_secs INTEGER CHECK (last_seen_secs BETWEEN 1 AND 4294967295),
    retention_days INTEGER CHECK (retention_days BETWEEN 1 AND 3660),
    -- What members are shown: 1 heads, 2 playtime, 4 rankings, 8 the history.
    shown          INTEGER NOT NULL CHECK (shown BETWEEN 0 AND 15)
) STRICT;
INSERT INTO checked_guild_settings
SELECT guild_id,
       CASE WHEN length(time_zone) BETWEEN 1 AND 64 THEN time_zone END,
       CASE WHEN length(language) BETWEEN 1 AND 16 THEN language END,
       CASE WHEN last_seen_secs BETWEEN 1 AND 4294967295 THEN last_seen_secs END,
       CASE WHEN retention_days BETWEEN 1 AND 3660 THEN retention_days END,
       shown & 15
FROM guild_settings;
DROP TABLE guild_settings;
ALTER TABLE checked_guild_settings RENAME TO guild_settings;
