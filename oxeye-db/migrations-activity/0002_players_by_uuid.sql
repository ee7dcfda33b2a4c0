-- The names of an account in a guild.
CREATE INDEX players_by_uuid ON players (guild_id, uuid) WHERE uuid IS NOT NULL;
