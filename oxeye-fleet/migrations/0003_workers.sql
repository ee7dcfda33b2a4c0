-- The worker that each slot's server runs on. Before there were workers, the program itself was the only one.
ALTER TABLE slots ADD COLUMN worker TEXT NOT NULL DEFAULT 'local';

-- The worker that each kept world lies on, so that its player never gets an empty world elsewhere.
CREATE TABLE homes (
    world  TEXT PRIMARY KEY,
    worker TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO homes (world, worker) SELECT DISTINCT world, worker FROM slots;
