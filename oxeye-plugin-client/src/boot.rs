//! Whether the backend has forgotten who is online.

use oxeye_plugin_proto::BootId;

/// What we know from the answers so far. A plugin always syncs when it starts, so the first boot id
/// requires nothing.
#[derive(Debug, Default)]
pub(crate) struct BootMemory {
    seen: Option<BootId>,
    needs_full_sync: bool,
}

impl BootMemory {
    /// Records the boot id of an answer.
    pub(crate) fn record(&mut self, boot_id: BootId) {
        let before = self.seen.replace(boot_id);
        self.needs_full_sync |= before.is_some_and(|before| before != boot_id);
    }

    /// Records that the backend asked for a sync.
    pub(crate) fn request_sync(&mut self) {
        self.needs_full_sync = true;
    }

    /// Records that the backend with this boot id has accepted a full sync. It does not count if
    /// another answer has revealed a restart in the meantime.
    pub(crate) fn record_sync(&mut self, boot_id: Option<BootId>) {
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
    fn the_first_boot_id_does_not_count_as_a_change() {
        let mut memory = BootMemory::default();
        memory.record(BootId::random());

        assert!(!memory.needs_full_sync());
    }

    #[test]
    fn a_changed_boot_id_requires_a_sync() {
        let (before, after) = (BootId::random(), BootId::random());
        let mut memory = BootMemory::default();
        memory.record(before);
        memory.record(after);
        memory.record(after);
        assert!(memory.needs_full_sync());

        memory.record_sync(Some(after));
        memory.record(after);
        assert!(!memory.needs_full_sync());
    }

    #[test]
    fn a_sync_accepted_before_the_restart_does_not_count() {
        let (before, after) = (BootId::random(), BootId::random());
        let mut memory = BootMemory::default();
        memory.record(before);
        memory.record(after);
        memory.record_sync(Some(before));

        assert!(memory.needs_full_sync());
    }

    #[test]
    fn a_backend_can_ask_for_a_sync() {
        let mut memory = BootMemory::default();
        memory.request_sync();

        assert!(memory.needs_full_sync());
    }
}
