-- Tables of which rows were deleted whose copies may be left in the unused part of pages. Each is written again in a
-- transaction of its own, also after a restart.
CREATE TABLE tables_to_rewrite (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What an account wore goes with the account.
CREATE INDEX last_worn_by_account ON last_worn (account) WHERE account IS NOT NULL;
