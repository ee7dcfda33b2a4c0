//! What the rules mean for events in order, stated as simply as possible.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use oxeye_plugin_proto::GameServerState;

use super::Step;
use crate::session::SessionEnd;

/// The roster, last seen, the closed stays, and when the server last reported: nothing else.
#[derive(Debug, Default)]
pub(super) struct Naive {
    pub(super) online: BTreeMap<u8, i64>,
    pub(super) seen: BTreeMap<u8, i64>,
    pub(super) stays: BTreeMap<u8, Vec<(i64, i64, SessionEnd)>>,
    /// The account of each closed stay, and of the open one.
    accounts: BTreeMap<u8, Vec<Option<u8>>>,
    /// The account that the step being taken names.
    account: Option<u8>,
    heard: Option<i64>,
    /// Players whose last stay was closed for silence, with no sync since then.
    unsettled: BTreeSet<u8>,
    has_synced: bool,
    /// The last count of a heartbeat, and when it arrived.
    counted: Option<(usize, i64)>,
    /// That the game server is not up, and since when.
    pub(super) not_up: Option<(GameServerState, i64)>,
    /// The state of the game server, if it was ever reported.
    state: Option<GameServerState>,
    /// When it changed.
    pub(super) changes: Vec<i64>,
}

impl Naive {
    fn close(&mut self, player: u8, left: i64, seen: i64, end: SessionEnd) {
        let joined = self.online.remove(&player).unwrap();
        let stay = (joined, left.max(joined), end);
        self.stays.entry(player).or_default().push(stay);
        self.seen.insert(player, seen.max(joined));
    }

    /// Returns the account of each closed stay, and of the open one.
    pub(super) fn whose(&self, player: u8) -> Vec<Option<u8>> {
        self.accounts.get(&player).cloned().unwrap_or_default()
    }

    /// Notes that a player is there, since now if they were not.
    fn is_there(&mut self, player: u8, now: i64) {
        self.seen.remove(&player);
        let accounts = self.accounts.entry(player).or_default();
        match self.online.entry(player) {
            Entry::Occupied(_) => {
                let of_stay = accounts.last_mut().unwrap();
                *of_stay = of_stay.or(self.account);
            }
            Entry::Vacant(absent) => {
                absent.insert(now);
                accounts.push(self.account);
            }
        }
    }

    pub(super) fn awaits_sync(&mut self) {
        (self.has_synced, self.counted) = (false, None);
    }

    /// Notes the state that a report shows. Returns whether it counts: not if it is a heartbeat and the
    /// server has changed ten times in ten minutes, the last time within one.
    fn turns(&mut self, state: GameServerState, is_heartbeat: bool, now: i64) -> bool {
        let is_change = self.state.is_some_and(|known| known != state);
        let tenth = self.changes.iter().rev().nth(9);
        let is_flapping = tenth.is_some_and(|tenth| now - tenth < 600);
        let is_recent = self.changes.last().is_some_and(|last| now - last < 60);
        if is_change && is_heartbeat && is_flapping && is_recent {
            return false;
        }
        self.changes.extend(is_change.then_some(now));
        self.state = Some(state);
        true
    }

    /// No server here promises heartbeats, so a count is shown for a minute.
    pub(super) fn reported_count(&self, now: i64) -> Option<usize> {
        let (players, at) = self.counted?;
        let is_unnamed = self.online.is_empty() && players > 0;
        (now - at < 60 && (!self.has_synced || is_unnamed)).then_some(players)
    }

    fn sync(&mut self, named: &[u8], is_startup: bool, gone: &[u8], heard: i64, now: i64) {
        let end = match is_startup {
            true => SessionEnd::ServerStopped,
            false => SessionEnd::MissingFromSync,
        };
        gone.iter()
            .for_each(|player| self.close(*player, heard, heard, end));
        for player in named {
            self.is_there(*player, now);
        }
        self.unsettled.clear();
        (self.has_synced, self.counted) = (true, None);
        if is_startup || !named.is_empty() {
            self.turns(GameServerState::Up, false, now);
            self.not_up = None;
        }
    }

    fn game_server(
        &mut self,
        server: GameServerState,
        since: Option<i64>,
        gone: &[u8],
        heard: i64,
        now: i64,
    ) {
        let is_taken = self.turns(server, true, now);
        if server == GameServerState::Up {
            self.counted = None;
            self.not_up = self.not_up.filter(|_| !is_taken);
            return;
        }
        if !is_taken {
            return;
        }
        let earliest = self.heard.unwrap_or(i64::MIN);
        let said = since.map(|since| (now + since).clamp(earliest, now));
        let left = said.unwrap_or(heard);
        gone.iter()
            .for_each(|player| self.close(*player, left, left, SessionEnd::ServerStopped));
        let known = self.not_up.filter(|known| known.0 == server);
        self.not_up = Some(known.unwrap_or((server, said.unwrap_or(now))));
        self.unsettled.clear();
        (self.has_synced, self.counted) = (true, None);
    }

    /// Applies a step. Events arrive in order and name no time.
    pub(super) fn step(&mut self, step: &Step, now: i64) {
        match step {
            Step::As(account, step) => {
                self.account = Some(*account).filter(|account| *account > 0);
                self.take(step, now);
                self.account = None;
            }
            step => self.take(step, now),
        }
    }

    fn take(&mut self, step: &Step, now: i64) {
        let heard = self.heard.unwrap_or(now);
        let gone: Vec<u8> = match step {
            Step::Sync(named, false, _) => {
                let online = self.online.keys().copied();
                online.filter(|player| !named.contains(player)).collect()
            }
            _ => self.online.keys().copied().collect(),
        };
        match step {
            Step::Join(player, _) => {
                self.is_there(*player, now);
                self.turns(GameServerState::Up, false, now);
                self.not_up = None;
            }
            Step::Leave(player, _) if self.online.contains_key(player) => {
                self.close(*player, now, now, SessionEnd::Left);
            }
            Step::Leave(player, _) => {
                let stays = self.stays.entry(*player).or_default();
                if let Some((_, left, end @ SessionEnd::Stale)) = stays.last_mut()
                    && self.unsettled.contains(player)
                {
                    (*left, *end) = (now, SessionEnd::Left);
                }
                self.seen.insert(*player, now);
            }
            Step::Sync(named, is_startup, _) => self.sync(named, *is_startup, &gone, heard, now),
            Step::GameServer(server, since, _) => {
                self.game_server(*server, *since, &gone, heard, now)
            }
            Step::Disconnect => {
                self.awaits_sync();
                (self.not_up, self.state) = (None, None);
                self.changes.clear();
                gone.iter()
                    .for_each(|player| self.close(*player, now, now, SessionEnd::Disconnected));
            }
            Step::GoneStale => {
                self.awaits_sync();
                let end = (heard + 120).min(now);
                self.unsettled.extend(&gone);
                gone.iter()
                    .for_each(|player| self.close(*player, end, heard, SessionEnd::Stale));
                return;
            }
            Step::Heartbeat(players) => {
                let names_them = self.has_synced && !self.online.is_empty();
                let counted = players.filter(|_| !names_them);
                self.counted = counted.map(|players| (players, now));
                if self.turns(GameServerState::Up, true, now) {
                    self.not_up = None;
                }
            }
            _ => {}
        }
        self.heard = Some(now);
        self.seen.retain(|_, at| *at >= now - 3_600);
    }
}
