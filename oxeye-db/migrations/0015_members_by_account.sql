-- A member who is linked to a player is the owner of an account, whatever its name. Two members may have had the same
-- name one after the other, so a name is taken only by a member of whom no account is known.
ALTER TABLE linked_members RENAME TO earlier_linked_members;

CREATE TABLE linked_members (
    guild_id     INTEGER NOT NULL REFERENCES guilds (id),
    user_id      INTEGER NOT NULL,
    -- The newest name of the account, or the name that was linked.
    player_id    INTEGER NOT NULL,
    -- The account; NULL: no account is known under the name.
    account      INTEGER,
    linked_at    INTEGER NOT NULL,
    -- The member who confirmed it, if one did.
    confirmed_by INTEGER,
    -- Since when nothing shows the player to members; NULL: the player is shown.
    hidden_at    INTEGER,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;

INSERT INTO linked_members (guild_id, user_id, player_id, linked_at, confirmed_by, hidden_at)
SELECT guild_id, user_id, player_id, linked_at, confirmed_by, hidden_at FROM earlier_linked_members;

DROP TABLE earlier_linked_members;

CREATE UNIQUE INDEX linked_members_by_account ON linked_members (guild_id, account)
WHERE account IS NOT NULL;

CREATE UNIQUE INDEX linked_members_by_name ON linked_members (guild_id, player_id)
WHERE account IS NULL;

-- The account that had the name when they were linked: the last one that began to use it until then, or else the
-- first one after that.
UPDATE OR IGNORE linked_members SET account = (
    SELECT accounts.id FROM player_uuids AS used JOIN accounts ON accounts.uuid = used.uuid
    WHERE used.guild_id = linked_members.guild_id AND used.player_id = linked_members.player_id
    ORDER BY used.first_reported_at <= linked_at DESC, abs(linked_at - used.first_reported_at)
    LIMIT 1);
