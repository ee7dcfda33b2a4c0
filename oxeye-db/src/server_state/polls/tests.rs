mod alone;
mod beside_a_plugin;
mod pauses;
mod writing;

use std::time::Duration;

use oxeye_plugin_proto::{AboutText, GameServerState, PlayerName, ServerName, SyncPlayer};

use super::*;
use crate::events::{DisconnectedBy, HeartbeatEvent, JoinEvent};
use crate::ids::GuildId;
use crate::ledger::SessionIds;
use crate::period::PeriodState;
use crate::players::Players;
use crate::server_about::ServerAbout;
use crate::server_state::{LinkState, Watch};
use crate::watched_address::{Edition, ServerAddress, WatchedAs};

use GameServerState::Down;
use WatchedAs::{Alone, Beside};

const START: i64 = 1_000_000;

/// A watched server whose times are in seconds since its start.
struct Server {
    state: ServerState,
    players: Players,
    sessions: SessionIds,
}

impl Server {
    fn new(watched_as: WatchedAs) -> Self {
        let name = ServerName::try_from("survival").unwrap();
        let hour = Duration::from_secs(3_600);
        let mut state = ServerState::new(GuildId::LOCAL, name, hour, UnixSeconds(START));
        let address = ServerAddress {
            host: "play.example.org".to_owned(),
            port: None,
        };
        state.set_watch(Watch::new(address, watched_as, UnixSeconds(START)));
        Self {
            state,
            players: Players::default(),
            sessions: SessionIds::default(),
        }
    }

    /// Changes the state and returns how many changes the file gets.
    fn does(
        &mut self,
        second: i64,
        change: impl FnOnce(&mut ServerState, UnixSeconds, &mut Ledger<'_>),
    ) -> usize {
        let mut ledger = Ledger::new(&self.players, &self.sessions);
        change(&mut self.state, UnixSeconds(START + second), &mut ledger);
        ledger.into_changes().len()
    }

    fn polled(&mut self, poll: &Poll, second: i64) -> usize {
        self.does(second, |state, now, ledger| {
            state.take_poll(poll, now, ledger);
        })
    }

    fn fails(&mut self, second: i64) {
        self.polled(&Poll::Failed, second);
    }

    fn names(&mut self, names: &[&str], second: i64) -> usize {
        let named = names.iter().map(|name| SyncPlayer::new(player(name)));
        let players = PolledPlayers::Complete(named.collect());
        self.polled(&answer(players, None), second)
    }

    /// The server answers without saying who is on.
    fn answers(&mut self, second: i64) -> usize {
        self.polled(&answer(PolledPlayers::Unknown, None), second)
    }

    fn joins(&mut self, name: &str, second: i64) {
        let event = JoinEvent {
            player: player(name),
            texture_hash: None,
            uuid: None,
            at: None,
        };
        self.does(second, |state, now, ledger| {
            state.player_join(&event, now, ledger);
        });
    }

    /// The plugin promises a heartbeat every 15 s.
    fn beats(&mut self, server: Option<GameServerState>, second: i64) {
        let event = HeartbeatEvent {
            server,
            heartbeat: Some(Duration::from_secs(15)),
            ..HeartbeatEvent::default()
        };
        self.does(second, |state, now, ledger| {
            state.heartbeat(&event, now, ledger);
        });
    }

    fn look(&self, second: i64) -> (LinkState, Option<i64>) {
        let now = UnixSeconds(START + second);
        let since = self.state.state_since(now);
        (self.state.link_state(now), since.map(|at| at.0 - START))
    }

    fn ends(&self) -> Vec<(i64, SessionEnd)> {
        let sessions = self.state.history().iter();
        sessions
            .map(|session| (session.left_at.0 - START, session.end))
            .collect()
    }

    fn periods(&self) -> Vec<(i64, PeriodState, KnownBy)> {
        let periods = self.state.all_periods().into_iter();
        periods
            .map(|period| (period.from.0 - START, period.state, period.known_by))
            .collect()
    }
}

fn player(name: &str) -> PlayerName {
    PlayerName::try_from(name).unwrap()
}

fn answer(players: PolledPlayers, about: Option<AboutEvent>) -> Poll {
    Poll::Answered {
        edition: Edition::Java,
        players,
        about,
    }
}

const UP: PeriodState = PeriodState::Up;
const DOWN: PeriodState = PeriodState::Down;
const UNKNOWN: PeriodState = PeriodState::Unknown;
