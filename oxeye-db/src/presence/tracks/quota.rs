//! How many sessions of a user may begin on one day. Programs choose what Discord shows of them, and one that changes the
//! name of its game every few seconds must not fill the file.

use oxeye_plugin_proto::UnixSeconds;

use crate::presence::kinds::PresenceKind;

/// Maximum number of sessions of one kind of a user that begin on one day (UTC).
pub(crate) const MOST_PER_DAY: u16 = 1_000;

/// The sessions of a user that have begun on one day, by kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quota {
    day: i64,
    begun: [u16; PresenceKind::ALL.len()],
}

impl Quota {
    /// Notes a session that has begun at a time, if that was today.
    pub(crate) fn note(&mut self, kind: PresenceKind, began_at: UnixSeconds, now: UnixSeconds) {
        if day_of(began_at) == day_of(now) {
            self.turn_to(now);
            let begun = &mut self.begun[kind as usize];
            *begun = begun.saturating_add(1);
        }
    }

    /// Takes a session that is to begin now. Returns false if none of its kind may begin any more today.
    #[must_use]
    pub(super) fn take(&mut self, kind: PresenceKind, now: UnixSeconds) -> bool {
        self.turn_to(now);
        let begun = &mut self.begun[kind as usize];
        let may_begin = *begun < MOST_PER_DAY;
        *begun += u16::from(may_begin);
        may_begin
    }

    fn turn_to(&mut self, now: UnixSeconds) {
        if self.day != day_of(now) {
            *self = Self {
                day: day_of(now),
                ..Self::default()
            };
        }
    }
}

fn day_of(at: UnixSeconds) -> i64 {
    const DAY: i64 = 86_400;
    at.0.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixSeconds = UnixSeconds(1_700_000_000 / 86_400 * 86_400 + 43_200);
    const MIDNIGHT: UnixSeconds = UnixSeconds(NOON.0 + 43_200);

    /// Returns how many of a kind may begin.
    fn takes(quota: &mut Quota, kind: PresenceKind, now: UnixSeconds) -> usize {
        (0..5_000).filter(|_| quota.take(kind, now)).count()
    }

    #[test]
    fn each_kind_may_begin_so_often_a_day() {
        let mut quota = Quota::default();

        assert_eq!(takes(&mut quota, PresenceKind::Game, NOON), 1_000);
        assert_eq!(takes(&mut quota, PresenceKind::Game, NOON), 0);
        assert_eq!(takes(&mut quota, PresenceKind::Voice, NOON), 1_000);
        assert_eq!(takes(&mut quota, PresenceKind::Game, MIDNIGHT), 1_000);
    }

    #[test]
    fn what_has_begun_before_a_restart_counts_if_it_was_today() {
        let mut quota = Quota::default();
        let yesterday = UnixSeconds(NOON.0 - 86_400);
        for began_at in [yesterday, NOON, UnixSeconds(NOON.0 + 5)] {
            quota.note(PresenceKind::Game, began_at, UnixSeconds(NOON.0 + 60));
        }

        assert_eq!(takes(&mut quota, PresenceKind::Game, NOON), 998);
    }
}
