-- The accounts that Mojang authenticated (UUIDs of version 4), each once. What no guild has under any name
-- is deleted. Rows of sessions have no copy of the UUID, so forgetting need not rewrite a million of them.
CREATE TABLE accounts (
    id   INTEGER PRIMARY KEY,
    uuid BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16)
) STRICT;

INSERT INTO accounts (uuid)
SELECT DISTINCT uuid FROM player_uuids
WHERE substr(hex(uuid), 13, 1) = '4' AND substr(uuid, 1, 8) <> zeroblob(8);

-- The account whose session it was; NULL: no report said so. Of earlier sessions it is not known.
ALTER TABLE sessions ADD COLUMN account INTEGER;

-- The account that a join named.
ALTER TABLE loose_ends ADD COLUMN account INTEGER;
