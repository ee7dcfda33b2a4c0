//! What people read about the fleet, which starts a game server for every player.

use oxeye_db::UnixSeconds;

use crate::Text;

/// The fleet at one moment, as it publishes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// The most servers at once. Those that have stopped do not count.
    pub max_servers: usize,
    /// Whether a new server can be started now.
    pub starts_servers: bool,
    /// All slots, oldest first.
    pub slots: Vec<FleetSlot>,
}

/// A place for one game server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetSlot {
    /// Where its server is in its life.
    pub state: SlotState,
    /// The players on it, in the order in which they joined.
    pub players: Vec<FleetPlayer>,
    /// When a player was last there.
    pub last_active: UnixSeconds,
}

/// A player on a server of the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetPlayer {
    /// What they are called, as their client says: any text.
    pub name: String,
    /// When they joined.
    pub joined_at: UnixSeconds,
}

/// Where a server of the fleet is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotState {
    /// Not ready yet.
    Starting,
    /// Somebody is there.
    Running,
    /// Nobody is there.
    Idle,
    /// Saving its world.
    Stopping,
    /// Not running, but kept in case its player comes back.
    Stopped,
    /// Given up after crashes, or never started.
    Failed,
    /// About to be gone.
    Deleting,
}

impl SlotState {
    /// All states, in the order of a life.
    pub const ALL: [Self; 7] = [
        Self::Starting,
        Self::Running,
        Self::Idle,
        Self::Stopping,
        Self::Stopped,
        Self::Failed,
        Self::Deleting,
    ];

    /// Whether a server in this state counts towards the maximum.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(
            self,
            Self::Starting | Self::Running | Self::Idle | Self::Stopping
        )
    }

    /// Returns the coloured dot of the state.
    #[must_use]
    pub fn dot(self) -> &'static str {
        match self {
            Self::Running => "🟢",
            Self::Starting => "🟡",
            Self::Idle => "⚪",
            Self::Stopping => "🟠",
            Self::Failed => "🔴",
            Self::Stopped | Self::Deleting => "⚫",
        }
    }
}

impl Text {
    /// Says how full the fleet is.
    #[must_use]
    pub fn fleet_capacity(self, fleet: &Fleet) -> String {
        let slots = fleet.slots.iter();
        let live = slots.clone().filter(|slot| slot.state.is_live()).count();
        let players = slots.map(|slot| slot.players.len()).sum();
        self.fleet_counts(live, fleet.max_servers, players)
    }

    /// Returns the state of a slot in words.
    #[must_use]
    pub fn slot_state(self, state: SlotState) -> String {
        match state {
            SlotState::Starting => self.slot_starting(),
            SlotState::Running => self.slot_running(),
            SlotState::Idle => self.slot_idle(),
            SlotState::Stopping => self.slot_stopping(),
            SlotState::Stopped => self.slot_stopped(),
            SlotState::Failed => self.slot_failed(),
            SlotState::Deleting => self.slot_deleting(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    fn fleet(states: &[SlotState], max_servers: usize) -> Fleet {
        let slot = |state: &SlotState| FleetSlot {
            state: *state,
            players: match state {
                SlotState::Running => vec![FleetPlayer {
                    name: "Alex".to_owned(),
                    joined_at: UnixSeconds(1),
                }],
                _ => Vec::new(),
            },
            last_active: UnixSeconds(1),
        };
        Fleet {
            max_servers,
            starts_servers: true,
            slots: states.iter().map(slot).collect(),
        }
    }

    #[track_caller]
    fn check(states: &[SlotState], max_servers: usize, english: &str, german: &str) {
        let fleet = fleet(states, max_servers);
        assert_eq!(Text::of(Locale::English).fleet_capacity(&fleet), english);
        assert_eq!(Text::of(Locale::German).fleet_capacity(&fleet), german);
    }

    #[test]
    fn servers_that_have_stopped_do_not_count_towards_the_maximum() {
        check(
            &SlotState::ALL,
            50,
            "4 of 50 servers, 1 player",
            "4 von 50 Servern, 1 Spieler",
        );
        check(
            &[],
            1,
            "0 of 1 server, 0 players",
            "0 von 1 Server, 0 Spieler",
        );
        check(
            &[SlotState::Running; 2],
            2,
            "2 of 2 servers, 2 players",
            "2 von 2 Servern, 2 Spieler",
        );
    }
}
