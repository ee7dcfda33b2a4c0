-- The periods in which a server was up, down or unknown, each until the next one begins.
CREATE TABLE server_states (
    server_id INTEGER NOT NULL REFERENCES servers (id),
    from_at   INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('up', 'starting', 'down', 'unknown')),
    -- How the state is known, or why it is not: report, silence, oxeye_off, no_heartbeats, unlinked,
    -- too_many_changes.
    known_by  TEXT    NOT NULL,
    PRIMARY KEY (server_id, from_at)
) STRICT, WITHOUT ROWID;
