//! What the worker has allowed and the engine's list may not show yet. Whether a limit leaves room is decided
//! at once, so that no call waits for what the engine does for another.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed};

/// How long an engine that has not answered may go on with what it was asked.
const UNSURE_FOR: Duration = Duration::from_secs(60);

/// Longer than any list takes that was asked for before something ended.
const LONGEST_LIST: Duration = Duration::from_secs(60);

/// Everything that was allowed lately.
#[derive(Debug, Default)]
pub(super) struct Admissions {
    allowed: Mutex<Allowed>,
}

#[derive(Debug, Default)]
struct Allowed {
    last: u64,
    calls: Vec<AllowedCall>,
}

#[derive(Debug)]
struct AllowedCall {
    number: u64,
    /// What will be there if the call works.
    becomes: Listed,
    /// When the engine was done with it; `None` while it is not.
    ended: Option<Instant>,
}

impl Admissions {
    /// Allows what makes `becomes`, if `check` finds room for it beside all that is there or was allowed before.
    /// `listed` was asked for at `asked_at`.
    pub(super) fn admit(
        &self,
        becomes: Listed,
        mut listed: Vec<Listed>,
        asked_at: Instant,
        check: impl FnOnce(&[Listed]) -> Result<(), CallFailure>,
    ) -> Result<Admission<'_>, CallFailure> {
        let mut allowed = self.allowed.lock();
        let now = Instant::now();
        let is_recent = |ended: Instant| ended + LONGEST_LIST > now;
        allowed
            .calls
            .retain(|call| call.ended.is_none_or(is_recent));
        for call in &allowed.calls {
            if call.ended.is_none_or(|ended| ended >= asked_at) {
                add(&mut listed, &call.becomes);
            }
        }
        check(&listed)?;
        // The new one says the same for longer, so however often a call is repeated, it is kept once.
        allowed
            .calls
            .retain(|call| call.ended.is_none_or(|ended| ended > now) || call.becomes != becomes);
        allowed.last += 1;
        let number = allowed.last;
        allowed.calls.push(AllowedCall {
            number,
            becomes,
            ended: None,
        });
        Ok(Admission { all: self, number })
    }

    /// Returns the world of a slot, if something was allowed for it lately.
    pub(super) fn world_of(&self, slot: SlotId) -> Option<WorldName> {
        let allowed = self.allowed.lock();
        let mut newest_first = allowed.calls.iter().rev();
        let newest = newest_first.find(|call| call.becomes.slot == slot);
        newest.map(|call| call.becomes.world.clone())
    }
}

/// Adds to a list what may be there as well. A container that is there for another port or world may still be there
/// instead: an engine never replaces the container of a running server.
fn add(listed: &mut Vec<Listed>, becomes: &Listed) {
    let is_it = |known: &&mut Listed| {
        let place = (known.slot, known.port, &known.world);
        place == (becomes.slot, becomes.port, &becomes.world)
    };
    match listed.iter_mut().find(is_it) {
        Some(known) => known.running |= becomes.running,
        None => listed.push(becomes.clone()),
    }
}

/// Keeps what was allowed in mind until the engine has answered.
pub(super) struct Admission<'a> {
    all: &'a Admissions,
    number: u64,
}

impl Admission<'_> {
    /// Notes what came of it.
    pub(super) fn ended_with(self, result: &Result<(), CallFailure>) {
        if matches!(result, Err(CallFailure::Unknown)) {
            self.end(Instant::now() + UNSURE_FOR);
        }
    }

    fn end(&self, at: Instant) {
        let mut allowed = self.all.allowed.lock();
        let mut calls = allowed.calls.iter_mut();
        if let Some(call) = calls.find(|call| call.number == self.number) {
            call.ended.get_or_insert(at);
        }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.end(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PlayerId;
    use crate::rules::Run;

    fn container(slot: u64, port: u16, running: bool) -> Listed {
        let player: PlayerId = format!("player{slot}").parse().unwrap();
        Listed {
            slot: SlotId(slot),
            port,
            world: WorldName::of(&player),
            run: running.then_some(Run(1)),
            running,
            exit_code: None,
        }
    }

    /// Returns what the next decision sees, as slots, ports and whether they run.
    fn seen(all: &Admissions, listed: Vec<Listed>, asked_at: Instant) -> Vec<(u64, u16, bool)> {
        let mut seen = Vec::new();
        let refused = all.admit(container(99, 9999, false), listed, asked_at, |others| {
            seen = others
                .iter()
                .map(|one| (one.slot.0, one.port, one.running))
                .collect();
            Err(CallFailure::PortTaken)
        });
        assert!(refused.is_err());
        seen
    }

    #[test]
    fn what_the_engine_is_still_doing_counts() {
        let all = Admissions::default();
        let listed = || vec![container(1, 8081, false)];
        let begun = all.admit(container(2, 8082, false), listed(), Instant::now(), |_| {
            Ok(())
        });
        let begun = begun.unwrap();
        let started = all.admit(container(1, 8081, true), listed(), Instant::now(), |_| {
            Ok(())
        });

        let now = Instant::now();
        assert_eq!(
            seen(&all, listed(), now),
            [(1, 8081, true), (2, 8082, false)]
        );
        drop((begun, started));
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_from_before_the_end_does_not_show_what_was_done() {
        let all = Admissions::default();
        let before = Instant::now();
        let begun = all.admit(container(2, 8082, false), Vec::new(), before, |_| Ok(()));
        tokio::time::advance(Duration::from_millis(5)).await;
        begun.unwrap().ended_with(&Ok(()));
        tokio::time::advance(Duration::from_millis(5)).await;

        assert_eq!(seen(&all, Vec::new(), before), [(2, 8082, false)]);
        assert_eq!(seen(&all, Vec::new(), Instant::now()), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_repeated_is_kept_once() {
        let all = Admissions::default();
        for _ in 0..1_000 {
            let started = all.admit(container(1, 8081, true), Vec::new(), Instant::now(), |_| {
                Ok(())
            });
            started.unwrap().ended_with(&Ok(()));
        }

        assert_eq!(all.allowed.lock().calls.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_knows_counts_for_a_minute() {
        let all = Admissions::default();
        let begun = all.admit(
            container(2, 8082, false),
            Vec::new(),
            Instant::now(),
            |_| Ok(()),
        );
        begun.unwrap().ended_with(&Err(CallFailure::Unknown));

        tokio::time::advance(UNSURE_FOR - Duration::from_secs(1)).await;
        assert_eq!(seen(&all, Vec::new(), Instant::now()), [(2, 8082, false)]);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(seen(&all, Vec::new(), Instant::now()), []);
    }
}
