-- The server whose key a code replaces; NULL: the code links a server.
ALTER TABLE link_codes ADD COLUMN rotates INTEGER REFERENCES servers (id);

-- Whether a rotation issued the key and nobody has used it yet.
ALTER TABLE api_keys ADD COLUMN is_next INTEGER NOT NULL DEFAULT 0;

-- From when a key that was replaced is refused; NULL: it was not replaced.
ALTER TABLE api_keys ADD COLUMN dies_at INTEGER;
