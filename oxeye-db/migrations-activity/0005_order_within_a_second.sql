-- The number of the event with which a value was collected last: within one second it says which came later. Values
-- from before this column have 0.
ALTER TABLE collected ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
