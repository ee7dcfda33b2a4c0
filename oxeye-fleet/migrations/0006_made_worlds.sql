-- Whether a world is known to have been made on its worker. Until it is, a refusal leaves it to another worker.
ALTER TABLE homes ADD COLUMN is_made INTEGER NOT NULL DEFAULT 1;
