-- Channels in which the bot says that a server is down and that it is back up. Ids of channels, roles and
-- members are Discord's.
CREATE TABLE alerts (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id       INTEGER NOT NULL REFERENCES guilds (id),
    channel_id     INTEGER NOT NULL,
    -- NULL: all servers of the guild.
    server_id      INTEGER REFERENCES servers (id),
    -- The role that is notified.
    role_id        INTEGER,
    locale         TEXT    NOT NULL,
    -- NULL: set by an operator.
    set_by         INTEGER,
    set_at         INTEGER NOT NULL,
    -- Since when Discord refuses the messages, when the admin was told, and why the alert was given up.
    blocked_since  INTEGER,
    told_at        INTEGER,
    stopped_at     INTEGER,
    stopped_reason TEXT,
    CHECK ((stopped_at IS NULL) = (stopped_reason IS NULL))
) STRICT;

-- One alert of the same servers per channel.
CREATE UNIQUE INDEX alerts_of_guild ON alerts (guild_id, channel_id, ifnull(server_id, 0));
CREATE INDEX alerts_of_server ON alerts (server_id);

-- What an alert has said of a server, or has found when it was set.
CREATE TABLE alert_phases (
    alert_id     INTEGER NOT NULL REFERENCES alerts (id),
    server_id    INTEGER NOT NULL REFERENCES servers (id),
    -- NULL: the server is up.
    down_since   INTEGER,
    -- Whether the alert has said that the server is down.
    is_announced INTEGER NOT NULL CHECK (is_announced IN (0, 1)),
    PRIMARY KEY (alert_id, server_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alert_phases_of_server ON alert_phases (server_id);

-- The messages that Discord does not have yet, as far as we know. The id is the nonce of the message.
CREATE TABLE alert_messages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id   INTEGER NOT NULL REFERENCES alerts (id),
    -- NULL: the message is about no server.
    server_id  INTEGER REFERENCES servers (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('down', 'silent', 'up', 'test')),
    since      INTEGER NOT NULL,
    -- When the outage began that is over.
    down_since INTEGER,
    -- When Discord was first asked to take it.
    tried_at   INTEGER
) STRICT;

CREATE INDEX alert_messages_of_alert ON alert_messages (alert_id);
CREATE INDEX alert_messages_of_server ON alert_messages (server_id);
