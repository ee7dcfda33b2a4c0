-- What members who joined do in Discord. Nothing of anybody else is here.

-- The kinds that each guild keeps, and since when. `kind` is 0 voice, 1 screen share, 2 camera, 3 game, 4 streaming,
-- 5 Spotify.
CREATE TABLE guild_kinds (
    guild_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (guild_id, kind)
) STRICT, WITHOUT ROWID;

-- The members who joined. `seen_at` is when the guild last told anything of the member, to about a day.
CREATE TABLE members (
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;

-- The kinds to which each of them agreed, and since when. A guild that keeps more keeps nothing of that of the member.
CREATE TABLE member_kinds (
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    agreed_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id, kind)
) STRICT, WITHOUT ROWID;

-- What members did. `guild_id` and `channel_id` are the place of what happens in voice, and 0 otherwise. `subject` is the
-- application, the folded name or the track.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    details TEXT,
    state TEXT,
    url TEXT,
    -- One per line.
    artists TEXT NOT NULL,
    album TEXT,
    track_id TEXT,
    connection BLOB,
    started_at INTEGER NOT NULL,
    -- NULL while it lasts.
    ended_at INTEGER,
    is_estimated INTEGER NOT NULL,
    -- The last evidence. While the session lasts, that in `open_sessions` is newer.
    seen_at INTEGER NOT NULL,
    -- The length of its gaps together.
    gap_secs INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (kind, ended_at);
CREATE UNIQUE INDEX sessions_open ON sessions (user_id, kind, guild_id, channel_id, subject) WHERE ended_at IS NULL;

-- The last evidence of the sessions that last. A table of its own, so that writing it every minute touches few pages.
CREATE TABLE open_sessions (
    session_id INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    seen_at INTEGER NOT NULL
) STRICT;

-- The times within a session of which nothing is known.
CREATE TABLE gaps (
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    PRIMARY KEY (session_id, from_at)
) STRICT, WITHOUT ROWID;

-- Has a row while the file has to be rewritten, because SQLite may have left copies of deleted rows in it.
CREATE TABLE rewriting (
    id INTEGER PRIMARY KEY CHECK (id = 1)
) STRICT;
