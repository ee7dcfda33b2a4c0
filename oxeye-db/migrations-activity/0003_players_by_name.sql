-- The names of a guild's players without regard to case, as far as SQLite can compare them: it folds ASCII only, so
-- names with other letters have an index of their own.
CREATE INDEX players_by_name ON players (guild_id, name COLLATE NOCASE);
CREATE INDEX players_with_other_letters ON players (guild_id, name) WHERE name GLOB '*[^ -~]*';
