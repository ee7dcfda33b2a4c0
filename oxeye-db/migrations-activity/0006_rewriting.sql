-- Has a row while the file has to be rewritten, because SQLite may have left copies of deleted rows in it.
CREATE TABLE rewriting (
    id INTEGER PRIMARY KEY CHECK (id = 1)
) STRICT;
