//! One linked server: its roster, when those who left were last seen, and its past sessions.
//!
//! Every rule about *who is on* and *for how long* is here; [`crate::reporting`] adds locking and
//! storage around it. A rule changes memory at once and writes into a [`Ledger`] what that means
//! for the file.
//!
//! | module     | rules for                                                       |
//! |------------|-----------------------------------------------------------------|
//! | `reports`  | what the server says in good order                              |
//! | `late`     | what comes late and is put among what is known                  |
//! | `around`   | the part of what is known that a late event can change          |
//! | `loose_ends` | joins and leaves that belong to no stay yet                  |
//! | `skins`    | which textures lead to a skin                                   |
//! | `deduplication` | what is told twice, and what is not                             |
//! | `shown`    | what people see of it, so that a change is noticed              |
//! | `stay`     | a player who comes online, and goes                             |
//! | `silence`  | a server that says nothing: quiet, then stale                   |
//! | `count`    | a server that tells how many are on, and not who                |
//! | `import`   | stays that are known from elsewhere                             |
//! | `forget`   | what is to be forgotten: a player, or what is too old           |
//! | `link_state` | how much is known of it, in one word                          |
//! | `restore`  | what the file says, after a start or when a write has failed    |

#[cfg(test)]
mod cost;
mod deduplication;
mod forget;
mod import;
mod late;
mod link_state;
mod loose_ends;
#[cfg(test)]
mod model;
mod reported_count;
mod reports;
mod restore;
mod shown;
mod silence;
mod skins;
mod stay;
mod surroundings;

pub(crate) use deduplication::EventNumber;
pub(crate) use forget::Traces;
pub use link_state::LinkState;
pub use silence::SilenceLimits;
pub use stay::Stay;
pub(crate) use surroundings::LOOKBACK;

use deduplication::CurrentEpoch;
use hashbrown::{HashMap, HashSet};
use loose_ends::LooseEnds;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds, limits};
use reported_count::ReportedCount;
use shown::Published;
use std::time::Duration;

use crate::history::History;
use crate::ids::GuildId;
use crate::last_seen::LastSeen;
use crate::ledger::{Ledger, LooseEnd, ServerFacts, StoreChange};
use crate::players::PlayerId;
use crate::session::{ClosedSession, SessionEnd, SessionId};
use crate::textures::Textures;

/// Players in one server's last seen. More than a real server has in a window; one that names new
/// players without end must not fill the memory that all share.
const MAX_LAST_SEEN: usize = 100_000;

/// A player who is online now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlinePlayer {
    /// The name as the server sent it.
    pub player: PlayerName,
    /// When they joined, or when a sync first named them.
    pub joined_at: UnixSeconds,
}

/// A player who is not online and was lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflinePlayerInfo {
    /// The name as the server sent it.
    pub player_name: PlayerName,
    /// The latest evidence that they were there.
    pub last_seen: UnixSeconds,
}

/// One linked server in memory. A player is either in `players` or in `last_seen`, never in both.
#[derive(Debug)]
pub struct ServerState {
    /// The guild whose server this is.
    guild: GuildId,
    /// The server's name, unique in its guild.
    name: ServerName,
    /// Whether a key speaks for this server now; false after a disconnect.
    linked: bool,
    /// When it was disconnected, while it is.
    disconnected_at: Option<UnixSeconds>,
    /// The number of its link: another one whenever it is linked again, so that a key of before is
    /// known by it. In memory only, since no request outlives the process.
    link: u64,
    /// The players who are online.
    players: HashMap<PlayerName, Stay>,
    /// The players who are not, and when they were last seen.
    last_seen: LastSeen,
    /// The sessions that are over.
    history: History,
    /// Whether the plugin has told the whole roster since we started.
    synced_since_boot: bool,
    /// How many players it says it has; shown only until it has told who they are.
    reported_count: Option<ReportedCount>,
    /// When the server last said anything, by our clock.
    heard_at: Option<UnixSeconds>,
    /// Whether it was silent for so long that its sessions were closed.
    stale: bool,
    /// Which of the textures that this server has reported lead to a skin.
    textures: Textures,
    /// Grows whenever a picture of the roster would change.
    revision: u64,
    /// What the file says of the server itself. Its `at` is the latest time *of* which something
    /// is known, which may lie before `heard_at` when old news comes in.
    facts: ServerFacts,
    /// Nothing that we know of any player happened after this, so an event from here on is in good
    /// order.
    settled_until: UnixSeconds,
    /// Since when we could have heard something: silence before that is our own.
    listening_since: UnixSeconds,
    /// When the Minecraft server said that it had started, and the last session that there was then.
    started: Option<(UnixSeconds, SessionId)>,
    /// Who came online since with a beginning before that.
    from_before_start: HashSet<PlayerName>,
    current_epoch: CurrentEpoch,
    loose_ends: LooseEnds,
    /// The last failed write after which memory was restored; see [`crate::reporting`].
    last_failed_write: u64,
    /// Memory does not follow the file, and could not be read back yet.
    is_out_of_date: bool,
    window: Duration,
    published: Published,
}

impl ServerState {
    /// A server that has been linked and has said nothing yet.
    #[must_use]
    pub fn new(guild: GuildId, name: ServerName, window: Duration, now: UnixSeconds) -> Self {
        Self {
            guild,
            name,
            linked: true,
            disconnected_at: None,
            link: 0,
            players: HashMap::new(),
            last_seen: LastSeen::new(MAX_LAST_SEEN),
            history: History::default(),
            synced_since_boot: false,
            reported_count: None,
            heard_at: None,
            stale: false,
            textures: Textures::default(),
            revision: 0,
            facts: ServerFacts::default(),
            settled_until: UnixSeconds(i64::MIN),
            listening_since: now,
            started: None,
            from_before_start: HashSet::new(),
            current_epoch: CurrentEpoch::default(),
            loose_ends: LooseEnds::default(),
            last_failed_write: 0,
            is_out_of_date: false,
            window,
            published: Published::new(now, window),
        }
    }

    /// The guild whose server this is.
    pub(crate) fn guild(&self) -> GuildId {
        self.guild
    }

    /// The server's name, unique in its guild.
    pub(crate) fn name(&self) -> &ServerName {
        &self.name
    }

    /// Gives the server another name. Returns the old one.
    pub(crate) fn rename(&mut self, name: ServerName) -> ServerName {
        self.revision += 1;
        std::mem::replace(&mut self.name, name)
    }

    /// Whether a key speaks for the server now; false after a disconnect.
    pub(crate) fn is_linked(&self) -> bool {
        self.linked
    }

    /// The number of its link: another one whenever it is linked again.
    pub(crate) fn link(&self) -> u64 {
        self.link
    }

    /// The players who are online.
    pub(crate) fn players(&self) -> &HashMap<PlayerName, Stay> {
        &self.players
    }

    /// The players who are not online, and when they were last seen.
    pub(crate) fn last_seen(&self) -> &LastSeen {
        &self.last_seen
    }

    /// The sessions that are over.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// Which of the textures that the server has reported lead to a skin.
    pub(crate) fn textures(&self) -> &Textures {
        &self.textures
    }

    /// Whether the plugin has sent the whole roster since we started.
    pub(crate) fn is_synced(&self) -> bool {
        self.synced_since_boot
    }

    /// When the server last said anything, by our clock.
    pub(crate) fn heard_at(&self) -> Option<UnixSeconds> {
        self.heard_at
    }

    /// Grows whenever a picture of the roster would change.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The oldest time that still counts as lately.
    #[must_use]
    pub fn window_edge(&self, now: UnixSeconds) -> UnixSeconds {
        now.minus(self.window)
    }

    /// The server is linked anew and continues: what it remembers of its players stays.
    pub fn relink(&mut self, now: UnixSeconds) {
        self.advance_to(now);
        self.linked = true;
        self.disconnected_at = None;
        self.link += 1;
        self.await_sync();
        self.stale = false;
        self.facts.heartbeat = None;
        self.listening_since = now;
    }

    /// A server that is not linked, since then.
    pub(crate) fn unlinked(mut self, since: UnixSeconds) -> Self {
        self.linked = false;
        self.disconnected_at = Some(since);
        self
    }

    /// Whether it is not linked and nothing is known of any player on it.
    pub(crate) fn is_blank(&self) -> bool {
        !self.linked
            && self.players.is_empty()
            && self.history.is_empty()
            && self.loose_ends.is_empty()
    }

    /// Whether the server has reported this player lately: online, or in last seen.
    pub(crate) fn remembers(&self, player: &PlayerName) -> bool {
        self.players.contains_key(player) || self.last_seen.get(player).is_some()
    }

    /// From now on its roster is not certain, until it tells all of it.
    fn await_sync(&mut self) {
        self.synced_since_boot = false;
        self.reported_count = None;
    }

    /// Everyone online, who joined first comes first.
    #[must_use]
    pub fn online(&self) -> Vec<OnlinePlayer> {
        let mut online: Vec<_> = self
            .players
            .iter()
            .map(|(player, stay)| OnlinePlayer {
                player: player.clone(),
                joined_at: stay.joined_at,
            })
            .collect();
        online.sort_unstable_by(|a, b| (a.joined_at, &a.player).cmp(&(b.joined_at, &b.player)));
        online
    }

    /// The `limit` players who left last, newest first.
    #[must_use]
    pub fn get_recently_offline(&self, limit: usize, now: UnixSeconds) -> Vec<OfflinePlayerInfo> {
        self.last_seen
            .newest_first(self.window_edge(now))
            .take(limit)
            .map(|(player, last_seen)| OfflinePlayerInfo {
                player_name: player.clone(),
                // A clock that was ahead may have booked it.
                last_seen: last_seen.min(latest(now)),
            })
            .collect()
    }

    /// The last evidence of who was on.
    #[must_use]
    pub fn evidence_at(&self) -> Option<UnixSeconds> {
        self.facts.at
    }

    /// The server speaks at `now` of the time `at`; answers of when it last spoke before. Every
    /// report starts here, so every report drops what has left the window.
    fn hear(&mut self, at: UnixSeconds, now: UnixSeconds) -> Option<UnixSeconds> {
        self.advance_to(now);
        self.last_seen.drop_older_than(self.window_edge(now));
        self.heard_at = Some(now);
        self.stale = false;
        let before = self.facts.at;
        // Evidence from further ahead than we believe was booked by a clock that ran fast.
        let believed = before.filter(|before| *before <= latest(now));
        self.facts.at = Some(believed.map_or(at, |before| before.max(at)));
        before
    }
}

/// The time an event happened: what the plugin says, within what we believe of a batch. A single
/// event is believed less; see [`crate::reporting`].
fn clamp(at: Option<UnixSeconds>, now: UnixSeconds) -> UnixSeconds {
    at.map_or(now, |at| {
        at.clamp(now.minus(limits::MAX_LATE_BATCH_EVENT), latest(now))
    })
}

/// The latest time we believe: clocks differ a little.
pub(crate) fn latest(now: UnixSeconds) -> UnixSeconds {
    now.plus(limits::EARLY_EVENT_LIMIT)
}
