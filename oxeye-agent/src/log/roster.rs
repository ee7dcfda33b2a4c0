//! Compares statements with who is online, so that each join and leave becomes one event.
//!
//! | module          | what it does                                                          |
//! |-----------------|-----------------------------------------------------------------------|
//! | `run`           | a run of the server: boot, start, stop, crash                         |
//! | `acquaintances` | players who were announced or logged in                               |
//! | `shown`         | compares the messages shown to players with better lines              |
//! | `proxy`         | statements of proxies, on which a player may have two connections     |
//! | `moment`        | events in the last seconds, by the times in the log                   |

mod acquaintances;
mod moment;
mod proxy;
mod run;
mod shown;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use oxeye_plugin_proto::{PlayerName, ServerName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::acquaintances::Acquaintances;
pub(super) use self::moment::Moment;
use self::moment::Recent;
use self::proxy::{Ends, Parted, Reconnecting};
use self::run::Run;
use self::shown::Shown;
use super::about::KindOfServer;
use super::activity::Online;
use super::address::Trace;
use super::family::Family;
use super::grammar::Statement;
use super::margin::Margin;
use super::name;
use super::recognition::Recognition;
use super::regular::Regular;
use super::separator::Separator;
use crate::game_event::{GameEvent, Participant};

/// How many players are remembered who left in a log whose boot was not read, so that they leave only
/// once.
const MOST_GONE: usize = 64;
/// The most players who can be online. A log with more is not that of a server.
const MOST_ONLINE: usize = 20_000;

/// What a reader remembers of earlier lines: who is online, and how the log is written. Its size is
/// bounded whatever the log contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderState {
    pub(super) family: Option<Family>,
    /// Whether any line had a head.
    pub(super) has_heads: bool,
    /// Whether the log began with heads that have, as far as they show, nothing but a time and a level. In
    /// other logs, a line that begins like this continues a message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_levels_alone: bool,
    /// Whether one of these heads shows it for certain, because no word in brackets follows the level.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_levels_alone_for_certain: bool,
    pub(super) journald: Regular,
    pub(super) compose: Regular,
    pub(super) recognition: Recognition,
    pub(super) margin: Margin,
    pub(super) separator: Separator,
    /// Whether nobody else can be online, because a start or end of the server was read.
    knows_everyone: bool,
    online: BTreeMap<PlayerName, Place>,
    /// Players who were online when the server began to stop, and whose leaves have not been read yet.
    leaving: BTreeSet<PlayerName>,
    /// Players who were announced or logged in since the boot, latest last.
    acquainted: Acquaintances,
    /// Players who left, latest last, while it is unknown who was online before the log begins.
    gone: VecDeque<PlayerName>,
    /// BungeeCord: players whose connections ended just now.
    parted: Recent<Parted>,
    #[serde(skip_serializing_if = "Reconnecting::is_over")]
    reconnecting: Reconnecting,
    /// Proxies: whether the ends of connections are logged.
    ends: Ends,
    shown: Shown,
    run: Run,
    habits: Habits,
    pub(super) kind: KindOfServer,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    uuid: Option<Uuid>,
    server: Option<ServerName>,
    /// BungeeCord: the server before that, on which the player stays if the switch fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<ServerName>,
    /// Proxies: the player's connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
    /// Velocity: whether the connection itself was logged, not only that to a server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_connected: bool,
    /// BungeeCord: when the first server accepted the player, until they switch to another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    joined: Option<Moment>,
}

/// Which kinds of lines this log has. Messages shown to players count for less if there are better
/// lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Habits {
    /// Whether accounts are announced.
    announces: bool,
    /// Whether logins are printed.
    logs_in: bool,
    /// Whether lost connections are printed.
    loses: bool,
    /// Whether BungeeCord prints who is about to connect.
    greets: bool,
}

impl ReaderState {
    /// Returns who is online according to the log.
    pub(crate) fn online(&self) -> impl Iterator<Item = &PlayerName> {
        self.online.keys()
    }

    /// Returns who is online and where, according to the log, without the times.
    #[cfg(test)]
    pub(super) fn present(&self) -> impl Iterator<Item = crate::roster::RosterEntry> {
        use crate::roster::RosterEntry;
        self.online.iter().map(|(player, place)| RosterEntry {
            uuid: place.uuid,
            server: place.server.clone(),
            ..RosterEntry::named(player.clone())
        })
    }

    /// Whether nobody else can be online, because the log showed a time at which nobody was.
    #[must_use]
    pub(crate) fn knows_everyone(&self) -> bool {
        self.knows_everyone
    }

    /// Takes in a statement and returns the event, if it is new. `now` is the time printed in the line.
    pub(super) fn apply(&mut self, statement: Statement, now: Option<Moment>) -> Option<GameEvent> {
        match statement {
            Statement::Boot
            | Statement::Start
            | Statement::Listening
            | Statement::Stop
            | Statement::StopAnnounced
            | Statement::OverworldUnloaded
            | Statement::Crash => self.apply_to_run(&statement),
            Statement::Announced(player, uuid) => {
                self.habits.announces = true;
                self.shown.expect_join(&player, now);
                self.acquainted.remember(player, Some(uuid));
                None
            }
            Statement::LoggedIn(player) => self.log_in(player, now),
            Statement::LoggedInIfAnnounced(player) => {
                let is_known = self.acquainted.include(&player);
                is_known.then(|| self.log_in(player, now)).flatten()
            }
            Statement::LoggedInLocally(player) => self.log_in_locally(player, now),
            Statement::JoinShown(player) => self.show_join(player, now),
            Statement::LostConnection(player) => self.lose_connection(player, now),
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

    fn log_in(&mut self, player: PlayerName, now: Option<Moment>) -> Option<GameEvent> {
        // A name that looks like chat must have been announced, if this log has announcements.
        let odd = !name::is_plain(player.as_str());
        if odd && self.habits.announces && !self.acquainted.include(&player) {
            return None;
        }
        self.habits.logs_in = true;
        if !self.online.contains_key(&player) {
            self.shown.expect_join(&player, now);
        }
        self.acquainted.remember(player.clone(), None);
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
            place.before = place.server.replace(server.clone());
            return Some(GameEvent::Switch { player, server });
        }
        if self.online.len() >= MOST_ONLINE {
            return None;
        }
        let uuid = uuid.or_else(|| self.acquainted.take_uuid(&player));
        // A player joins, so the server is running.
        self.run.note_life();
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

    /// Handles a leave. `counts` says whether the line is reliable enough for a player who joined
    /// before the log begins.
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
}

impl Online for ReaderState {
    fn find(&self, name: &str) -> Option<Participant> {
        let name = PlayerName::try_from(name).ok()?;
        let (player, place) = self.online.get_key_value(&name)?;
        Some(Participant {
            player: player.clone(),
            uuid: place.uuid,
        })
    }
}

fn remember<T>(list: &mut VecDeque<T>, new: T, most: usize) {
    if list.len() >= most {
        list.pop_front();
    }
    list.push_back(new);
}
