//! Whether players get servers where there is room, and only there.

use oxeye_fleet::ids::{PlayerId, SlotId};
use oxeye_fleet::rules::{Fleet, Slot, State};

use super::Watcher;
use crate::world::World;

impl Watcher {
    /// A player who is refused while the fleet may have more servers has no worker that could take theirs,
    /// unless the engines refuse them.
    pub(super) fn check_refused(&mut self, player: &PlayerId, fleet: &Fleet, world: &World) {
        let open = self.hosts.open_to(player, fleet, world, &self.counted);
        let is_refused_by_engine = self.refusals.is_recent(world.now);
        let is_right = open.is_none() || is_refused_by_engine;
        self.violations.claim(is_right, || {
            format!("{player} gets no server, though {open:?} has room")
        });
    }

    /// A session may come back in a restart that had ended just before, until it has been silent for too
    /// long. Only then may a server have more players than allowed.
    pub(super) fn check_room(&mut self, slot: SlotId, fleet: &Fleet) {
        let (players, max) = (
            fleet.slot(slot).map_or(0, |slot| slot.player_count()),
            fleet.limits().max_players,
        );
        let is_restored = self.restored.contains(&slot);
        self.violations.claim(players <= max || is_restored, || {
            format!("{players} players on {slot}")
        });
    }

    /// Only those who have a server on a worker that cannot be reached wait for it.
    pub(super) fn check_that_no_guest_waits(
        &mut self,
        player: &PlayerId,
        slot: SlotId,
        fleet: &Fleet,
    ) {
        let Some(slot) = fleet.slot(slot) else { return };
        let visits = slot.sessions.values();
        let was_there = visits.filter(|visit| visit.player == *player).count() > 1;
        let is_right = slot.owner == *player || was_there || !fleet.is_away(&slot.worker);
        self.violations.claim(is_right, || {
            format!("{player} waits for {}, a server of others", slot.id)
        });
    }

    /// Nobody gets a server for themselves while they may share one that has room.
    pub(super) fn check_that_others_are_full(&mut self, new: SlotId, fleet: &Fleet) {
        let max = fleet.limits().max_players;
        let takes_guests = |slot: &&Slot| {
            let is_up = matches!(slot.state, State::Starting | State::Running | State::Idle);
            let is_away = fleet.is_away(&slot.worker);
            slot.id != new && is_up && !is_away && slot.player_count() < max
        };
        let with_room = fleet.slots().find(takes_guests).map(|slot| slot.id);
        self.violations.claim(max == 1 || with_room.is_none(), || {
            format!("{new} is made although {with_room:?} has room")
        });
    }
}
