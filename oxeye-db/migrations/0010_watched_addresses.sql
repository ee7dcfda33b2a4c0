-- The addresses at which Oxeye itself asks whether a server answers: at most one per server.
CREATE TABLE watched_addresses (
    server_id   INTEGER PRIMARY KEY REFERENCES servers (id),
    host        TEXT    NOT NULL,
    -- NULL: none was given, so that SRV records and the default port of the edition count.
    port        INTEGER,
    -- NULL until a server has answered.
    edition     TEXT    CHECK (edition IN ('java', 'bedrock')),
    added_at    INTEGER NOT NULL,
    -- The last answer. It is written now and then, not with each answer.
    answered_at INTEGER
) STRICT;

-- Who said so: a report, or our own probe.
ALTER TABLE servers ADD COLUMN game_known_by TEXT CHECK (game_known_by IN ('report', 'probe'));
