//! Weighs statements against who is on, so that each join and leave is one event.

mod moment;
mod proxy;
mod shown;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use oxeye_plugin_proto::{PlayerName, ServerName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::address::Trace;
use super::family::Family;
use super::grammar::Statement;
use super::margin::Margin;
use super::name;
use super::recognition::Recognition;
use crate::game_event::GameEvent;
use crate::roster::RosterEntry;
pub(super) use moment::Moment;
use moment::Recent;
use proxy::{Ends, Parted};
use shown::Shown;

/// The most announced or logged-in players remembered. Players are announced a moment before they join.
const MOST_ACQUAINTED: usize = 128;
/// The most players remembered who left in a log without its boot, so that they leave only once.
const MOST_GONE: usize = 64;
/// The most players who can be on: a log with more is not one of a server.
const MOST_ONLINE: usize = 20_000;

/// What a reader remembers of earlier lines, to continue exactly here: who is on, and how this
/// log is written. It is bounded whatever the log contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderState {
    pub(super) family: Option<Family>,
    /// Whether any line had a head.
    pub(super) has_heads: bool,
    pub(super) recognition: Recognition,
    pub(super) margin: Margin,
    /// Whether a start or end of the server was read, so that nobody else can be on.
    knows_everyone: bool,
    online: BTreeMap<PlayerName, Place>,
    /// Those who were on when the server began to stop: their leaves are still to come.
    leaving: BTreeSet<PlayerName>,
    /// Those who were announced or logged in since the boot, the latest last.
    acquainted: VecDeque<Acquaintance>,
    /// Those who left, the latest last, while it is not known who was on before the log begins.
    gone: VecDeque<PlayerName>,
    /// BungeeCord: whose connections ended just now.
    parted: Recent<Parted>,
    /// Proxies: whether the ends of connections are told.
    ends: Ends,
    shown: Shown,
    run: Run,
    habits: Habits,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    uuid: Option<Uuid>,
    server: Option<ServerName>,
    /// Proxies: by which connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
    /// Velocity: the connection itself was told of, not only what it led to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_connected: bool,
    /// BungeeCord: when their first server took them, while they are on that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    joined: Option<Moment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Acquaintance {
    player: PlayerName,
    /// Kept only until it is used: an account is announced before every login.
    uuid: Option<Uuid>,
}

/// What was read of the server's current run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    booted: bool,
    started: bool,
    stopped: bool,
    crashed: bool,
}

/// Which kinds of lines this log has. A broadcast counts for less where there are better ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Habits {
    announces: bool,
    logs_in: bool,
    loses: bool,
    /// BungeeCord says who is about to connect.
    greets: bool,
}

impl ReaderState {
    /// Returns who is on according to the log.
    pub fn online(&self) -> impl Iterator<Item = &PlayerName> {
        self.online.keys()
    }

    /// Returns who is on and where, according to the log, without the times.
    pub fn present(&self) -> impl Iterator<Item = RosterEntry> {
        self.online.iter().map(|(player, place)| RosterEntry {
            uuid: place.uuid,
            server: place.server.clone(),
            ..RosterEntry::named(player.clone())
        })
    }

    /// Whether the log showed a time at which nobody was on, so that nobody else can be.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        self.knows_everyone
    }

    /// Returns the event, if the line states something new. `now` is the time that it prints.
    pub(super) fn apply(&mut self, statement: Statement, now: Option<Moment>) -> Option<GameEvent> {
        match statement {
            Statement::Boot => Some(self.boot()),
            Statement::Listening if !self.run.booted => None,
            Statement::Start | Statement::Listening => {
                once(&mut self.run.started).then_some(GameEvent::Start)
            }
            Statement::Stop => once(&mut self.run.stopped).then(|| self.empty(GameEvent::Stop)),
            Statement::Crash => once(&mut self.run.crashed).then(|| self.empty(GameEvent::Crash)),
            Statement::Announced(player, uuid) => {
                self.habits.announces = true;
                self.shown.expect_join(&player, now);
                self.meet(player, Some(uuid));
                None
            }
            Statement::LoggedIn(player) => self.log_in(player, now),
            Statement::LoggedInLocally(player) => self.log_in_locally(player, now),
            Statement::JoinShown(player) => self.show_join(player, now),
            Statement::LostConnection(player) => self.lose(player, now),
            Statement::LeaveShown(player) => self.show_leave(player, now),
            Statement::LoggedOut(player) => self.log_out(player, now),
            Statement::Connected {
                player,
                uuid,
                server,
            } => {
                self.ends
                    .note_server(&self.online, &player, server.as_ref());
                self.connect(player, uuid, server)
            }
            Statement::Disconnected(player) => self.leave(player, true),
            statement => self.apply_proxy(statement, now),
        }
    }

    fn boot(&mut self) -> GameEvent {
        *self = Self {
            family: self.family,
            has_heads: self.has_heads,
            recognition: std::mem::take(&mut self.recognition),
            margin: self.margin,
            ends: self
                .ends
                .of_next_run(self.is_proxy() && self.run.stopped && !self.leaving.is_empty()),
            knows_everyone: true,
            run: Run {
                booted: true,
                ..Run::default()
            },
            ..Self::default()
        };
        GameEvent::Boot
    }

    fn is_proxy(&self) -> bool {
        matches!(self.family, Some(Family::Velocity | Family::Bungeecord))
    }

    /// Empties the roster, though most leaves will still be logged.
    fn empty(&mut self, why: GameEvent) -> GameEvent {
        self.knows_everyone = true;
        self.run.started = false;
        let online = std::mem::take(&mut self.online);
        self.leaving.extend(online.into_keys());
        why
    }

    fn log_in(&mut self, player: PlayerName, now: Option<Moment>) -> Option<GameEvent> {
        self.habits.logs_in = true;
        // A name that looks like chat must have been announced, where this log announces.
        let odd = !name::is_plain(player.as_str());
        if odd && self.habits.announces && !self.is_acquainted(&player) {
            return None;
        }
        if !self.online.contains_key(&player) {
            self.shown.expect_join(&player, now);
        }
        self.meet(player.clone(), None);
        self.connect(player, None, None)
    }

    /// The text that players are shown has the display name. Where better lines are printed, it counts
    /// only for a name that one of them told.
    fn show_join(&mut self, player: PlayerName, now: Option<Moment>) -> Option<GameEvent> {
        // Whose own login is printed joins by that.
        if self.shown.is_join_of_another(&player, now) && self.habits.logs_in {
            return None;
        }
        let better = self.habits.announces || self.habits.logs_in;
        let odd = !name::is_plain(player.as_str());
        if (better || odd) && !self.is_acquainted(&player) {
            self.shown.note_stranger(player, now);
            return None;
        }
        self.connect(player, None, None)
    }

    fn connect(
        &mut self,
        player: PlayerName,
        uuid: Option<Uuid>,
        server: Option<ServerName>,
    ) -> Option<GameEvent> {
        if let Some(place) = self.online.get_mut(&player) {
            let server = server.filter(|server| place.server.as_ref() != Some(server))?;
            place.server = Some(server.clone());
            return Some(GameEvent::Switch { player, server });
        }
        if self.online.len() >= MOST_ONLINE {
            return None;
        }
        let uuid = uuid.or_else(|| self.take_uuid(&player));
        // Somebody comes on, so the server runs.
        self.run.stopped = false;
        self.run.crashed = false;
        self.leaving.remove(&player);
        self.gone.retain(|gone| *gone != player);
        self.online.insert(
            player.clone(),
            Place {
                uuid,
                server: server.clone(),
                ..Place::default()
            },
        );
        Some(GameEvent::Join {
            player,
            uuid,
            server,
        })
    }

    /// `counts`: the line is good enough for somebody whose join was before the log begins.
    fn leave(&mut self, player: PlayerName, counts: bool) -> Option<GameEvent> {
        let mut known = self.online.remove(&player).is_some();
        if !known {
            known = self.leaving.remove(&player);
        }
        if !self.knows_everyone {
            if !known && (!counts || self.gone.contains(&player)) {
                return None;
            }
            remember(&mut self.gone, player.clone(), MOST_GONE);
            return Some(GameEvent::Leave { player });
        }
        known.then_some(GameEvent::Leave { player })
    }

    fn meet(&mut self, player: PlayerName, uuid: Option<Uuid>) {
        let known = self
            .acquainted
            .iter()
            .position(|known| known.player == player);
        let known = known.and_then(|at| self.acquainted.remove(at));
        let uuid = uuid.or(known.and_then(|known| known.uuid));
        remember(
            &mut self.acquainted,
            Acquaintance { player, uuid },
            MOST_ACQUAINTED,
        );
    }

    fn is_acquainted(&self, player: &PlayerName) -> bool {
        self.acquainted.iter().any(|known| known.player == *player)
    }

    fn take_uuid(&mut self, player: &PlayerName) -> Option<Uuid> {
        let mut acquainted = self.acquainted.iter_mut();
        acquainted
            .find(|known| known.player == *player)?
            .uuid
            .take()
    }
}

/// Sets the flag; returns whether it was not set before.
fn once(flag: &mut bool) -> bool {
    !std::mem::replace(flag, true)
}

fn remember<T>(list: &mut VecDeque<T>, new: T, most: usize) {
    if list.len() >= most {
        list.pop_front();
    }
    list.push_back(new);
}
