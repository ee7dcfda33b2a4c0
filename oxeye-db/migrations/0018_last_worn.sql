-- The texture that a player of a server wore last, for the head of somebody who is off. It is written when a session
-- closes, if it has changed.
CREATE TABLE last_worn (
    player_id INTEGER NOT NULL,
    server_id INTEGER NOT NULL REFERENCES servers (id),
    texture   BLOB NOT NULL,
    PRIMARY KEY (player_id, server_id)
) STRICT, WITHOUT ROWID;
