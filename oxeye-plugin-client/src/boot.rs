//! Whether the backend has forgotten who is online.

use oxeye_plugin_proto::BootId;

/// What the answers so far have told. A plugin syncs when it starts anyway, so the first boot id
/// asks for nothing.
#[derive(Debug, Default)]
pub(crate) struct BootMemory {
    seen: Option<BootId>,
    needs_full_sync: bool,
}

impl BootMemory {
    /// An answer carried this boot id.
    pub(crate) fn saw(&mut self, boot_id: BootId) {
        let before = self.seen.replace(boot_id);
        self.needs_full_sync |= before.is_some_and(|before| before != boot_id);
    }

    /// A heartbeat was answered with the wish for a sync.
    pub(crate) fn asked_to_sync(&mut self) {
        self.needs_full_sync = true;
    }

    /// The backend with this boot id has taken a full sync. That of an earlier one does not count:
    /// another answer may have told of a restart meanwhile.
    pub(crate) fn synced(&mut self, boot_id: Option<BootId>) {
        if boot_id.is_none() || boot_id == self.seen {
            self.needs_full_sync = false;
        }
    }

    pub(crate) fn needs_full_sync(&self) -> bool {
        self.needs_full_sync
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_boot_id_is_no_change() {
        let mut memory = BootMemory::default();
        memory.saw(BootId::random());

        assert!(!memory.needs_full_sync());
    }

    #[test]
    fn a_changed_boot_id_asks_for_a_sync_until_there_was_one() {
        let (before, after) = (BootId::random(), BootId::random());
        let mut memory = BootMemory::default();
        memory.saw(before);
        memory.saw(after);
        memory.saw(after);
        assert!(memory.needs_full_sync());

        memory.synced(Some(after));
        memory.saw(after);
        assert!(!memory.needs_full_sync());
    }

    #[test]
    fn a_sync_that_the_old_backend_took_does_not_count() {
        let (before, after) = (BootId::random(), BootId::random());
        let mut memory = BootMemory::default();
        memory.saw(before);
        memory.saw(after);
        memory.synced(Some(before));

        assert!(memory.needs_full_sync());
    }

    #[test]
    fn a_backend_can_ask_for_a_sync() {
        let mut memory = BootMemory::default();
        memory.asked_to_sync();

        assert!(memory.needs_full_sync());
    }
}
