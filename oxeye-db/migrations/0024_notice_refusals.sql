-- How often in a row Discord took no message for the member.
ALTER TABLE notices ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
UPDATE notices SET refusals = 1 WHERE refused_at IS NOT NULL;
