-- The account of the session in which it was worn; NULL: the session knew none, or it was before this column.
ALTER TABLE last_worn ADD COLUMN account INTEGER;
