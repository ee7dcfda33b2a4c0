-- How often a server has crashed lately, so that a restart of ours gives it no new tries, and whether the
-- exit of its last run is among them.
ALTER TABLE slots ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE slots ADD COLUMN restarts INTEGER NOT NULL DEFAULT 0;
