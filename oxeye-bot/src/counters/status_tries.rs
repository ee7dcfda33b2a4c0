//! When a counter that is in the name of its channel tries the status, which it was refused. Pure.

use std::time::Duration;

use serenity::all::PermissionOverwrite;
use tokio::time::Instant;

/// How long after a refusal the status is tried again if no event says that a permission has changed.
const TRY_EVERY: Duration = Duration::from_secs(24 * 3600);
/// Shortest time between two tries, whatever happens.
const SHORTEST: Duration = Duration::from_secs(10);
/// How long after the start the status is tried: permissions may have changed meanwhile.
const AFTER_START: Duration = Duration::from_secs(600);
/// Pause after a try that Discord failed.
const AFTER_FAILURE: Duration = Duration::from_secs(300);

/// The permissions of a channel for roles and members.
pub(crate) type Overwrites = Vec<PermissionOverwrite>;

/// The tries of one counter.
#[derive(Debug, Default)]
pub(crate) struct StatusTries {
    next: Option<Instant>,
    last: Option<Instant>,
    /// What the last event about the channel had.
    overwrites: Option<Overwrites>,
    /// Whether the channel is of a kind that has no status.
    has_none: bool,
}

impl StatusTries {
    /// Continues with a counter of an earlier process. If it is unknown what Discord shows, that process may
    /// have been about to move to the status.
    pub(crate) fn of_earlier_process(is_known: bool, now: Instant) -> Self {
        let wait = if is_known {
            AFTER_START
        } else {
            Duration::ZERO
        };
        Self {
            next: Some(now + wait),
            ..Self::default()
        }
    }

    /// Returns when the next try is due; `None` if there is no reason for one.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.next.filter(|_| !self.has_none)
    }

    /// Takes note of a try, which Discord refuses unless we hear otherwise.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.last = Some(now);
        self.next = Some(now + TRY_EVERY);
    }

    /// Takes note that Discord failed, or wants no request for a while.
    pub(crate) fn fail(&mut self, wait: Option<Duration>, now: Instant) {
        self.next = Some(now + wait.unwrap_or(AFTER_FAILURE));
    }

    /// Takes note that the channel has no status.
    pub(crate) fn give_up(&mut self) {
        self.has_none = true;
    }

    /// Takes note that permissions of the guild have changed.
    pub(crate) fn hurry(&mut self, now: Instant) {
        let allowed = self.last.map_or(now, |last| now.max(last + SHORTEST));
        self.next = Some(self.next.map_or(allowed, |next| next.min(allowed)));
    }

    /// Takes note of an event about the channel. Most are about the name that we have given it.
    pub(crate) fn see(&mut self, overwrites: Overwrites, now: Instant) {
        if self.overwrites.as_ref() != Some(&overwrites) {
            self.learn(overwrites);
            self.hurry(now);
        }
    }

    /// Takes note of the permissions that the channel has while the status is refused.
    pub(crate) fn learn(&mut self, overwrites: Overwrites) {
        self.overwrites = Some(overwrites);
    }
}

#[cfg(test)]
mod tests {
    use serenity::all::{PermissionOverwriteType, Permissions, UserId};

    use super::*;

    fn overwrite(allow: Permissions) -> Overwrites {
        vec![PermissionOverwrite {
            allow,
            deny: Permissions::empty(),
            kind: PermissionOverwriteType::Member(UserId::new(1)),
        }]
    }

    #[test]
    fn a_refused_status_is_tried_again_after_a_day_or_a_change_of_permissions() {
        let (mut tries, start) = (StatusTries::default(), Instant::now());
        assert_eq!(tries.due(), None);
        tries.begin(start);
        assert_eq!(tries.due(), Some(start + TRY_EVERY));

        tries.hurry(start + SHORTEST / 2);
        assert_eq!(tries.due(), Some(start + SHORTEST));
        tries.begin(start + SHORTEST);
        let later = start + SHORTEST + TRY_EVERY / 2;
        tries.hurry(later);
        assert_eq!(tries.due(), Some(later));
    }

    #[test]
    fn an_event_that_changes_no_permission_is_no_reason() {
        let (mut tries, start) = (StatusTries::default(), Instant::now());
        let none = overwrite(Permissions::empty());
        tries.begin(start);
        tries.learn(none.clone());

        tries.see(none, start + SHORTEST);
        assert_eq!(tries.due(), Some(start + TRY_EVERY));
        let more = overwrite(Permissions::MANAGE_CHANNELS);
        tries.see(more, start + SHORTEST);
        assert_eq!(tries.due(), Some(start + SHORTEST));
    }

    #[test]
    fn after_a_start_the_status_is_tried_and_of_a_channel_without_one_never_again() {
        let start = Instant::now();
        let unknown = StatusTries::of_earlier_process(false, start);
        assert_eq!(unknown.due(), Some(start));
        let mut tries = StatusTries::of_earlier_process(true, start);
        assert_eq!(tries.due(), Some(start + AFTER_START));
        tries.begin(start + AFTER_START);
        tries.fail(None, start + AFTER_START);
        assert_eq!(tries.due(), Some(start + AFTER_START + AFTER_FAILURE));

        tries.give_up();
        tries.hurry(start + TRY_EVERY);

        assert_eq!(tries.due(), None);
    }
}
