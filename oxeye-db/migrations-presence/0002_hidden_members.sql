-- Since when a member hides from the other members of the guild; NULL if they are shown.
ALTER TABLE members ADD COLUMN hidden_at INTEGER;
