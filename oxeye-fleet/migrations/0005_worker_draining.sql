-- Whether an operator keeps new servers off a worker.
ALTER TABLE workers ADD COLUMN is_draining INTEGER NOT NULL DEFAULT 0;
