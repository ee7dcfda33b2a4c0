//! What ends in a slot, and when it may.

use oxeye_fleet::ids::SlotId;
use oxeye_fleet::rules::Slot;

use super::{Life, RESTART_AFTER, Seen};

/// A slot is given up for a player who wants another only if its worker is lost, and no server was ever
/// started in its world there. Of a world from before the fleet, only the worker can say so.
pub(super) fn check_abandoned(id: SlotId, life: &Life, seen: Seen<'_>) -> Option<String> {
    let limits = seen.fleet.limits();
    let is_lost = seen.counted.was_away_for(id, limits.worker_lost_after);
    let is_known =
        !seen.world.old_worlds.contains(&life.place) || seen.hosts.knows_worlds_of(&life.place.1);
    let is_lived_in = is_known && seen.world.lived_in.contains(&life.place);
    (!is_lost || is_lived_in && !limits.discards_worlds)
        .then(|| format!("{id} is given up without need"))
}

/// A session that ended with time was silent for long enough.
pub(super) fn silenced_early(life: &Life, after: &Slot, seen: Seen<'_>) -> Option<String> {
    let lost = seen.fleet.limits().lost();
    let mut ended = life
        .sessions
        .iter()
        .filter(|session| !after.sessions.contains_key(session));
    ended.find_map(|session| {
        let beat = seen.beats.get(session)?.max(&life.ready_at);
        let silence = seen.counted.silence(after.id, *beat, seen.world.now);
        (silence < Some(lost)).then(|| format!("a session of {} ended after {silence:?}", after.id))
    })
}

pub(super) fn waits_to_restart(id: SlotId, life: &Life, seen: Seen<'_>) -> bool {
    let waited = life.crashed_at.map(|at| seen.waited(id, at));
    waited.is_some_and(|waited| waited > RESTART_AFTER)
}
