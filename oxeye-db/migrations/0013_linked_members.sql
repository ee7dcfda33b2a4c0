-- Which member of a guild is which player, and whether the player hides. Ids of members are Discord's.
--
-- There is a foreign key to guilds but none to players, as for player_uuids: code that deletes a player also
-- deletes these rows in the same transaction.
CREATE TABLE linked_members (
    guild_id     INTEGER NOT NULL REFERENCES guilds (id),
    user_id      INTEGER NOT NULL,
    player_id    INTEGER NOT NULL,
    linked_at    INTEGER NOT NULL,
    -- The member who confirmed it, if one did.
    confirmed_by INTEGER,
    -- Since when nothing shows the player to members; NULL: the player is shown.
    hidden_at    INTEGER,
    PRIMARY KEY (guild_id, user_id),
    UNIQUE (guild_id, player_id)
) STRICT, WITHOUT ROWID;
