use std::time::Duration;

use oxeye_plugin_proto::{AboutText, GameServerState, PlayerName, ServerName, SyncPlayer};

use super::*;
use crate::events::{HeartbeatEvent, JoinEvent};
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

#[test]
fn the_crash_of_a_server_whose_plugin_sends_no_heartbeats_is_noticed() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.answers(10);
    server.names(&["Alex", "Steve"], 40);
    server.fails(70);
    server.fails(75);

    assert_eq!(server.look(75), (LinkState::Down, Some(70)));
    assert_eq!(server.ends(), [(40, SessionEnd::ServerStopped)]);
    server.names(&["Alex"], 105);
    assert_eq!(server.look(105).0, LinkState::AwaitingSync);
    assert!(
        server.state.players().is_empty(),
        "the plugin has the roster"
    );
    server.joins("Alex", 110);
    let periods = [
        (0, UNKNOWN, KnownBy::NoHeartbeats),
        (10, UP, KnownBy::Probe),
        (70, DOWN, KnownBy::Probe),
        (105, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
}

#[test]
fn each_time_that_polls_close_sessions_the_plugin_has_to_send_its_roster_again() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.answers(10);
    server.fails(40);
    assert_eq!(server.state.roster_losses().count(), 0);
    for second in [45, 75, 105] {
        server.fails(second);
        assert_eq!(server.state.roster_losses().count(), 1, "{second}");
    }

    // It was only the network.
    server.joins("Steve", 120);
    server.fails(135);
    server.fails(140);

    assert_eq!(server.state.roster_losses().count(), 2);
}

#[test]
fn a_server_without_a_plugin_shows_who_is_on_with_its_first_answer() {
    let mut server = Server::new(Alone);
    server.names(&["Alex", "Steve"], 0);
    server.fails(30);
    server.fails(35);
    assert_eq!(server.ends(), [(0, SessionEnd::ServerStopped); 2]);

    server.names(&["Alex", "Steve"], 40);

    assert_eq!(server.look(40).0, LinkState::Online);
    assert_eq!(server.state.players().len(), 2);
}

#[test]
fn an_answer_that_does_not_name_everybody_is_no_evidence_of_anybody() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.joins("Steve", 5);
    server.names(&["Alex"], 40);
    server.fails(70);
    server.fails(75);
    assert_eq!(server.ends(), [(5, SessionEnd::ServerStopped); 2]);
}

#[test]
fn an_address_that_never_answered_says_nothing_about_a_plugins_server() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    for second in [30, 35, 65, 95] {
        server.fails(second);
    }
    assert_eq!(server.look(95).0, LinkState::AwaitingSync);
    assert_eq!(server.state.players().len(), 1);
}

#[test]
fn a_plugin_that_speaks_between_two_failures_is_believed_whatever_the_clock_says() {
    for heard in [31, 30, -500] {
        let mut server = Server::new(Beside);
        server.answers(0);
        server.fails(30);
        server.joins("Alex", heard);

        server.fails(35);
        assert_eq!(server.state.players().len(), 1, "{heard}");
        server.fails(65);
        assert_eq!(server.look(65), (LinkState::Down, Some(35)));
    }
}

#[test]
fn a_plugin_that_keeps_its_promise_is_believed_and_one_that_is_late_is_not() {
    let mut server = Server::new(Beside);
    server.answers(0);
    server.beats(None, 28);
    server.fails(30);
    server.fails(35);
    assert_ne!(server.look(35).0, LinkState::Down);

    server.fails(65);

    // Without the address it would be quiet from second 73 on.
    assert_eq!(server.look(65), (LinkState::Down, Some(30)));
    server.fails(95);
    assert_eq!(server.look(100), (LinkState::Down, Some(30)));
    server.answers(125);
    assert_eq!(server.look(125).0, LinkState::Quiet);
}

#[test]
fn answers_do_not_contradict_a_plugin_that_says_that_its_server_is_down() {
    let mut server = Server::new(Beside);
    server.beats(None, 0);
    server.beats(Some(Down), 15);
    server.answers(20);
    assert_eq!(server.look(20), (LinkState::Down, Some(15)));

    // The plugin falls silent with its machine, which comes back without it.
    for second in [50, 55, 85] {
        server.fails(second);
    }
    assert_eq!(server.look(85), (LinkState::Down, Some(15)));
    server.answers(115);
    assert_eq!(server.look(115).0, LinkState::Quiet);
    server.beats(None, 120);
    assert_eq!(server.look(120), (LinkState::AwaitingSync, None));
    let periods = [
        (0, UP, KnownBy::Report),
        (15, DOWN, KnownBy::Report),
        (115, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
}

#[test]
fn failures_that_are_far_apart_or_before_a_jump_of_the_clock_are_not_in_a_row() {
    let gaps = [
        (89, LinkState::Down),
        (90, LinkState::Online),
        (-3_600, LinkState::Online),
    ];
    for (gap, expected) in gaps {
        let mut server = Server::new(Alone);
        server.names(&[], 0);
        server.fails(4_000);
        server.fails(4_000 + gap);
        let state = server.look(4_000 + gap).0;
        assert_eq!(state, expected, "{gap}");
        server.fails(4_005 + gap);
        assert_eq!(server.look(4_005 + gap).0, LinkState::Down, "{gap}");
    }
}

#[test]
fn the_time_in_which_nobody_asks_is_unknown() {
    let mut server = Server::new(Alone);
    server.names(&["Alex"], 0);
    server.names(&["Alex"], 30);
    assert_eq!(server.look(119).0, LinkState::Online);
    assert_eq!(server.look(120), (LinkState::Quiet, Some(30)));

    server.names(&["Alex"], 500);

    assert_eq!(server.look(500).0, LinkState::Online);
    let periods = [
        (0, UP, KnownBy::Probe),
        (30, UNKNOWN, KnownBy::Silence),
        (500, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
    let known_until = |second| server.state.state_known_until(UnixSeconds(START + second));
    assert_eq!(known_until(590).0.0 - START, 590);
    assert_eq!(known_until(591).0.0 - START, 500);
}

#[test]
fn a_server_that_was_down_when_the_polls_ended_is_not_shown_as_down_for_ever() {
    let mut server = Server::new(Beside);
    server.answers(0);
    server.fails(30);
    server.fails(35);
    assert_eq!(server.look(124), (LinkState::Down, Some(30)));
    assert_eq!(server.look(125).0, LinkState::AwaitingSync);

    // A server that nothing else reports for is asked and silent, and then not asked any more.
    let mut server = Server::new(Alone);
    server.names(&[], 0);
    for second in (30..3_000).step_by(30) {
        server.fails(second);
    }
    assert_eq!(server.look(3_000), (LinkState::Down, Some(30)));
    assert_eq!(server.look(3_059).0, LinkState::Down);
    assert_eq!(server.look(3_060).0, LinkState::Quiet);
}

#[test]
fn without_the_address_nothing_is_known_that_only_the_address_showed() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.answers(10);
    server.fails(40);
    server.fails(45);

    server.does(50, |state, now, ledger| state.remove_address(now, ledger));

    assert_eq!(server.look(50), (LinkState::AwaitingSync, None));
    let last = server.periods().pop();
    assert_eq!(last, Some((45, UNKNOWN, KnownBy::NoHeartbeats)));
}

#[test]
fn answers_that_only_confirm_what_is_known_are_written_once_a_minute() {
    for watched_as in [Alone, Beside] {
        let mut server = Server::new(watched_as);
        assert!(server.names(&["Alex"], 0) > 0);
        assert_eq!(server.names(&["Alex"], 30), 0);
        assert_eq!(server.names(&["Alex"], 59), 0);
        assert_eq!(server.names(&["Alex"], 60), 2);
        assert_eq!(server.names(&["Alex"], 119), 0);
    }
}

#[test]
fn a_message_of_the_day_that_changes_with_each_answer_is_taken_every_ten_minutes() {
    let mut server = Server::new(Alone);
    let mut taken = Vec::new();
    for second in (0..1_800).step_by(30) {
        let about = ServerAbout {
            motd: AboutText::new(&format!("second {second}")),
            ..ServerAbout::default()
        };
        let about = Some(AboutEvent { about, at: None });
        server.polled(&answer(PolledPlayers::Count(1), about), second);
        let motd = server.state.about().motd.clone();
        if taken.last() != Some(&motd) {
            taken.push(motd);
        }
    }
    assert_eq!(taken.len(), 3, "{taken:?}");
}

#[test]
fn a_server_that_comes_and_goes_all_the_time_changes_at_most_once_a_minute() {
    let mut server = Server::new(Alone);
    let mut shown = Vec::new();
    for round in 0..360 {
        let second = round * 10;
        server.names(&["Alex"], second);
        shown.push(server.look(second).0);
        server.fails(second + 4);
        server.fails(second + 8);
        shown.push(server.look(second + 8).0);
    }
    shown.dedup();
    assert!(shown.len() <= 10 + 60, "{} changes are shown", shown.len());
    let last = server.periods().pop();
    assert_eq!(
        last.map(|last| (last.1, last.2)),
        Some((UNKNOWN, KnownBy::TooManyChanges))
    );
}
