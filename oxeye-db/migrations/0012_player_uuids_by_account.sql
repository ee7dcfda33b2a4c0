-- The names of an account in a guild.
CREATE INDEX player_uuids_by_account ON player_uuids (guild_id, uuid);
