-- Members who want to be told when a player comes on. Ids of members and channels are Discord's.
--
-- There is a foreign key to guilds but none to players, as for linked_members: code that deletes a player also
-- deletes these rows in the same transaction.
CREATE TABLE notices (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id       INTEGER NOT NULL REFERENCES guilds (id),
    user_id        INTEGER NOT NULL,
    player_id      INTEGER NOT NULL,
    -- Where the member is mentioned if they accept no direct messages.
    channel_id     INTEGER,
    locale         TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    -- When the member was last told.
    sent_at        INTEGER,
    -- The server that the player came on, while Discord may not have the message.
    pending_server INTEGER,
    -- Since when Discord takes no message for the member.
    refused_at     INTEGER,
    UNIQUE (guild_id, user_id, player_id)
) STRICT;

CREATE INDEX notices_of_player ON notices (player_id);
CREATE INDEX notices_of_user ON notices (user_id);
