CREATE TABLE guilds (
    id         INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT;

-- An id is never used twice: a server that is linked again keeps its history.
CREATE TABLE servers (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id        INTEGER NOT NULL REFERENCES guilds (id),
    name            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    disconnected_at INTEGER,
    UNIQUE (guild_id, name)
) STRICT;

CREATE TABLE api_keys (
    key_hash   BLOB    PRIMARY KEY,
    server_id  INTEGER NOT NULL REFERENCES servers (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX api_keys_of_server ON api_keys (server_id);

CREATE TABLE link_codes (
    code_hash   BLOB    PRIMARY KEY,
    guild_id    INTEGER NOT NULL REFERENCES guilds (id),
    server_name TEXT    NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE skins (
    id         BLOB    PRIMARY KEY,
    png        BLOB    NOT NULL,
    head       BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What led to a skin is kept per server: no server can say what another's players wear.
CREATE TABLE skin_textures (
    server_id    INTEGER NOT NULL REFERENCES servers (id),
    texture_hash BLOB    NOT NULL,
    skin_id      BLOB    NOT NULL REFERENCES skins (id),
    PRIMARY KEY (server_id, texture_hash)
) STRICT, WITHOUT ROWID;
