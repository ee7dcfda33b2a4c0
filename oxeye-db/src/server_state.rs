//! One linked server: its roster, its last seen and its past sessions.
//!
//! This module holds every rule about *who is online* and *for how long*. [`crate::reporting`] adds
//! locking and storage around it. A rule changes memory at once and notes the matching changes of
//! the file in a [`Ledger`].
//!
//! | module            | rules for                                                           |
//! |-------------------|---------------------------------------------------------------------|
//! | `questions`       | what everyone may ask about a server                                |
//! | `lately`          | those who were on a server lately, by person                        |
//! | `reports`         | joins and leaves that arrive in order                               |
//! | `syncs`           | syncs and heartbeats, and the disconnect                            |
//! | `late`            | events that arrive late and are inserted where they belong          |
//! | `surroundings`    | the part of a player's past that a late event can change            |
//! | `loose_ends`      | joins and leaves that belong to no stay yet                         |
//! | `future`          | what a clock that ran fast recorded, which lies in the future       |
//! | `deduplication`   | telling a repeated event from a new one                             |
//! | `stay`            | a player who comes online and goes offline                          |
//! | `skins`           | what players wear, and which textures lead to a skin                |
//! | `reported_count`  | a server that reports how many players are online, but no names     |
//! | `about`           | what a server says about itself                                     |
//! | `game_server`     | whether the Minecraft server itself runs: up, starting or down      |
//! | `flapping`        | a server that goes up and down all the time                         |
//! | `periods`         | when the server was up or down, and when that is unknown            |
//! | `watch`           | the address of a server, and what its polls have shown              |
//! | `polls`           | what it means that the server answered at its address, or did not   |
//! | `silence`         | a server that stops reporting: quiet, then stale                    |
//! | `link_state`      | the state of a server in one word                                   |
//! | `shown`           | what people see of a server, to notice when it changes              |
//! | `import`          | stays that come from another store                                  |
//! | `forget`          | forgetting a player, or whatever is too old                         |
//! | `restore`         | reading the file back after a start or a failed write               |

mod about;
#[cfg(test)]
mod cost;
mod deduplication;
mod flapping;
mod forget;
mod future;
mod game_server;
mod import;
mod late;
mod lately;
mod link_state;
mod loose_ends;
#[cfg(test)]
mod model;
mod periods;
mod polls;
mod questions;
mod reported_count;
mod reports;
mod restore;
mod shown;
mod silence;
mod skins;
mod stay;
mod surroundings;
mod syncs;
mod watch;

pub(crate) use deduplication::EventNumber;
pub(crate) use forget::Traces;
pub(crate) use lately::{Lately, Recent};
pub use link_state::LinkState;
pub use questions::{OfflinePlayerInfo, OnlinePlayer};
pub use silence::SilenceLimits;
pub(crate) use stay::Stay;
pub(crate) use surroundings::LOOKBACK;
pub(crate) use watch::Watch;

use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds, limits};

use crate::history::History;
use crate::ids::GuildId;
use crate::last_seen::LastSeen;
use crate::ledger::{Ledger, LooseEnd, ServerFacts, StoreChange};
use crate::periods::Periods;
use crate::players::PlayerId;
use crate::roster_losses::RosterLosses;
use crate::session::{ClosedSession, SessionEnd, SessionId};
use crate::textures::Textures;
use about::About;
use deduplication::CurrentEpoch;
use flapping::Flapping;
use loose_ends::LooseEnds;
use reported_count::ReportedCount;
use shown::Published;

/// Maximum number of players in one server's last seen. It is more than a real server has in a
/// window, and keeps a server that reports one new name after another from filling the memory that
/// all servers share.
const MAX_LAST_SEEN: usize = 100_000;

/// One linked server in memory. A player is either in `players` or in `last_seen`, never in both.
#[derive(Debug)]
pub(crate) struct ServerState {
    /// The guild that the server belongs to.
    guild: GuildId,
    /// The server's name, unique in its guild.
    name: ServerName,
    /// Whether the server is linked now, that is, has a valid key; false after a disconnect.
    linked: bool,
    /// When the server was disconnected; `None` while it is linked.
    disconnected_at: Option<UnixSeconds>,
    /// The number of the link. It changes whenever the server is linked again, which identifies
    /// keys of an earlier link. Kept in memory only, because no request outlives the process.
    link: u64,
    /// The players who are online.
    players: HashMap<PlayerName, Stay>,
    /// The players who are offline, and when they were last seen.
    last_seen: LastSeen,
    /// The sessions that are over.
    history: History,
    /// Whether the plugin has sent its whole roster since Oxeye started.
    synced_since_boot: bool,
    /// How often polls closed its sessions although its plugin may still have known who was on.
    roster_losses: RosterLosses,
    /// The number of players the server reports; shown only until it reports their names.
    reported_count: Option<ReportedCount>,
    /// When the server last said anything, by our clock.
    heard_at: Option<UnixSeconds>,
    /// Whether the server was silent for so long that its sessions were closed.
    stale: bool,
    /// The textures that this server has reported, and which of them lead to a skin.
    textures: Textures,
    /// A number that grows whenever a picture of the roster would change.
    revision: u64,
    /// What the file says about the server itself. Its `at` is the latest time *about which* we
    /// know something; it is before `heard_at` when old events are delivered late.
    facts: ServerFacts,
    /// When the server was up or down.
    periods: Periods,
    /// The last changes between up and down.
    flapping: Flapping,
    /// No known event of any player is later than this, so an event from here on is in order.
    settled_until: UnixSeconds,
    /// Since when the server has been able to reach us. Silence before that says nothing about it.
    listening_since: UnixSeconds,
    /// When the Minecraft server reported its start, and the last session that existed at that
    /// time.
    started: Option<(UnixSeconds, SessionId)>,
    /// Players who came online after that report with a join time before it.
    from_before_start: HashSet<PlayerName>,
    current_epoch: CurrentEpoch,
    loose_ends: LooseEnds,
    /// The number of the last failed write after which memory was read back; see
    /// [`crate::reporting`].
    last_failed_write: u64,
    /// Whether memory differs from the file and could not be read back yet.
    is_out_of_date: bool,
    /// What the server says about itself.
    about: About,
    /// The address at which Oxeye asks, if the server has one.
    watch: Option<Watch>,
    /// How long a player who left stays in last seen.
    window: Duration,
    /// How long members of the guild see them there, at most as long.
    shown_window: Duration,
    published: Published,
}

impl ServerState {
    /// Returns a server that has been linked and has reported nothing yet.
    #[must_use]
    pub(crate) fn new(
        guild: GuildId,
        name: ServerName,
        window: Duration,
        now: UnixSeconds,
    ) -> Self {
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
            roster_losses: RosterLosses::default(),
            reported_count: None,
            heard_at: None,
            stale: false,
            textures: Textures::default(),
            revision: 0,
            facts: ServerFacts::default(),
            periods: Periods::default(),
            flapping: Flapping::default(),
            settled_until: UnixSeconds(i64::MIN),
            listening_since: now,
            started: None,
            from_before_start: HashSet::new(),
            current_epoch: CurrentEpoch::default(),
            loose_ends: LooseEnds::default(),
            last_failed_write: 0,
            is_out_of_date: false,
            about: About::default(),
            watch: None,
            window,
            shown_window: window,
            published: Published::new(now, window),
        }
    }

    /// Renames the server and returns its old name.
    pub(crate) fn rename(&mut self, name: ServerName) -> ServerName {
        self.revision += 1;
        std::mem::replace(&mut self.name, name)
    }

    /// Links the server, which was disconnected or watched alone. What is known of its players is kept.
    pub(crate) fn relink(&mut self, now: UnixSeconds) {
        self.advance_to(now);
        self.linked = true;
        self.disconnected_at = None;
        self.link += 1;
        self.await_sync();
        self.stale = false;
        self.facts.heartbeat = None;
        self.clear_about();
        self.facts.game = None;
        self.flapping = Flapping::default();
        self.watch_beside_plugin();
        self.listening_since = now;
    }

    /// Returns the same server, disconnected since the given time.
    pub(crate) fn unlinked(mut self, since: UnixSeconds) -> Self {
        self.linked = false;
        self.disconnected_at = Some(since);
        self
    }

    /// Returns how often polls closed the sessions of a server whose plugin may still have known who was on.
    pub(crate) fn roster_losses(&self) -> RosterLosses {
        self.roster_losses.clone()
    }

    /// Marks the roster as uncertain until the server sends all of it.
    fn await_sync(&mut self) {
        self.synced_since_boot = false;
        self.reported_count = None;
    }

    /// Notes that the server reports at `now` something about the time `at`, and returns the time
    /// of the latest evidence before this report. Every report starts here, so every report drops
    /// what has left the window.
    fn hear(&mut self, at: UnixSeconds, now: UnixSeconds) -> Option<UnixSeconds> {
        self.heard_at = Some(now);
        self.stale = false;
        self.forget_failures();
        self.note_evidence(at, now)
    }

    /// Notes evidence, at the time `at`, of the players online. Returns the time of the latest evidence so far.
    fn note_evidence(&mut self, at: UnixSeconds, now: UnixSeconds) -> Option<UnixSeconds> {
        self.advance_to(now);
        self.last_seen.drop_older_than(self.window_edge(now));
        let before = self.facts.at;
        // Evidence from too far in the future was recorded by a clock that ran fast.
        let believed = before.filter(|before| *before <= latest(now));
        self.facts.at = Some(believed.map_or(at, |before| before.max(at)));
        before
    }
}

/// Returns the time of an event: the one the plugin names, limited to the times that we accept in a
/// batch. The limits for single events are narrower; see [`crate::reporting`].
fn clamp(at: Option<UnixSeconds>, now: UnixSeconds) -> UnixSeconds {
    at.map_or(now, |at| {
        at.clamp(now.minus(limits::MAX_LATE_BATCH_EVENT), latest(now))
    })
}

/// The latest time that we accept from a report: clocks differ a little.
pub(crate) fn latest(now: UnixSeconds) -> UnixSeconds {
    now.plus(limits::EARLY_EVENT_LIMIT)
}
