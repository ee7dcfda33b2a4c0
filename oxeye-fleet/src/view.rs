//! What HTTP, the feed and the command line may see of the fleet: a copy, without any session id. The
//! messages of the wire are made from it in `http`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engine::{Memory, Trouble, Usage};
use crate::ids::{PlayerId, SlotId, WorkerName, WorldName};
use crate::rules::{FailedStarts, Limits, Severity, Slot, State};
use crate::time::{Moment, Now, UnixMillis};

/// The fleet at one moment.
#[derive(Debug, Clone)]
pub struct FleetView {
    /// Goes up with every change. Zero means that the engine's first list has not come yet.
    pub revision: u64,
    /// All slots, oldest first.
    pub slots: Vec<SlotView>,
    /// The limits, for the messages that name them.
    pub limits: Limits,
    /// Whether no engine can be reached.
    pub engine_is_away: bool,
    /// The workers, by name.
    pub workers: Vec<WorkerView>,
    /// The workers that are no longer in the settings, and how many worlds are bound to each.
    pub missing_workers: BTreeMap<WorkerName, usize>,
    /// Whether no new servers are started.
    pub is_draining: bool,
    /// Why players get no new servers for a while, if the engine has refused some or no port was free.
    pub refusal: Option<Refusal>,
    /// Slots allocated since the program started.
    pub created_total: u64,
    /// Slots deleted since the program started.
    pub deleted_total: u64,
    /// What happened lately, oldest first: at most 100 entries.
    pub news: Vec<News>,
    /// The present on the monotonic clock, to which deadlines refer.
    pub moment: Moment,
    /// The present for people.
    pub wall: UnixMillis,
}

/// Why players get no new servers for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, in the engine's words or ours.
    pub sentence: String,
    /// Whether these are the engine's words, which are for operators: they may name paths and images.
    pub is_by_engine: bool,
    /// When we try again.
    pub until: Moment,
}

/// A worker at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerView {
    /// Its name.
    pub name: WorkerName,
    /// Whether it cannot be reached.
    pub is_away: bool,
    /// Whether that has lasted so long that its players may get servers elsewhere.
    pub is_lost: bool,
    /// Whether it gets no new servers.
    pub is_draining: bool,
    /// Its servers that are starting, running, idle or stopping.
    pub live_servers: usize,
    /// Why it cannot be used, if it cannot be reached and the reason is known.
    pub trouble: Option<Trouble>,
    /// The memory for its servers, if it says.
    pub memory: Option<Memory>,
    /// The servers in a row that have not become ready there, if there were several.
    pub failed_starts: Option<FailedStarts>,
    /// Whether it has refused several servers in a row for the same reason.
    pub refuses_servers: bool,
}

impl WorkerView {
    /// A worker that has not been reached since the program started.
    #[must_use]
    pub fn unreached(name: WorkerName, trouble: Option<Trouble>) -> Self {
        Self {
            name,
            is_away: true,
            is_lost: false,
            is_draining: false,
            live_servers: 0,
            trouble,
            memory: None,
            failed_starts: None,
            refuses_servers: false,
        }
    }
}

/// A slot at one moment.
#[derive(Debug, Clone)]
pub struct SlotView {
    /// Its id.
    pub id: SlotId,
    /// The port.
    pub port: u16,
    /// Where it is in its life.
    pub state: State,
    /// The world.
    pub world: WorldName,
    /// The worker that its server runs on.
    pub worker: WorkerName,
    /// The player that it was allocated for.
    pub owner: PlayerId,
    /// The players, one entry per session, in the order in which they joined.
    pub players: Vec<PlayerView>,
    /// Number of different players.
    pub player_count: usize,
    /// When the state ends if nothing else happens.
    pub deadline: Option<Moment>,
    /// When it was allocated.
    pub created_at: UnixMillis,
    /// The last join, heartbeat, leave or request through the proxy.
    pub last_activity: UnixMillis,
    /// What its server uses, if the engine says.
    pub usage: Option<Usage>,
}

/// A visit of a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerView {
    /// The player.
    pub player: PlayerId,
    /// When it began.
    pub joined_at: UnixMillis,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    /// When it happened.
    pub at: UnixMillis,
    /// The slot that it happened to.
    pub slot: SlotId,
    /// What happened, as a sentence, which everybody may read.
    pub sentence: String,
    /// What the engine has said about it, which is for operators: it may name paths and images.
    #[serde(skip)]
    pub words: Option<String>,
    /// How much it matters to operators.
    #[serde(skip)]
    pub severity: Severity,
}

impl News {
    /// Something that happens to servers that are well, and about which the engine has said nothing.
    #[must_use]
    pub fn of(at: UnixMillis, slot: SlotId, sentence: impl Into<String>) -> Self {
        Self {
            at,
            slot,
            sentence: sentence.into(),
            words: None,
            severity: Severity::Info,
        }
    }

    /// Returns everything that is known, for operators.
    #[must_use]
    pub fn in_full(&self) -> String {
        match &self.words {
            Some(words) => format!("{}: {words}", self.sentence),
            None => self.sentence.clone(),
        }
    }
}

impl FleetView {
    /// Returns the view before the engine's first list.
    #[must_use]
    pub fn empty(limits: &Limits, now: Now) -> Self {
        Self {
            revision: 0,
            slots: Vec::new(),
            limits: limits.clone(),
            engine_is_away: true,
            workers: Vec::new(),
            missing_workers: BTreeMap::new(),
            is_draining: false,
            refusal: None,
            created_total: 0,
            deleted_total: 0,
            news: Vec::new(),
            moment: now.moment,
            wall: now.wall,
        }
    }

    /// Returns whether the engine's first list has come. Until then, nothing is known about any server.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.revision > 0
    }
}

impl SlotView {
    /// Copies what may be seen of a slot.
    #[must_use]
    pub fn of(slot: &Slot, usage: Option<Usage>) -> Self {
        let mut sessions: Vec<_> = slot.sessions.values().collect();
        sessions.sort_by_key(|session| session.joined_at);
        let players: Vec<_> = sessions
            .into_iter()
            .map(|session| PlayerView {
                player: session.player.clone(),
                joined_at: session.joined_at,
            })
            .collect();
        Self {
            id: slot.id,
            port: slot.port,
            state: slot.state,
            world: slot.world.clone(),
            worker: slot.worker.clone(),
            owner: slot.owner.clone(),
            player_count: slot.player_count(),
            players,
            deadline: slot.deadline,
            created_at: slot.created_at,
            last_activity: slot.last_activity,
            usage,
        }
    }
}
