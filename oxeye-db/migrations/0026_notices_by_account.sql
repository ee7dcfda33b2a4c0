-- A notice is about an account, whatever its name, if one is known. A member may then have two notices about one name,
-- if one account had it after the other.
ALTER TABLE notices RENAME TO earlier_notices;
DROP INDEX notices_of_player;
DROP INDEX notices_of_user;

CREATE TABLE notices (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id       INTEGER NOT NULL REFERENCES guilds (id),
    user_id        INTEGER NOT NULL,
    -- A name of the player: the one by which the member asked, or a later one.
    player_id      INTEGER NOT NULL,
    -- The account; NULL: none is known, and the notice is about whoever has the name.
    account        INTEGER,
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
    -- How often in a row Discord took no message for the member.
    refusals       INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX notices_by_account ON notices (guild_id, user_id, account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX notices_by_name ON notices (guild_id, user_id, player_id) WHERE account IS NULL;
CREATE INDEX notices_of_player ON notices (player_id);
CREATE INDEX notices_of_user ON notices (user_id);
CREATE INDEX notices_of_account ON notices (account) WHERE account IS NOT NULL;

-- If several accounts used the name, nobody knows which one was meant. Of two notices about two names of an account, the
-- first that is not off is left: one is off after three refusals.
INSERT OR IGNORE INTO notices (id, guild_id, user_id, player_id, account, channel_id, locale, created_at, sent_at,
    pending_server, refused_at, refusals)
SELECT id, guild_id, user_id, player_id,
    (SELECT max(accounts.id) FROM player_uuids AS used JOIN accounts ON accounts.uuid = used.uuid
     WHERE used.guild_id = earlier.guild_id AND used.player_id = earlier.player_id
     GROUP BY used.player_id HAVING count(*) = 1),
    channel_id, locale, created_at, sent_at, pending_server, refused_at, refusals
FROM earlier_notices AS earlier ORDER BY refusals >= 3, id;

-- Ids are never reused.
DELETE FROM sqlite_sequence WHERE name = 'notices';
UPDATE sqlite_sequence SET name = 'notices' WHERE name = 'earlier_notices';
DROP TABLE earlier_notices;
