-- Whether the bot is in the guild, as far as Discord has said so: since when it is known to be, and when
-- it was removed. A guild that was never known to have the bot (linked from the command line) has neither.
ALTER TABLE guilds ADD COLUMN bot_since INTEGER;
ALTER TABLE guilds ADD COLUMN removed_at INTEGER;

-- The messages that keep themselves true. Ids of channels, messages and members are Discord's.
CREATE TABLE boards (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id       INTEGER NOT NULL REFERENCES guilds (id),
    channel_id     INTEGER NOT NULL,
    -- NULL: all servers of the guild.
    server_id      INTEGER REFERENCES servers (id),
    -- The post in a forum, whose thread has an id of its own.
    thread_id      INTEGER,
    -- NULL: not posted yet.
    message_id     INTEGER,
    with_picture   INTEGER NOT NULL CHECK (with_picture IN (0, 1)),
    locale         TEXT    NOT NULL,
    posted_by      INTEGER NOT NULL,
    posted_at      INTEGER NOT NULL,
    -- The hash of what Discord accepted last.
    shown          BLOB,
    reposted_at    INTEGER,
    -- Since when Discord refuses the board, when the admin was told, and why it was given up.
    blocked_since  INTEGER,
    told_at        INTEGER,
    stopped_at     INTEGER,
    stopped_reason TEXT,
    CHECK ((stopped_at IS NULL) = (stopped_reason IS NULL))
) STRICT;

-- One board of the same servers per channel.
CREATE UNIQUE INDEX boards_of_guild ON boards (guild_id, channel_id, ifnull(server_id, 0));
CREATE INDEX boards_of_server ON boards (server_id);

-- The channels whose status or name shows a number.
CREATE TABLE counters (
    guild_id       INTEGER NOT NULL REFERENCES guilds (id),
    channel_id     INTEGER NOT NULL,
    server_id      INTEGER REFERENCES servers (id),
    template       TEXT    NOT NULL,
    locale         TEXT    NOT NULL,
    -- The name to restore; NULL while the number is in the channel's status.
    original_name  TEXT,
    set_by         INTEGER NOT NULL,
    set_at         INTEGER NOT NULL,
    -- The text that Discord accepted last.
    shown          TEXT,
    -- Since when Discord refuses the text, when the admin was told, when the counter was turned off
    -- (the channel still has to be restored), and why it was given up.
    blocked_since  INTEGER,
    told_at        INTEGER,
    ended_at       INTEGER,
    stopped_at     INTEGER,
    stopped_reason TEXT,
    PRIMARY KEY (guild_id, channel_id),
    CHECK ((stopped_at IS NULL) = (stopped_reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX counters_of_server ON counters (server_id);
