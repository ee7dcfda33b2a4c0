-- What else an alert says: who joins and leaves, new records of the number of players, and who joins for the first
-- time.
ALTER TABLE alerts ADD COLUMN visits INTEGER NOT NULL DEFAULT 0 CHECK (visits IN (0, 1));
ALTER TABLE alerts ADD COLUMN records INTEGER NOT NULL DEFAULT 0 CHECK (records IN (0, 1));
ALTER TABLE alerts ADD COLUMN newcomers INTEGER NOT NULL DEFAULT 0 CHECK (newcomers IN (0, 1));

-- The last record of a server that an alert has said.
CREATE TABLE alert_records (
    alert_id  INTEGER NOT NULL REFERENCES alerts (id),
    server_id INTEGER NOT NULL REFERENCES servers (id),
    -- When so many players were on.
    record_at INTEGER NOT NULL,
    told_at   INTEGER NOT NULL,
    PRIMARY KEY (alert_id, server_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alert_records_of_server ON alert_records (server_id);

-- Messages about records. The ids go on where they were, since they are the nonces of the messages.
CREATE TABLE new_alert_messages (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id       INTEGER NOT NULL REFERENCES alerts (id),
    -- NULL: the message is about no server.
    server_id      INTEGER REFERENCES servers (id),
    kind           TEXT    NOT NULL CHECK (kind IN ('down', 'silent', 'up', 'record', 'test')),
    since          INTEGER NOT NULL,
    -- When the outage began that is over.
    down_since     INTEGER,
    -- When Discord was first asked to take it.
    tried_at       INTEGER,
    -- The new record, the one before, and when that was.
    players        INTEGER,
    players_before INTEGER,
    before_at      INTEGER
) STRICT;

INSERT INTO new_alert_messages (id, alert_id, server_id, kind, since, down_since, tried_at)
    SELECT id, alert_id, server_id, kind, since, down_since, tried_at FROM alert_messages;
DELETE FROM sqlite_sequence WHERE name = 'new_alert_messages';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_alert_messages', seq FROM sqlite_sequence WHERE name = 'alert_messages';
DROP TABLE alert_messages;
ALTER TABLE new_alert_messages RENAME TO alert_messages;

CREATE INDEX alert_messages_of_alert ON alert_messages (alert_id);
CREATE INDEX alert_messages_of_server ON alert_messages (server_id);
