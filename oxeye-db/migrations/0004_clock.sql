-- How long the clock has gone on without a jump: what is deleted for its age is not deleted by a clock
-- that may be wrong. One row at most.
CREATE TABLE clock (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    -- When we last looked.
    seen_at      INTEGER NOT NULL,
    steady_since INTEGER NOT NULL,
    -- Whether it has jumped, and has not gone on long enough since.
    has_jumped   INTEGER NOT NULL CHECK (has_jumped IN (0, 1))
) STRICT;
