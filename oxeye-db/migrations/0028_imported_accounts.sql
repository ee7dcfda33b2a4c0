-- Whose playtime from before Oxeye it is, if the Oxeye that exported it knew; NULL: that of whoever had the name, if no more
-- than one account ever had it.
ALTER TABLE imported_playtime ADD COLUMN account INTEGER;

CREATE INDEX imported_playtime_of_account ON imported_playtime (account) WHERE account IS NOT NULL;
