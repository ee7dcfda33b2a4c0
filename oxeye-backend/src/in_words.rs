//! Says in the language of the person at the terminal what went wrong, where we have it in that.

use std::path::Path;

use oxeye_db::OpenError;
use oxeye_text::Text;

use crate::terminal::sentence;

/// Returns an error as one sentence.
pub(crate) fn in_words(text: Text, error: &anyhow::Error) -> String {
    match error.downcast_ref::<OpenError>() {
        Some(of_store) => store_in_words(text, of_store),
        None => sentence(text, error),
    }
}

/// Says why a store cannot be opened. In English it is what the error says itself.
fn store_in_words(text: Text, error: &OpenError) -> String {
    let shown = |path: &Path| path.display().to_string();
    match error {
        OpenError::InUse(path) => text.store_open_elsewhere(&shown(path)),
        OpenError::HardLinked(path) => text.store_hard_linked(&shown(path)),
        OpenError::Newer { path, found, known } => text.store_newer(&shown(path), *found, *known),
        OpenError::NotOurs(path) => text.store_not_ours(&shown(path)),
        OpenError::Damaged { path, found } => text.store_damaged(&shown(path), found),
        OpenError::NoWal(path) => text.store_without_wal(&shown(path)),
        OpenError::Io { path, source } => {
            text.store_cannot_open(&shown(path), &text.system_error(source))
        }
        OpenError::Sqlite(_) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn why_a_store_cannot_be_opened_is_said_in_both_languages() {
        let path = || "/data/oxeye.db".into();
        for error in [
            OpenError::InUse(path()),
            OpenError::HardLinked(path()),
            OpenError::Newer {
                path: path(),
                found: 31,
                known: 30,
            },
            OpenError::NotOurs(path()),
            OpenError::Damaged {
                path: path(),
                found: "page 7".to_owned(),
            },
            OpenError::NoWal(path()),
            OpenError::Io {
                path: path(),
                source: io::Error::other("the disk is full"),
            },
        ] {
            let english = error.to_string();
            let error = anyhow::Error::from(error);
            assert_eq!(in_words(Text::of(Locale::English), &error), english);
            let german = in_words(Text::of(Locale::German), &error);
            assert!(german.contains("/data/oxeye.db"), "{german}");
            assert_ne!(german, english);
        }
    }

    #[test]
    fn an_error_without_words_of_its_own_is_said_with_its_causes() {
        let error = anyhow::Error::from(io::Error::other("the disk is full")).context("no log");
        let shown = in_words(Text::of(Locale::German), &error);
        assert_eq!(shown, "no log: the disk is full");
    }
}
