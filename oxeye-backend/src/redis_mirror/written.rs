//! Which lists of events Redis has already. The records of players who are on are written every minute, because their
//! playtime grows; their up to 500 events are the most of it and rarely change.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::activity_records::{Record, RecordKey, RecordValue};

/// The lists that were written, as hashes: a collision would leave a list as it was until everything is written.
#[derive(Debug, Default)]
pub(super) struct WrittenLists {
    hasher: RandomState,
    hashes: HashMap<RecordKey, u64>,
}

impl WrittenLists {
    /// Whether a record has to be written. A list is remembered if it is to be; it counts as written then.
    pub(super) fn needs(&mut self, record: &Record, remember: bool) -> bool {
        let RecordValue::List(lines) = &record.value else {
            return true;
        };
        let hash = self.hasher.hash_one((lines, record.expires_at));
        let before = match remember {
            true => self.hashes.insert(record.key.clone(), hash),
            false => self.hashes.remove(&record.key),
        };
        before != Some(hash)
    }

    /// Forgets a key that is deleted.
    pub(super) fn forget(&mut self, key: &RecordKey) {
        self.hashes.remove(key);
    }

    /// Forgets everything: what Redis has is not known any more.
    pub(super) fn clear(&mut self) {
        self.hashes = HashMap::new();
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::{GuildId, UnixSeconds};

    use super::*;
    use crate::activity_records::Subject;

    fn events(lines: &[&str]) -> Record {
        Record {
            key: RecordKey {
                guild: GuildId::LOCAL,
                subject: Subject::Events("Alex".to_owned()),
            },
            value: RecordValue::List(lines.iter().map(|line| (*line).to_owned()).collect()),
            expires_at: Some(UnixSeconds(7)),
        }
    }

    #[test]
    fn a_list_is_written_again_only_if_its_events_changed() {
        let mut written = WrittenLists::default();
        assert!(written.needs(&events(&["a"]), true));
        assert!(!written.needs(&events(&["a"]), true));
        assert!(written.needs(&events(&["b", "a"]), true));
        assert!(!written.needs(&events(&["b", "a"]), true));
    }

    #[test]
    fn what_was_deleted_or_may_be_lost_is_written_again() {
        let mut written = WrittenLists::default();
        written.needs(&events(&["a"]), true);
        written.forget(&events(&["a"]).key);
        assert!(written.needs(&events(&["a"]), true));
        written.clear();
        assert!(written.needs(&events(&["a"]), true));
    }

    #[test]
    fn nothing_is_remembered_of_players_who_are_not_on() {
        let mut written = WrittenLists::default();
        written.needs(&events(&["a"]), true);
        assert!(!written.needs(&events(&["a"]), false));
        assert!(written.hashes.is_empty());
        assert!(written.needs(&events(&["a"]), false));
    }

    #[test]
    fn other_records_are_always_written() {
        let mut written = WrittenLists::default();
        let text = Record {
            value: RecordValue::Text("{}".to_owned()),
            ..events(&[])
        };
        assert!(written.needs(&text, true));
        assert!(written.needs(&text, true));
    }
}
