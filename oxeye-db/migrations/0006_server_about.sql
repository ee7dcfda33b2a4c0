-- What a server says about itself, as it last said it. It is shown to people and decides nothing.
CREATE TABLE server_about (
    server_id   INTEGER PRIMARY KEY REFERENCES servers (id),
    version     TEXT,
    software    TEXT,
    motd        TEXT,
    max_players INTEGER,
    address     TEXT,
    -- A PNG that we encoded.
    icon        BLOB,
    said_at     INTEGER NOT NULL
) STRICT;
