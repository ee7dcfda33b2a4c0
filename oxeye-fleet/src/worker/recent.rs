//! The newest list of the engine. The fleet asks for one every 10 s. Together with what was allowed since, it shows
//! everything that may run, and perhaps something that has ended. So a refusal that follows from it has to be checked
//! with another list.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::ids::{SlotId, WorldName};
use crate::rules::Listed;

/// How long a list is used: somewhat longer than until the fleet asks for the next one.
const USED_FOR: Duration = Duration::from_secs(15);

/// The newest list.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Option<List>>);

#[derive(Debug, Clone)]
struct List {
    asked_at: Instant,
    listed: Vec<Listed>,
}

impl Recent {
    /// Keeps a list, unless a newer one has come before it.
    pub(super) fn note(&self, asked_at: Instant, listed: &[Listed]) {
        let mut newest = self.0.lock();
        if newest
            .as_ref()
            .is_none_or(|known| known.asked_at <= asked_at)
        {
            let listed = listed.to_vec();
            *newest = Some(List { asked_at, listed });
        }
    }

    /// Returns the newest list and when it was asked for, unless it is too old.
    pub(super) fn list(&self, now: Instant) -> Option<(Instant, Vec<Listed>)> {
        let newest = self.0.lock();
        let newest = newest.as_ref()?;
        let is_used = now < newest.asked_at + USED_FOR;
        is_used.then(|| (newest.asked_at, newest.listed.clone()))
    }

    /// Returns the world of a slot in the newest list, however old that is: a slot keeps its world.
    pub(super) fn world_of(&self, slot: SlotId) -> Option<WorldName> {
        let newest = self.0.lock();
        let mut listed = newest.as_ref()?.listed.iter();
        let known = listed.find(|known| known.slot == slot)?;
        Some(known.world.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PlayerId;

    fn list(slot: u64) -> Vec<Listed> {
        let player: PlayerId = "Ada".parse().unwrap();
        vec![Listed {
            slot: SlotId(slot),
            port: 8081,
            world: WorldName::of(&player),
            run: None,
            running: false,
            exit_code: None,
        }]
    }

    #[test]
    fn the_newest_list_counts_for_a_while() {
        let recent = Recent::default();
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        assert_eq!(recent.list(at(0)), None);

        recent.note(at(2), &list(2));
        recent.note(at(1), &list(1));

        assert_eq!(recent.list(at(3)), Some((at(2), list(2))));
        recent.note(at(5), &list(3));
        assert_eq!(recent.list(at(19)), Some((at(5), list(3))));
        assert_eq!(recent.list(at(20)), None);
        let world = list(3)[0].world.clone();
        assert_eq!(recent.world_of(SlotId(3)), Some(world));
        assert_eq!(recent.world_of(SlotId(2)), None);
    }
}
