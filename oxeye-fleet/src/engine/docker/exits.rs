//! Exits, each reported once however often it is noticed.

use std::collections::HashMap;

use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::crashes;
use crate::engine::Exit;
use crate::ids::{SlotId, WorldName};
use crate::rules::{Listed, Run};

/// How many exits may wait to be received. They are hints, so further ones may be lost.
const MAX_EXITS: usize = 1024;

/// Whoever receives exits, and what they know.
#[derive(Debug, Default)]
pub(super) struct Exits {
    receiver: Mutex<Option<mpsc::Sender<Exit>>>,
    /// The last run of each slot whose exit was reported.
    reported: Mutex<HashMap<SlotId, Run>>,
    /// The last run of each slot that was told to exit.
    expected: Mutex<HashMap<SlotId, Run>>,
}

impl Exits {
    /// Starts with the runs that an earlier program has told to exit.
    pub(super) fn expecting(runs: impl IntoIterator<Item = (SlotId, Run)>) -> Self {
        Self {
            expected: Mutex::new(runs.into_iter().collect()),
            ..Self::default()
        }
    }

    /// Replaces the receiver.
    pub(super) fn receiver(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(MAX_EXITS);
        *self.receiver.lock() = Some(sender);
        receiver
    }

    /// Notes that a run was told to exit, which keeps its exit out of the log.
    pub(super) fn expect(&self, slot: SlotId, run: Run) {
        self.expected.lock().insert(slot, run);
    }

    /// Returns whether a run was told to exit.
    pub(super) fn is_expected(&self, slot: SlotId, run: Run) -> bool {
        self.expected.lock().get(&slot) == Some(&run)
    }

    /// Returns whether a run ended because it ran out of memory. `oom_killed` is what the engine says: a part of the
    /// server may have been killed long before it exited as it should, or as it was told to.
    pub(super) fn ran_out_of_memory(&self, exit: Exit, oom_killed: bool) -> bool {
        oom_killed
            && match exit.code {
                None => true,
                Some(0) => false,
                Some(_) => !self.is_expected(exit.slot, exit.run),
            }
    }

    /// Reports an exit, unless it was reported before. `oom_killed` is what the engine says about its memory.
    pub(super) fn report(&self, exit: Exit, world: &WorldName, oom_killed: bool) {
        if !self.note(exit) {
            return;
        }
        if self.ran_out_of_memory(exit, oom_killed) {
            let output = output_of(world);
            tracing::warn!(
                slot = %exit.slot,
                "a server was killed because it used more memory than FLEET_DOCKER_MEMORY_MB allows; {output}"
            );
        } else if !self.is_expected(exit.slot, exit.run) {
            warn(exit, world);
        } else if exit.code.is_none() {
            tracing::warn!(
                slot = %exit.slot,
                "a server did not exit within FLEET_STOP_GRACE and was killed; its world may not be saved"
            );
        }
        if let Some(receiver) = &*self.receiver.lock() {
            // A full channel loses the hint, and a closed one means that nobody wants it.
            let _ = receiver.try_send(exit);
        }
    }

    /// Takes the exits in a list for known: they were before our time.
    pub(super) fn know(&self, listed: &[Listed]) {
        for (exit, _) in exits_in(listed) {
            self.note(exit);
        }
    }

    /// Reports the exits in a list that nobody has noticed.
    pub(super) fn compare(&self, listed: &[Listed]) {
        exits_in(listed).for_each(|(exit, world)| self.report(exit, world, false));
    }

    /// Returns whether an exit is new.
    fn note(&self, exit: Exit) -> bool {
        let mut reported = self.reported.lock();
        let known = reported.get(&exit.slot);
        let is_new = known.is_none_or(|known| *known < exit.run);
        if is_new {
            reported.insert(exit.slot, exit.run);
        }
        is_new
    }

    /// Forgets a slot whose container is gone.
    pub(super) fn forget(&self, slot: SlotId) {
        self.reported.lock().remove(&slot);
        self.expected.lock().remove(&slot);
    }
}

/// Tells operators of an exit that nobody has asked for.
fn warn(exit: Exit, world: &WorldName) {
    let (Exit { slot, code, .. }, output) = (exit, output_of(world));
    match code {
        // Whoever plays on it may have told it to.
        Some(0) => tracing::info!(
            %slot,
            "a server has exited by itself, without an error; its output is in the log of its container until that is removed"
        ),
        Some(code) => tracing::warn!(
            %slot,
            exit_code = code,
            "a server has exited by itself, with an error; {output}"
        ),
        // podman does not always say that it was the memory.
        None => tracing::warn!(
            %slot,
            "a server was killed, and not by the fleet: it may have used more memory than FLEET_DOCKER_MEMORY_MB allows; {output}"
        ),
    }
}

/// Says where the output of a crashed server is.
fn output_of(world: &WorldName) -> String {
    let file = crashes::file_name(world);
    format!(
        "its output is in the log of its container, and once that is started again or removed, the last lines are in crashes/{file}"
    )
}

/// Returns the exits in a list, with the worlds of their servers.
fn exits_in(listed: &[Listed]) -> impl Iterator<Item = (Exit, &WorldName)> {
    let exited = listed.iter().filter(|listed| !listed.running);
    exited.filter_map(|listed| {
        let exit = Exit {
            slot: listed.slot,
            run: listed.run?,
            code: listed.exit_code,
        };
        Some((exit, &listed.world))
    })
}

#[cfg(test)]
mod tests {
    use tracing::subscriber::with_default;

    use super::*;
    use crate::ids::PlayerId;
    use crate::log_lines::LogLines;

    fn world() -> WorldName {
        let player: PlayerId = "Ada".parse().unwrap();
        WorldName::of(&player)
    }

    fn exited(slot: u64, run: u32) -> Listed {
        Listed {
            slot: SlotId(slot),
            port: 8081,
            world: world(),
            run: Some(Run(run)),
            running: false,
            exit_code: Some(3),
        }
    }

    #[test]
    fn an_exit_that_was_missed_is_found_in_the_next_list() {
        let exits = Exits::default();
        let mut receiver = exits.receiver();
        exits.know(&[exited(1, 4)]);
        assert!(receiver.try_recv().is_err());

        exits.compare(&[exited(1, 4), exited(2, 1)]);

        let exit = receiver.try_recv().unwrap();
        assert_eq!(
            (exit.slot, exit.run, exit.code),
            (SlotId(2), Run(1), Some(3))
        );
        exits.report(exit, &world(), false);
        assert!(receiver.try_recv().is_err());
        exits.compare(&[exited(2, 2), exited(2, 1)]);
        assert_eq!(receiver.try_recv().unwrap().run, Run(2));
        assert!(receiver.try_recv().is_err());
    }

    /// Returns the line about an exit that nobody has asked for.
    fn logged(code: Option<i32>, oom_killed: bool) -> String {
        logged_by(&Exits::default(), code, oom_killed)
    }

    fn logged_by(exits: &Exits, code: Option<i32>, oom_killed: bool) -> String {
        let log = LogLines::default();
        let exit = Exit {
            slot: SlotId(1),
            run: Run(1),
            code,
        };
        with_default(log.clone(), || exits.report(exit, &world(), oom_killed));
        log.all().concat()
    }

    #[test]
    fn a_server_that_is_told_to_stop_is_in_the_log_if_it_had_to_be_killed() {
        for (code, oom_killed, words) in [
            (Some(143), false, ""),
            (Some(0), true, ""),
            (None, false, "its world may not be saved"),
            (None, true, "it used more memory"),
        ] {
            let exits = Exits::expecting([(SlotId(1), Run(1))]);

            let line = logged_by(&exits, code, oom_killed);

            assert!(line.contains(words), "{line}");
            assert_eq!(line.is_empty(), words.is_empty(), "{line}");
        }
    }

    #[test]
    fn the_line_about_a_crash_names_the_file_with_the_last_lines() {
        let file = format!("the last lines are in crashes/{}.log", world());

        for (code, oom_killed) in [(Some(3), false), (None, false), (None, true)] {
            let line = logged(code, oom_killed);
            assert!(line.ends_with(&file), "{line}");
        }
        let line = logged(Some(0), false);
        assert!(line.contains("without an error"), "{line}");
        assert!(!line.contains("crashes/"), "{line}");
    }
}
