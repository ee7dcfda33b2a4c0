-- What is known of the workers. While one of them has never said which worlds it has, a world without a home
-- could lie there.
CREATE TABLE workers (
    name             TEXT PRIMARY KEY,
    are_worlds_known INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
