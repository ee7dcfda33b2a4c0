//! The names of counters and collections, each under a number.

use rusqlite::{Connection, OptionalExtension};

/// The number of a word in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WordId(pub(crate) i64);

/// Returns the number of a word that is in the file.
pub(crate) fn find(file: &Connection, word: &str) -> rusqlite::Result<Option<WordId>> {
    file.prepare_cached("SELECT id FROM words WHERE word = ?1")?
        .query_row([word], |row| row.get(0).map(WordId))
        .optional()
}

/// Returns the number of a word, and adds the word if it is new.
pub(crate) fn number(file: &Connection, word: &str) -> rusqlite::Result<WordId> {
    if let Some(id) = find(file, word)? {
        return Ok(id);
    }
    file.prepare_cached("INSERT INTO words (word) VALUES (?1)")?
        .execute([word])?;
    Ok(WordId(file.last_insert_rowid()))
}

/// Returns a word that is in the file.
pub(crate) fn word(file: &Connection, id: WordId) -> rusqlite::Result<String> {
    file.prepare_cached("SELECT word FROM words WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
}
