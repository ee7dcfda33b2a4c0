//! How the copy is doing.

use std::sync::Arc;

use parking_lot::Mutex;

use super::trouble::Trouble;

/// How the copy is doing. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct MirrorState(Arc<Mutex<State>>);

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Not everything has been written yet.
    #[default]
    Copying,
    /// Everything has been written.
    UpToDate,
    /// Nothing can be written.
    Failing(Trouble),
}

impl MirrorState {
    /// Returns the state in words.
    pub(crate) fn words(&self) -> String {
        match &*self.0.lock() {
            State::Copying => "copying everything".to_owned(),
            State::UpToDate => "up to date".to_owned(),
            State::Failing(trouble) => trouble.to_string(),
        }
    }

    /// Returns why nothing can be written, if so.
    pub(crate) fn trouble(&self) -> Option<String> {
        match &*self.0.lock() {
            State::Failing(trouble) => Some(trouble.to_string()),
            State::Copying | State::UpToDate => None,
        }
    }

    /// Notes that everything is written, or that it is still being written.
    pub(super) fn set_working(&self, is_up_to_date: bool) {
        let mut state = self.0.lock();
        // Until everything is written again, whatever went wrong may go wrong again.
        if is_up_to_date && *state != State::UpToDate {
            tracing::info!("the copy of activity in Redis is up to date");
            *state = State::UpToDate;
        } else if !is_up_to_date && *state == State::UpToDate {
            *state = State::Copying;
        }
    }

    /// Notes that nothing can be written. The log says so once.
    pub(super) fn set_failing(&self, trouble: Trouble) {
        let mut state = self.0.lock();
        let failing = State::Failing(trouble);
        if *state != failing {
            if let State::Failing(trouble) = &failing {
                tracing::warn!(
                    "activity cannot be copied to Redis: {trouble}; we try again every second"
                );
            }
            *state = failing;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_failed_is_well_again_once_everything_is_written() {
        let state = MirrorState::default();
        assert_eq!(state.words(), "copying everything");

        state.set_failing(Trouble::Full);
        state.set_working(false);
        assert_eq!(
            state.trouble().as_deref(),
            Some("the memory of Redis is full (maxmemory)")
        );

        state.set_working(true);
        assert_eq!(state.trouble(), None);
        assert_eq!(state.words(), "up to date");
    }
}
